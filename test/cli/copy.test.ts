import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runHere } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("copy shows what a second repository lacks, copies it, and then has nothing to do", async () => {
  const { sitekeep, write, damagePacks, remove } = newSite();
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
  expect((await sitekeep("copy")).err).toContain('The question "Copy this?" has no answer');
  expect((await sitekeep("copy", "--to", "nowhere")).err).toContain("Copies go to: offsite.");

  const copied = await sitekeep("copy", "--yes");
  expect(copied).toMatchObject({ code: 0 });
  expect(copied.out).toMatch(/✓ copy the point of .* of ONE to offsite {2}1 file/);
  expect((await sitekeep("copy", "--json")).out).toContain('"result": "done"');
  expect((await sitekeep("status")).out).toMatch(
    /offsite holds 1 point; the newest is of .*, .* old, read back .* ago\n {2}0 points lie in one repository alone\n/,
  );
  const verified = await sitekeep("verify");
  expect(verified.code).toBe(0);
  expect(verified.out).toMatch(
    /^passed +ONE\/scripts {2}in main {2}.*objects read.*\npassed +ONE\/scripts {2}in offsite {2}.*objects read/,
  );
  damagePacks("offsite");
  const damaged = await sitekeep("verify", "ONE", "--json");
  expect(damaged.code).toBe(3);
  expect(JSON.parse(damaged.out)).toMatchObject({
    results: [
      { repository: "main", proof: { result: "passed" } },
      { repository: "offsite", proof: { result: "failed" } },
    ],
    problems: [],
  });
  expect((await sitekeep("status")).out).toContain("offsite holds damaged copies of ONE");
  remove("offsite");
  const gone = await sitekeep("verify");
  expect(gone.code).toBe(3);
  expect(gone.out).toContain("in main");
  expect(gone.err).toContain("repository-vanished");
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
    /** Turns a byte of the content of every pack of a repository. */
    damagePacks(name: string) {
      const packs = readdirSync(join(root, name, "packs"), { recursive: true, withFileTypes: true });
      for (const it of packs.filter((entry) => entry.isFile())) {
        const path = join(it.parentPath, it.name);
        const bytes = readFileSync(path);
        bytes[50]! ^= 1;
        writeFileSync(path, bytes);
      }
    },
    remove: (name: string) => rmSync(join(root, name), { recursive: true }),
    write: (copies: string) =>
      writeFileSync(join(policies, "one.yaml"), policyText({ root, scripts, copies })),
    sitekeep: (command: string, ...rest: readonly string[]) =>
      runHere([command, ...rest, "--policies", policies], cache),
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
