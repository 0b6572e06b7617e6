import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runHere } from "../support/command-line.ts";
import type { Ran } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("repo check ends with 1 and names what is damaged, and repo repair mends it after a yes", async () => {
  const { folder, repo } = await newPlace();
  const whole = await repo("check", "--read-data", "--json");
  expect(whole.code).toBe(0);
  expect(JSON.parse(whole.out)).toMatchObject({ apiVersion: "sitekeep/check/v1", damage: [], hurt: [] });

  const copy = join(folder, "config.copy");
  const bytes = readFileSync(copy);
  rmSync(copy);
  const hurt = await repo("check", "--json");
  expect(hurt.code).toBe(1);
  expect(JSON.parse(hurt.out)).toMatchObject({ damage: [{ object: "config.copy", is: "missing" }] });

  const unasked = await repo("repair");
  expect(unasked.code).toBe(1);
  expect(unasked.out).toContain("write config.copy anew from its copy");
  expect(unasked.err).toContain("confirmation-needed");
  expect((await repo("check")).code).toBe(1);

  const repaired = await repo("repair", "--yes", "--json");
  expect(repaired.code).toBe(0);
  expect(JSON.parse(repaired.out)).toMatchObject({ done: true, rewritten: ["config.copy"], left: [] });
  expect(readFileSync(copy)).toEqual(bytes);
  expect((await repo("check")).code).toBe(0);
  expect((await repo("repair")).out).toBe("Everything was read. There is nothing to repair.\n");
});

test("a share of packs to read that is none is refused", async () => {
  const { repo } = await newPlace();
  const { code, err } = await repo("check", "--read-data", "0%");
  expect(code).toBe(1);
  expect(err).toContain("option-invalid");
});

async function newPlace() {
  const root = temporaryFolder();
  const [folder, policies] = [join(root, "repository"), join(root, "policies")];
  mkdirSync(policies);
  const lines = [
    "apiVersion: sitekeep/v1",
    "kind: Repository",
    "metadata: { name: main }",
    `location: { folder: ${folder} }`,
    "encrypt: false",
  ];
  writeFileSync(join(policies, "main.yaml"), lines.join("\n"));
  const cache = { XDG_CACHE_HOME: join(root, "cache"), LOCALAPPDATA: join(root, "cache") };
  const repo = (...args: readonly string[]): Promise<Ran> =>
    runHere(["repo", ...args, "--policies", policies], cache);
  await repo("init");
  return { folder, repo };
}
