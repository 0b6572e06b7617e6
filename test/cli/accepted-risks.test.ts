import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runHere } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const accepts = "[{ risk: retention-short, because: It is a lab., until: 9999-12-31 }]";
const over = "[{ risk: retention-short, because: It was a lab., until: 2025-06-01 }]";
const line =
  "accepted  Retention of ONE keeps a single point: damage that is found later than that is in every point (It is a lab; until 9999-12-31)\n";

test("validate shows what a policy accepts, counts it by itself, and annotates nothing with it", async () => {
  const { write, sitekeep } = newSite();
  write(accepts);
  const plain = await sitekeep("validate");
  expect(plain.out).toContain(line);
  expect(plain.out).toMatch(/1 policy in order, 1 risk, 1 accepted\.\n$/);
  expect(plain.err).not.toContain("retention-short");
  const document = JSON.parse((await sitekeep("validate", "--json")).out) as Record<string, unknown>;
  expect(document).toMatchObject({
    problems: [{ code: "repository-plain" }],
    accepted: [{ code: "retention-short", because: "It is a lab.", until: "9999-12-31" }],
  });
  expect((await sitekeep("validate", "--format", "github")).out).not.toMatch(/^::.*retention-short/m);
  expect((await sitekeep("validate", "--explain")).out).toMatch(
    /^accepts: \[\{ risk: retention-short, because: It is a lab\., until: '9999-12-31' \}\] +# /m,
  );
  write(over);
  const ended = await sitekeep("validate");
  expect(ended.err).toContain('fix: Was accepted until 2025-06-01 ("It was a lab."): Keep more');
  expect(ended.out).toMatch(/1 policy in order, 2 risks\.\n$/);
});

test("what two policies accept by one template is told once", async () => {
  const file = join(temporaryFolder(), "a.yaml");
  const policy = (code: string) => `apiVersion: sitekeep/v1
kind: BackupPolicy
metadata: { name: ${code.toLowerCase()} }
extends: base
site: { code: ${code}, database: { server: cm01, name: CM_${code} } }
---
`;
  const base = `apiVersion: sitekeep/v1
kind: PolicyTemplate
metadata: { name: base }
site: { servers: [cm01] }
repository: main
schedule: { cron: "30 1 * * *" }
accepts: [{ risk: repository-beside-site, because: It is a lab. }]
---
apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: 'F:\\sitekeep' }
keys: [{ file: '\\\\safe01\\keys$\\main.key' }]
`;
  writeFileSync(file, `${policy("ONE")}${policy("TWO")}${base}`);
  const { out } = await runHere(["validate", "--policies", file]);
  expect(out.match(/^accepted/gm)).toHaveLength(1);
  expect(out).toMatch(/2 policies in order, 1 accepted\.\n$/);
});

test("plan and status show what a policy accepts, and find nothing wrong with the site", async () => {
  const { write, sitekeep } = newSite();
  write(accepts);
  expect((await sitekeep("apply", "--yes")).code).toBe(0);
  const quiet = await sitekeep("plan", "--detailed-exitcode");
  expect(quiet.code).toBe(0);
  expect(quiet.out).toMatch(/^Nothing to do: every promise is kept\. /);
  expect(quiet.out).toContain(`\n  ${line}`);
  expect(JSON.parse((await sitekeep("plan", "--json")).out)).toMatchObject({
    sites: [{ risks: [], accepted: [{ code: "retention-short", because: "It is a lab." }] }],
  });
  const status = await sitekeep("status");
  expect(status.out).toMatch(/^ONE +kept /m);
  expect(status.out).toContain(`\n  ${line}`);
  write(over);
  expect((await sitekeep("status")).out).toMatch(/^ONE +at risk /m);
  expect((await sitekeep("plan")).out).toContain("risk Retention of ONE keeps a single point");
});

/** A site of one folder that keeps a single point, and a program to run on it. */
function newSite() {
  const root = temporaryFolder();
  const [policies, scripts] = [join(root, "policies"), join(root, "scripts")];
  for (const folder of [policies, scripts]) mkdirSync(folder);
  writeFileSync(join(scripts, "deploy.ps1"), "Get-CMSite\n");
  const cache = { XDG_CACHE_HOME: join(root, "cache"), LOCALAPPDATA: join(root, "cache") };
  return {
    write: (accepted: string) => writeFileSync(join(policies, "one.yaml"), policyText(root, accepted)),
    sitekeep: (command: string, ...rest: readonly string[]) =>
      runHere([command, ...rest, "--policies", policies], cache),
  };
}

function policyText(root: string, accepted: string): string {
  return `apiVersion: sitekeep/v1
kind: BackupPolicy
metadata: { name: one }
site: { code: ONE, database: { server: "127.0.0.1:1", name: CM_ONE } }
repository: main
schedule: { cron: "30 1 * * *", timeZone: Europe/Madrid }
retention: { last: 1 }
brakes: { minPoints: 1 }
defaultSources: false
sources: { scripts: { kind: folder, root: ${join(root, "scripts")} } }
accepts: ${accepted}
---
apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: ${join(root, "main")} }
encrypt: false
`;
}
