import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { runHere } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("every document that init writes names a schema that is there, and is taken by it", async () => {
  const { init, read, folder } = newFolder();
  expect(await init("PS1")).toMatchObject({ code: 0 });
  const text = read("policies/ps1.yaml");
  const documents = parseAllDocuments(text);
  const named = [...text.matchAll(/^# yaml-language-server: \$schema=(.+)$/gm)].map(([, file]) => file!);
  expect(named).toEqual(documents.map(() => "policy.schema.json"));
  const schema = JSON.parse(read("policies/policy.schema.json")) as { readonly $id: string };
  expect(schema.$id).toBe("urn:sitekeep:schema:policy:v1");
  const isTaken = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  for (const document of documents) expect(isTaken(document.toJS()), folder).toBe(true);
});

test("a second site joins the repository of the first where it is the same, and has one of its own elsewhere", async () => {
  const { init, validate, read, root } = newFolder();
  await init("PS1");
  expect(await init("PS2")).toMatchObject({ code: 0 });
  expect(read("policies/ps2.yaml")).not.toContain("kind: Repository");
  expect(await init("PS3", "--repository-folder", "\\\\backup02\\sitekeep$")).toMatchObject({ code: 0 });
  expect(read("policies/ps3.yaml")).toMatch(/repository: ps3\n[^]*metadata: \{ name: ps3 \}/);
  const { code, out } = await validate("--json");
  expect(code).toBe(0);
  const { policies } = JSON.parse(out) as {
    readonly policies: readonly {
      readonly site: { readonly code: string };
      readonly repository: { readonly name: string };
    }[];
  };
  expect(policies.map((it) => `${it.site.code} ${it.repository.name}`)).toEqual([
    "PS1 main",
    "PS2 main",
    "PS3 ps3",
  ]);
  // The only repository of a folder is meant where none is named.
  const again = newFolder();
  await again.init("PS1");
  const alone = ["init", "--site", "PS2", "--server", "sql02", "--policies", again.folder, "--yes"];
  expect((await runHere(alone)).code).toBe(0);
  expect(root).not.toBe(again.root);
});

test("a site that has a policy, and an answer that no policy can hold, are refused by the option's name", async () => {
  const { init } = newFolder();
  await init("PS1");
  expect((await init("PS1")).err).toMatch(/option-invalid: --site[^]*A second/);
  expect((await init("PS2", "--repository-folder", "backup")).err).toMatch(
    /option-invalid: --repository-folder/,
  );
  expect((await init("toolong")).err).toMatch(/option-invalid: --site/);
});

test("Git leaves the key out, whatever its ignore file says already", async () => {
  const { init, read, root } = newFolder();
  writeFileSync(join(root, ".gitignore"), "*.log");
  await init("PS1");
  await init("PS2", "--repository-folder", "\\\\backup02\\sitekeep$");
  expect(read(".gitignore")).toBe("*.log\n*.sitekeep-key\n");
  expect(read("ps1.sitekeep-key")).toMatch(/^[0-9a-f]{64}\n$/);
});

test("schemas are written as files that refer to no other, and brought up to date; no other file is touched", async () => {
  const { root } = newFolder();
  const out = join(root, "schemas");
  const names = ["policy", "source", "machine", "plan"];
  const first = await runHere(["schema", "--out", out]);
  expect(first.out).toBe(names.map((it) => `Wrote ${join(out, `${it}.schema.json`)}.\n`).join(""));
  const file = join(out, "policy.schema.json");
  const whole = readFileSync(file, "utf8");
  writeFileSync(file, whole.replace("A backup policy", "An old policy"));
  expect((await runHere(["schema", "policy", "--out", out])).code).toBe(0);
  expect(readFileSync(file, "utf8")).toBe(whole);
  expect((await runHere(["schema", "policy"])).out).toBe(whole);
  writeFileSync(file, "{}");
  const refused = await runHere(["schema", "--out", out]);
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("file-not-written") });
  expect(readFileSync(file, "utf8")).toBe("{}");
  expect((await runHere(["schema", "polcy"])).err).toContain("There are policy, source, machine, plan.");
});

function newFolder() {
  const root = temporaryFolder();
  const folder = join(root, "policies");
  return {
    root,
    folder,
    read: (name: string) => readFileSync(join(root, name), "utf8"),
    init: (site: string, ...more: readonly string[]) => {
      const share = more.includes("--repository-folder")
        ? []
        : ["--repository-folder", "\\\\backup01\\sitekeep$"];
      const line = ["--site", site, "--server", `sql-${site.toLowerCase()}`, ...share, ...more, "--yes"];
      return runHere(["init", "--policies", folder, ...line]);
    },
    validate: (...more: readonly string[]) => runHere(["validate", "--policies", folder, ...more]),
  };
}
