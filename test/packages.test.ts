import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

interface Packed {
  readonly name: string;
  readonly version: string;
  readonly files: readonly string[];
}

let product: Packed;
let lab: Packed;

beforeAll(() => {
  [product, lab] = packed() as [Packed, Packed];
});

test("the product's tarball is the program, its pages, schemas and examples", () => {
  expect(product.name).toBe("sitekeep");
  expect(programs(product)).toEqual(["dist/ingest-worker.js", "dist/list-worker.js", "dist/sitekeep.js"]);
  expect(new Set(product.files.map((it) => it.split("/")[0]!.replace(/^\w+\.md$/, "*.md")))).toEqual(
    new Set(["*.md", "dist", "docs", "package.json", "policies", "schemas", "tools"]),
  );
});

test("what the README links to is in the tarball", () => {
  const links = [...read("README.md").matchAll(/\]\(([^)\s#]+)/g)].map(([, link]) => link!);
  const within = links.filter((it) => !/^\w+:/.test(it));
  expect(within.length).toBeGreaterThan(20);
  const lacking = (it: string) => !product.files.some((file) => file === it || file.startsWith(`${it}/`));
  expect(within.filter(lacking)).toEqual([]);
});

test("nothing of the lab is in the product's tarball, whatever its file is called", () => {
  const ours = globSync("src/**/*.ts").map(read).join("\n");
  const sentences = globSync("packages/lab/src/**/*.ts")
    .flatMap((file) => [...read(file).matchAll(/"([^"\\\n.][^"\\\n]{30,})"/g)].map(([, text]) => text!))
    .filter((text) => !ours.includes(text));
  expect(sentences.length).toBeGreaterThan(100);

  const shipped = textOf(product);
  expect(sentences.filter((text) => shipped.includes(text))).toEqual([]);
  const labText = textOf(lab, "packages/lab");
  expect(sentences.filter((text) => labText.includes(text)).length).toBeGreaterThan(100);
});

test("the lab's tarball is its door and the tools that a lab site runs, of the product's version", () => {
  expect(lab.name).toBe("sitekeep-lab");
  expect(lab.version).toBe(product.version);
  expect(programs(lab)).toEqual([
    "dist/lab.js",
    "dist/tools/powershell.js",
    "dist/tools/reg.js",
    "dist/tools/rskeymgmt.js",
    "dist/tools/sc.js",
    "dist/tools/site-backup.js",
    "dist/tools/vssadmin.js",
  ]);
  expect(new Set(lab.files.map((it) => it.split("/")[0]))).toEqual(
    new Set(["README.md", "dist", "package.json"]),
  );
});

describe("the product alone", () => {
  const folder = mkdtempSync(join(tmpdir(), "sitekeep-alone-"));
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(folder, "dist/sitekeep.js"), ...args], {
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, XDG_CACHE_HOME: join(folder, "cache") },
    });
  beforeAll(() => {
    cpSync("dist", join(folder, "dist"), { recursive: true });
    mkdirSync(join(folder, "resting"));
    writeFileSync(join(folder, "resting/machine.yaml"), "identity: cm01.lab\n");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    [["lab", "create", join(folder, "site")]],
    [["lab", "demo", join(folder, "site")]],
    [["lab", "incident", join(folder, "site")]],
    [["plan", "--lab", join(folder, "resting")]],
  ])("names the package that is missing: %j", (args) => {
    const { status, stderr } = run(...args);
    expect(stderr).toContain("The lab is a package of its own, sitekeep-lab, and is not installed beside");
    expect(stderr).toContain("npm install -g sitekeep-lab-0.1.0.tgz");
    expect(status).toBe(1);
    expect(existsSync(join(folder, "site"))).toBe(false);
  });

  test("finds the lab that is installed beside it", () => {
    const place = beside();
    for (const part of ["package.json", "dist"])
      cpSync(join("packages/lab", part), join(place, part), { recursive: true });
    const { status, stdout } = run("lab", "incident", join(folder, "site"));
    expect(stdout).toMatch(/^sql-down +The SQL Server of PS1 takes no connections/m);
    expect(status).toBe(0);
    rmSync(place, { recursive: true });
  });

  test("takes no lab of another version", () => {
    const place = beside();
    writeFileSync(join(place, "package.json"), '{ "type": "module", "exports": "./lab.js" }');
    writeFileSync(join(place, "lab.js"), 'export const labVersion = "0.0.9";');
    expect(run("lab", "incident", join(folder, "site"))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("The lab beside this sitekeep 0.1.0 is of version 0.0.9."),
    });
    rmSync(place, { recursive: true });
  });

  function beside(): string {
    const place = join(folder, "node_modules/sitekeep-lab");
    mkdirSync(place, { recursive: true });
    return place;
  }

  test("shows the help of the lab's commands", () => {
    expect(run("lab", "--help")).toMatchObject({ status: 0, stderr: "" });
    expect(run("lab", "create", "--help").stdout).toContain("sitekeep lab create ./lab-site");
  });

  test("does everything else", () => {
    expect(run("validate", "--policies", resolve("policies"))).toMatchObject({ status: 0, stderr: "" });
  });
});

/** What `npm pack` would put into the tarballs: the product's, then the lab's. */
function packed(): readonly Packed[] {
  const args = ["pack", "--dry-run", "--json", "--workspaces", "--include-workspace-root"];
  const told = execFileSync("npm", args, { encoding: "utf8", shell: process.platform === "win32" });
  const found = JSON.parse(told) as readonly (Omit<Packed, "files"> & {
    readonly files: readonly { readonly path: string }[];
  })[];
  return found
    .map((it) => ({ ...it, files: it.files.map(({ path }) => path) }))
    .toSorted((left, right) => left.name.length - right.name.length);
}

/** The files of a bundle that have names to be found by. */
function programs({ files }: Packed): readonly string[] {
  return files.filter((it) => it.endsWith(".js") && !it.startsWith("dist/chunks/")).sort();
}

/** All program text of a package. */
function textOf({ files }: Packed, folder = "."): string {
  return files
    .filter((it) => it.endsWith(".js"))
    .map((it) => read(join(folder, it)))
    .join("\n");
}

function read(file: string): string {
  return readFileSync(file, "utf8");
}
