import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("copy shows what a second repository lacks, copies it, and then has nothing to do", async () => {
  const { sitekeep, write } = newSite();
  write("");
  expect((await sitekeep("apply", "--yes")).out).toContain("1 done.");
  const undeclared = await sitekeep("copy");
  expect(undeclared.code).toBe(1);
  expect(undeclared.err).toContain("No policy here has copies.");

  write("copies: [{ repository: offsite, retention: { last: 2 } }]");
  const shown = await sitekeep("copy", "one", "--dry-run");
  expect(shown).toMatchObject({ code: 0 });
  expect(shown.out).toMatch(
    /Not in offsite yet:\n {4}\+ copy the point of .{17} to offsite \(1 snapshot\)\n/,
  );
  expect(shown.out).toContain("Plan: 0 to capture, 0 to forget, 1 to copy");
  expect((await sitekeep("status")).out).toMatch(
    /offsite holds no whole copy of a point\n {2}1 point lies in one repository alone\n/,
  );
  expect((await sitekeep("copy")).err).toContain("Nobody can be asked here: Copy this?");
  expect((await sitekeep("copy", "--to", "nowhere")).err).toContain("Copies go to: offsite.");

  const copied = await sitekeep("copy", "--yes");
  expect(copied).toMatchObject({ code: 0 });
  expect(copied.out).toMatch(/✓ copy the point of .* of ONE to offsite {2}1 file/);
  expect((await sitekeep("copy", "--json")).out).toContain('"result": "done"');
  expect((await sitekeep("status")).out).toMatch(
    /offsite holds 1 point; the newest is of .*, .* old\n {2}0 points lie in one repository alone\n/,
  );
  const { policies: copies } = JSON.parse((await sitekeep("validate", "--json")).out) as {
    policies: unknown[];
  };
  expect(copies).toHaveLength(1);
}, 30_000);

/** Policies with one site of one folder, and a program to run on them. */
function newSite() {
  const root = temporaryFolder();
  const [policies, scripts] = [join(root, "policies"), join(root, "scripts")];
  for (const folder of [policies, scripts]) mkdirSync(folder);
  writeFileSync(join(scripts, "deploy.ps1"), "Get-CMSite\n");
  const cache = { XDG_CACHE_HOME: join(root, "cache"), LOCALAPPDATA: join(root, "cache") };
  return {
    write: (copies: string) =>
      writeFileSync(join(policies, "one.yaml"), policyText({ root, scripts, copies })),
    sitekeep: (command: string, ...rest: readonly string[]) =>
      runProgram([command, ...rest, "--policies", policies], cache),
  };
}

function policyText({
  root,
  scripts,
  copies,
}: Readonly<Record<"root" | "scripts" | "copies", string>>): string {
  return `apiVersion: sitekeep/v1
kind: BackupPolicy
metadata: { name: one }
site: { code: ONE, database: { server: "127.0.0.1:1", name: CM_ONE } }
repository: main
schedule: { cron: "30 1 * * *" }
defaultSources: false
sources: { scripts: { kind: folder, root: ${scripts} } }
---
apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: ${join(root, "main")} }
encrypt: false
${copies}
---
apiVersion: sitekeep/v1
kind: Repository
metadata: { name: offsite }
location: { folder: ${join(root, "offsite")} }
encrypt: false
`;
}
