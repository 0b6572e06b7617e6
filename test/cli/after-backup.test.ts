import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runHere } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const theirs = "@echo off\r\nrobocopy E:\\CMBackup F:\\Archive /MIR\r\n";

test("a hand-over is shown, asked for, installed, looked at and removed", async () => {
  const { sitekeep, script, box } = newSite();
  writeFileSync(script, theirs);
  const shown = await sitekeep("install", "one", "--dry-run");
  expect(shown).toMatchObject({ code: 0, err: "" });
  expect(shown.out).toMatch(
    /AfterBackup\.bat is to hand over to the source task:\n\n {2}@rem sitekeep hand-over/,
  );
  expect(shown.out).toContain(`capture ONE task --yes --after-task --policies Z:`);
  expect(shown.out).toContain("AfterBackup.before-sitekeep.bat. It runs first;");
  expect(shown.out).toContain("risk after-backup-mirrors: ");
  expect(await sitekeep("install", "one")).toMatchObject({
    code: 1,
    err: expect.stringContaining('The question "Write it?" has no answer'),
  });
  expect(readFileSync(script, "latin1")).toBe(theirs);

  expect(await sitekeep("install", "one", "--yes")).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      /\nWrote Z:.*\\AfterBackup\.bat\. The task starts it at its next success\.\n$/,
    ),
  });
  expect(shown.out).toContain(readFileSync(script, "latin1").split("\r\n")[0]);
  expect((await sitekeep("install", "one")).out).toContain("already; there is nothing to do.");
  const status = await sitekeep("status", "one");
  expect(status).toMatchObject({ code: 0, err: "" });
  expect(status.out).toMatch(
    /AfterBackup\.bat: hands over to the source task\.\nThe script of before runs first\.\nThe task has handed over nothing yet\.\n$/,
  );

  expect((await sitekeep("remove", "one", "--dry-run")).out).toContain("gets its name back.");
  expect((await sitekeep("remove", "one", "--yes")).code).toBe(0);
  expect(readFileSync(script, "latin1")).toBe(theirs);
  expect((await sitekeep("remove", "one")).out).toContain("No hand-over is installed in Z:");
  expect((await sitekeep("status", "one")).out).toContain("a script that sitekeep did not write");
  expect(existsSync(join(box, "AfterBackup.before-sitekeep.bat"))).toBe(false);
});

test("a hand-over that failed ends `status` with 3, and JSON says it too", async () => {
  const { sitekeep, box } = newSite();
  await sitekeep("install", "one", "--yes");
  writeFileSync(join(box, "sitekeep-hand-over.txt"), "state=ended\r\nsitekeep=1\r\nkept=none\r\n");
  const status = await sitekeep("status", "one");
  expect(status.code).toBe(3);
  expect(status.out).toMatch(/Last hand-over: .*, sitekeep ended with 1\.[^]*risk hand-over-failed: /);
  const document = JSON.parse((await sitekeep("status", "one", "--json")).out) as object;
  expect(document).toMatchObject({
    apiVersion: "sitekeep/handover/v1",
    handOver: { script: "ours", source: "task", last: { state: "ended", sitekeep: 1 } },
    risks: [{ code: "hand-over-failed" }],
  });
});

test("JSON has the script, and what was done", async () => {
  const { sitekeep, script } = newSite();
  const run = async (...args: readonly string[]) =>
    JSON.parse((await sitekeep(...args, "--json")).out) as { readonly text?: string };
  expect(await run("install", "one", "--dry-run")).toMatchObject({ result: "not-done", does: "install" });
  const done = await run("install", "one", "--yes");
  expect(done).toMatchObject({
    apiVersion: "sitekeep/handover/v1",
    result: "done",
    source: "task",
    risks: [],
  });
  expect(readFileSync(script, "latin1")).toBe(done.text);
  expect(await run("install", "one", "--yes")).toMatchObject({ result: "nothing-to-do", does: "nothing" });
  expect(await run("remove", "one", "--yes")).toMatchObject({ result: "done", does: "remove" });
  expect(await run("remove", "one", "--yes")).toMatchObject({ result: "nothing-to-do", does: "nothing" });
});

/** A site whose server's drive Z: is this machine, as Wine has it. */
function newSite() {
  const root = temporaryFolder();
  const box = join(root, "SMS", "inboxes", "smsbkup.box");
  const policies = join(root, "policies");
  for (const folder of [box, policies]) mkdirSync(folder, { recursive: true });
  const windows = (path: string) => `Z:${path.replaceAll("/", "\\")}`;
  writeFileSync(join(root, "machine.yaml"), `identity: cm01\npaths: { 'Z:\\': / }\n`);
  writeFileSync(join(policies, "one.yaml"), policyText(root, windows(join(root, "SMS"))));
  const cache = { XDG_CACHE_HOME: join(root, "cache"), LOCALAPPDATA: join(root, "cache") };
  const variables = { ...cache, SITEKEEP_POLICIES: policies, SITEKEEP_MACHINE: join(root, "machine.yaml") };
  return {
    box,
    script: join(box, "AfterBackup.bat"),
    sitekeep: (...args: readonly string[]) => runHere(["after-backup", ...args], variables),
  };
}

function policyText(root: string, installFolder: string): string {
  return `apiVersion: sitekeep/v1
kind: BackupPolicy
metadata: { name: one }
site: { code: ONE, installFolder: '${installFolder}', database: { server: "127.0.0.1:1", name: CM_ONE } }
repository: main
schedule: { cron: "0 0 * * *" }
defaultSources: false
sources: { task: { kind: task-backup, site: 'E:\\CMBackup' } }
---
apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: ${join(root, "main")} }
encrypt: false
`;
}
