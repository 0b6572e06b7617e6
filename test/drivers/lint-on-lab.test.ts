import { readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { JsonObject } from "../../src/core/base/json.ts";
import type { Problem } from "../../src/core/base/problem.ts";
import { questionsFor } from "../../src/core/lint/asked.ts";
import { lintSite } from "../../src/core/lint/lint.ts";
import type { Acceptance } from "../../src/core/model/policy/acceptance.ts";
import type { Observation } from "../../src/core/model/observation.ts";
import type { Source, SourceKind } from "../../src/core/model/policy/source.ts";
import { acceptRisks } from "../../src/core/plan/risks/accept-risks.ts";
import { driverOf } from "../../src/drivers/drivers.ts";
import { readSiteLook } from "../../src/drivers/parts/site-look.ts";
import { withSql } from "../../src/drivers/parts/session/sql-session.ts";
import { policyOf, trackingOf } from "../support/build-site.ts";
import { labMeans } from "../support/lab-means.ts";
import { labDatabase, labSources } from "../support/lab-sources.ts";
import { withRunningLab } from "../support/running-lab.ts";

const lab = withRunningLab();
const install = (...parts: readonly string[]): string =>
  join(lab.folder, "hosts/cm01/D/Program Files/Microsoft Configuration Manager", ...parts);

const undo: (() => void)[] = [];
afterEach(() => undo.splice(0).forEach((it) => it()));

/**
 * Kinds whose look at themselves tells something that lint judges, but for the library, which is slow to ask.
 */
const looked: readonly SourceKind[] = ["site-database", "site-files", "reporting-server", "sql-database"];
const withLibrary: readonly SourceKind[] = [...looked, "content-library"];

test("the lab's site, with a source of each kind, has no hazard but those that it is meant to have", async () => {
  expect(await lint({ looks: withLibrary })).toEqual([]);
});

test.each<[incident: string, codes: readonly string[], words: string]>([
  ["foreign-collation", ["site-collation"], "Latin1_General_CI_AS, its instance has Latin1_General_CI_AS"],
  ["page-verify-none", ["page-verify-off"], "PAGE_VERIFY NONE"],
  ["broker-port-moved", ["broker-port-differs"], "4023"],
])("%s is seen on the server", async (incident, codes, words) => {
  const found = await lab.during([incident], () => lint());
  expect(found.map((it) => it.code)).toEqual(codes);
  expect(found[0]!.message).toContain(words);
});

test("a group's database is a matter with the task's files alone, and with native backups its log is one", async () => {
  const [native, files] = await lab.during(["availability-group"], async () => [
    await lint(),
    await lint({ without: ["site-database"] }),
  ]);
  expect(native.map((it) => it.code)).toEqual(["log-never-backed-up"]);
  expect(files.map((it) => it.code)).toEqual(["availability-group-task-files"]);
});

test("a group that wants its backups elsewhere, and what a restore by hand leaves, are told", async () => {
  const codes = async (incident: string) => (await lab.during([incident], () => lint())).map((it) => it.code);
  expect(await codes("replica-not-preferred")).toContain("replica-not-preferred");
  expect((await codes("site-settings-lost")).toSorted()).toEqual([
    "site-database-owner",
    "site-database-settings",
    "site-server-options",
  ]);
});

test("another product's snapshots are a hazard in a cluster's named instance", async () => {
  await admin("master", "EXEC lab_take_snapshot_backup @database = N'CM_PS1';");
  expect(await lint()).toEqual([]);
  const found = await lab.during(["clustered-named-instance"], () => lint());
  expect(found.map((it) => it.code)).toEqual(["clustered-external-backup"]);
});

test("keys that the site uses are told of where the policy has no source for them", async () => {
  expect(await lint({ without: ["sql-keys"] })).toMatchObject([
    { code: "keys-not-captured", message: expect.stringContaining("BitLocker Management") },
  ]);
  const found = await lab.during(["database-encrypted"], () => lint({ without: ["sql-keys"] }));
  expect(found[0]!.message).toContain("BitLocker Management (BitLockerManagement_CERT), transparent");
});

test("backups that are encrypted by a certificate which is gone are told of", async () => {
  await admin("master", "EXEC lab_take_snapshot_backup @database = N'CM_PS1';");
  const mark = (print: string) =>
    admin("msdb", `UPDATE dbo.backupset SET encryptor_thumbprint = ${print} WHERE database_name = 'CM_PS1';`);
  await mark("0x6F9619FF8B86D011B42D00C04FC964FF6F9619FF");
  const found = await lint();
  await mark("NULL");
  expect(found.map((it) => it.code)).toEqual(["backup-certificate-missing"]);
  expect(await lint()).toEqual([]);
});

test("what the site has and no source protects is told together", async () => {
  const without: readonly SourceKind[] = [
    "reporting-server",
    "user-state",
    "sql-database",
    "package-sources",
    "content-library",
  ];
  const [found, ...more] = await lint({ without });
  expect(more).toEqual([]);
  expect(found).toMatchObject({ code: "not-covered" });
  expect(found!.message).toMatch(
    /protects: the content library, the reporting point ssrs01\.lab, user states on smp01\.lab, SUSDB of sup01\.lab on sql01\.lab, \d+ source folders of packages \(.*…\)\.$/,
  );
});

test("what the policy names of it is red no more", async () => {
  const accepts = [
    { risk: "not-covered", of: "susdb", because: "It is synchronised again." },
    { risk: "not-covered", of: "smp01", because: "Nobody migrates." },
  ] as const;
  const without: readonly SourceKind[] = ["reporting-server", "user-state", "sql-database"];
  const found = await lint({ without, accepts });
  expect(found.map(({ message }) => message)).toEqual([
    expect.stringMatching(/protects: the reporting point ssrs01\.lab\.$/),
  ]);
});

test("a login that may see nothing makes no false alarm, and says what it could not judge", async () => {
  const found = await lab.during(["login-sees-nothing"], () => lint({ without: ["sql-keys"] }));
  expect(found).toMatchObject([
    // The certificate is hidden, and that BitLocker Management is on shows all the same.
    { code: "keys-not-captured", message: expect.stringContaining("BitLockerManagement_CERT") },
    {
      code: "hazard-not-judged",
      message: expect.stringMatching(
        /for broker-port-differs: sql01\.lab does not show this login the endpoint/,
      ),
      hint: expect.stringContaining("GRANT VIEW ANY DEFINITION TO [sitekeep];"),
    },
    {
      code: "hazard-not-judged",
      message: expect.stringMatching(/for keys-not-captured, backup-certificate-missing: .* \(error 229\)$/),
      hint: expect.stringContaining("GRANT SELECT ON dbo.backupset TO [sitekeep];"),
    },
  ]);
});

test("a control file that was edited after the writer's start is told of", async () => {
  const file = install("inboxes/smsbkup.box/smsbkup.ctl");
  const now = Date.now() / 1_000;
  utimesSync(file, now, now);
  expect(await lint()).toMatchObject([{ code: "control-file-not-in-force" }]);
  utimesSync(file, now - 400 * 86_400, now - 400 * 86_400);
  expect(await lint()).toEqual([]);
});

test.each([
  ["robocopy E:\\CMBackup \\\\far\\CM /MIR", ["after-backup-mirrors"]],
  ["Robocopy.exe E:\\CMBackup \\\\far\\CM /E /purge", ["after-backup-mirrors"]],
  ["rem robocopy E:\\CMBackup \\\\far\\CM /MIR\r\nrobocopy E:\\CMBackup \\\\far\\CM\\%date% /E", []],
])("AfterBackup.bat with %s", async (script, codes) => {
  const file = install("inboxes/smsbkup.box/AfterBackup.bat");
  writeFileSync(file, `@echo off\r\n${script}\r\n`);
  undo.push(() => rmSync(file));
  expect((await lint()).map((it) => it.code)).toEqual(codes);
});

test("media of another version are told of", async () => {
  const file = install("cd.latest/SMSSETUP/version.ini");
  const before = readFileSync(file);
  undo.push(() => writeFileSync(file, before));
  writeFileSync(file, before.toString("latin1").replaceAll("9128", "9106"), "latin1");
  expect(await lint()).toMatchObject([
    {
      code: "cd-latest-other-version",
      message: expect.stringContaining("5.00.9106.1000, and the site is of 5.00.9128"),
    },
  ]);
});

test("media that nobody captures are told of", async () => {
  expect(await lint({ without: ["site-files", "task-backup"] })).toMatchObject([
    { code: "cd-latest-not-captured" },
  ]);
});

test("a library that has moved to a share leaves a stale copy, which is told of", async () => {
  const registry = join(lab.folder, "hosts/cm01/registry.json");
  const before = readFileSync(registry, "utf8");
  undo.push(() => writeFileSync(registry, before));
  writeFileSync(registry, before.replace("E:\\\\SCCMContentLib", "\\\\\\\\files01.lab\\\\Content$"));
  expect(await lint({ looks: withLibrary })).toMatchObject([
    { code: "library-not-in-use", message: expect.stringContaining("\\\\files01.lab\\Content$") },
  ]);
});

test("without the registry nothing is said against the named folders", async () => {
  const registry = join(lab.folder, "hosts/cm01/registry.json");
  renameSync(registry, `${registry}.away`);
  undo.push(() => renameSync(`${registry}.away`, registry));
  expect(await lint({ looks: withLibrary })).toEqual([]);
});

/** What real drivers and the real reader learn of the lab, judged as `plan` judges it. */
async function lint({
  without = [],
  looks = looked,
  accepts = [],
}: {
  readonly without?: readonly SourceKind[];
  readonly looks?: readonly SourceKind[];
  readonly accepts?: readonly Acceptance[];
} = {}): Promise<readonly Problem[]> {
  const { site, sources } = labSources(lab.folder);
  const kept: readonly Source[] = Object.values(sources).filter((it) => !without.includes(it.kind));
  const policy = policyOf({ site, sources: kept, accepts });
  const means = labMeans(lab.folder);
  const questions = questionsFor(policy);
  const task = { database: site.database, where: "PS1", doing: "look", siteCode: "PS1", questions };
  const look = await withSql(means, task, (sql) => readSiteLook(sql, task));
  const observed: Observation = {
    policy: policy.name,
    at: Date.now(),
    sources: Object.fromEntries(
      await Promise.all(kept.map(async (it) => [it.name, await lookAt(it, looks)] as const)),
    ),
    snapshots: [],
    runs: [],
    window: { own: trackingOf(), partners: {} },
    site: look,
  };
  const now = Date.now();
  return acceptRisks(policy, lintSite(policy, observed, now), now).risks;
}

async function lookAt(source: Source, looks: readonly SourceKind[]): Promise<Observation["sources"][string]> {
  const silent = { answers: true as const, facts: {} as JsonObject, risks: [] };
  if (!looks.includes(source.kind)) return silent;
  const { site } = labSources(lab.folder);
  return driverOf(source.kind).observe({ source, site }, labMeans(lab.folder));
}

async function admin(database: string, text: string): Promise<void> {
  const sql = await labMeans(lab.folder).sql(labDatabase(lab.folder, database, "labadmin"));
  await sql.batch(text);
  await sql.close();
}
