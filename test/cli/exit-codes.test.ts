import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandTable } from "../../src/cli/command-table.ts";
import { runHere } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Commands that need no repository of the policies, each with what it is about instead. */
const needNone = [
  "init",
  "validate",
  "selftest",
  "doctor",
  "notify test",
  "watch",
  "after-backup install",
  "after-backup remove",
  "after-backup status",
  "task status",
  "schema",
  "completion",
];
const needingOne = commandTable
  .map(({ name }) => name)
  .filter((name) => !needNone.includes(name) && !name.startsWith("lab "));

const argumentsOf: Readonly<Record<string, readonly string[]>> = {
  apply: ["--yes"],
  capture: ["ONE", "--yes"],
  "task retry": ["ONE", "--yes"],
  restore: ["ONE/scripts", "--to", "out"],
  "snapshots show": ["ONE/scripts"],
  "snapshots hold": ["ONE/scripts", "--because", "an audit"],
  "snapshots release": ["ONE/scripts", "--because", "it is over", "--yes"],
  "repo prune": ["--yes"],
  "repo repair": ["--yes"],
  "repo keys add": ["--new-password-from", "env:NEXT"],
  "repo keys remove": ["0123456789abcdef", "--yes"],
  "repo keys rotate": ["0123456789abcdef", "--new-password-from", "env:NEXT", "--yes"],
};

test.each(needingOne)("a secret that can't be had ends %s with 1", async (name) => {
  const { root, policies } = newSite();
  const cache = { XDG_CACHE_HOME: join(root, "cache"), LOCALAPPDATA: join(root, "cache"), NEXT: "next" };
  const args = [...name.split(" "), ...(argumentsOf[name] ?? []), "--policies", policies];
  const { code, out, err } = await runHere(args, cache);
  expect({ name, code, out, err }).toMatchObject({ code: 1 });
});

test("a plan that could not look at a source is not without changes, whatever is due", async () => {
  const { root, policies } = newSite({ keys: "encrypt: false" });
  const cache = { XDG_CACHE_HOME: join(root, "cache"), LOCALAPPDATA: join(root, "cache") };
  const codeOf = async (...args: readonly string[]) =>
    (await runHere([...args, "--policies", policies], cache)).code;
  expect(await codeOf("plan", "--detailed-exitcode")).toBe(2);
  expect(await codeOf("apply", "--yes")).toBe(0);
  expect(await codeOf("plan", "--detailed-exitcode")).toBe(0);
  renameSync(join(root, "scripts"), join(root, "away"));
  expect(await codeOf("plan", "--detailed-exitcode")).toBe(1);
  expect(await codeOf("plan")).toBe(0);
});

test("no command is without its word on what it needs", () => {
  expect(needNone.filter((name) => !commandTable.some((it) => it.name === name))).toEqual([]);
  expect(Object.keys(argumentsOf).filter((name) => !needingOne.includes(name))).toEqual([]);
});

const nobodysPassword = "keys: [{ password: { env: SITEKEEP_TEST_NOT_SET } }]";

/** A site of one folder whose repository is locked by a password that nobody has, or by what is said. */
function newSite({ keys = nobodysPassword } = {}) {
  const root = temporaryFolder();
  const [policies, scripts] = [join(root, "policies"), join(root, "scripts")];
  for (const folder of [policies, scripts]) mkdirSync(folder);
  writeFileSync(
    join(policies, "one.yaml"),
    `apiVersion: sitekeep/v1
kind: BackupPolicy
metadata: { name: one }
site: { code: ONE, database: { server: "127.0.0.1:1", name: CM_ONE } }
repository: main
schedule: { cron: "30 1 1 1 *", timeZone: UTC }
defaultSources: false
sources: { scripts: { kind: folder, root: ${scripts} } }
---
apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: ${join(root, "main")} }
${keys}
`,
  );
  return { root, policies };
}
