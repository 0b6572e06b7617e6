import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { day } from "../../src/core/base/instant.ts";
import type { Problem } from "../../src/core/base/problem.ts";
import type { CaptureMode, Snapshot } from "../../src/core/model/repository/snapshot.ts";
import type {
  SiteDatabase,
  Source,
  SourceKind,
  SourceOf,
  Staging,
} from "../../src/core/model/policy/source.ts";
import type { GiveBackRequest } from "../../src/drivers/driver.ts";
import { driverOf } from "../../src/drivers/drivers.ts";
import { sqlProblem } from "../../src/drivers/access/sql/sql-problems.ts";
import type { SqlError } from "../../src/drivers/access/sql/sql-runner.ts";
import { withSql } from "../../src/drivers/parts/session/sql-session.ts";
import { probeStaging, type StagingProof } from "../../src/drivers/parts/staging/probe-staging.ts";
import { readRoom } from "../../src/drivers/parts/staging/staging-space.ts";
import { keyFilePassword } from "../../src/drivers/parts/keys/key-file-password.ts";
import { dumpDatabase } from "../../packages/lab/src/digest.ts";
import { collectingSink } from "../support/collecting-sink.ts";
import { type LabMeans, labMeans } from "../support/lab-means.ts";
import { labDatabase, labSources } from "../support/lab-sources.ts";
import { withRunningLab } from "../support/running-lab.ts";

const lab = withRunningLab();
const stage = (): string => join(lab.folder, "hosts/sql01/E/stage");
const dataFile = (database: string): string => join(lab.folder, "hosts/sql01/data", `${database}.mdf`);
const staging = { sql: "E:\\stage", read: "\\\\sql01.lab\\stage$" };
const withDifferentials = { differentialEveryMs: 6 * 3_600_000 } satisfies Partial<SiteDatabase>;

const folders: string[] = [];
const scratch = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "captured-"));
  folders.push(folder);
  return folder;
};
beforeEach(() => expect(readdirSync(stage())).toEqual([]));
afterEach(async () => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  expect(readdirSync(stage())).toEqual([]);
});

describe("a full backup", () => {
  test("comes back as a database with the same rows, checked, with its broker off", async () => {
    const before = dumpDatabase(dataFile("CM_PS1"));
    const full = await capture("site-database");
    await sql("CM_PS1", "DELETE FROM dbo.System_DISC;");
    expect(dumpDatabase(dataFile("CM_PS1"))).not.toEqual(before);
    const { steps } = await giveBack("site-database", [full], "CM_PS1_back");
    expect(dumpDatabase(dataFile("CM_PS1_back"))).toEqual(before);
    expect(steps.join("\n")).toMatch(
      /every page checked[\s\S]*Recovered CM_PS1_back[\s\S]*Service Broker[\s\S]*CHECKDB/,
    );
    await giveBack("site-database", [full], "CM_PS1", { replace: true });
    expect(dumpDatabase(dataFile("CM_PS1"))).toEqual(before);
    await drop("CM_PS1_back");
  });

  test("knows its set, its sequence numbers, the changes it holds and the site's version", async () => {
    const { facts } = (await capture("site-database")).snapshot;
    expect(facts).toMatchObject({
      database: "CM_PS1",
      siteVersion: "5.00.9128.1000",
      recoveryModel: "SIMPLE",
      copyOnly: true,
      verified: true,
      profile: {
        server: "SQL01",
        edition: "Standard Edition (64-bit)",
        owner: expect.stringMatching(/^(sa|the login 0x[0-9A-F]+)$/),
        clrEnabled: true,
      },
    });
    expect(Number(facts["storedBytes"])).toBeGreaterThan(0);
    expect(facts["fork"]).toMatch(/^[0-9A-F]{8}-/);
    expect(facts["setGuid"]).toMatch(/^[0-9A-F]{8}-([0-9A-F]{4}-){3}[0-9A-F]{12}$/);
    expect(facts["firstLsn"]).toMatch(/^\d{15,25}$/);
    expect(facts["changeTrackingVersion"]).toMatch(/^\d+$/);
    expect(facts["serverStartedAt"]).toMatch(/Z$/);
    const [row] = await sql(
      "msdb",
      "SELECT TOP (1) CAST(first_lsn AS nvarchar(25)) AS lsn FROM dbo.backupset WHERE database_name = 'CM_PS1' ORDER BY backup_set_id DESC;",
    );
    expect(facts["firstLsn"]).toBe(row!["lsn"]);
  });

  test("tells its progress in bytes", async () => {
    const means = labMeans(lab.folder);
    await capture("site-database", { means });
    const steps = means.progress.filter((it) => it.totalBytes !== undefined);
    expect(steps.length).toBeGreaterThan(1);
    expect(steps.at(-1)!.doneBytes).toBe(steps.at(-1)!.totalBytes);
  });

  test("disturbs nobody's differentials, unless the policy has differentials of its own", async () => {
    const before = await bases();
    await capture("site-database");
    expect(await bases()).toEqual(before);
    const ours = await capture("site-database", { change: withDifferentials });
    expect(await bases()).toEqual([ours.snapshot.facts["setGuid"]]);
  });

  test("without a staging folder in the policy goes through the server's own", async () => {
    const { site, sources } = labSources(lab.folder);
    const { staging: _, ...source } = sources["site-database"];
    const sent: string[] = [];
    const request = { source, site, mode: "full" } as const;
    const means = watchBatches(labMeans(lab.folder), sent);
    const failure = driverOf("site-database").capture(request, means, collectingSink(scratch()));
    // The lab's server names a folder of its own that nobody made.
    await expect(failure).rejects.toMatchObject({
      problem: { code: "staging-unusable", hint: expect.stringContaining("D:\\SQLData\\Backup") },
    });
    expect(sent[0]).toMatch(/TO DISK = N'D:\\SQLData\\Backup\\sitekeep_PS1_lab-\d+_\w+\.bak'/);
  });
});

describe("a differential", () => {
  test("on the full that it was made for gives the newer state back", async () => {
    const full = await capture("site-database", { change: withDifferentials });
    await sql("CM_PS1", "UPDATE dbo.Sites SET SiteName = 'renamed' WHERE SiteCode = 'PS1';");
    const before = dumpDatabase(dataFile("CM_PS1"));
    const differential = await capture("site-database", {
      change: withDifferentials,
      mode: "differential",
      base: full.snapshot,
    });
    expect(differential.snapshot.mode).toBe("differential");
    expect(differential.snapshot.facts["differentialBaseGuid"]).toBe(full.snapshot.facts["setGuid"]);
    await giveBack("site-database", [full, differential], "CM_PS1_diff");
    expect(dumpDatabase(dataFile("CM_PS1_diff"))).toEqual(before);
    await drop("CM_PS1_diff");
  });

  test("whose base was moved by somebody else is taken as a full, and says so", async () => {
    const full = await capture("site-database", { change: withDifferentials });
    await sql(
      "master",
      "BACKUP DATABASE [CM_PS1] TO DISK = N'E:\\stage\\foreign.bak' WITH INIT;",
      "labadmin",
    );
    rmSync(join(stage(), "foreign.bak"));
    const instead = await capture("site-database", {
      change: withDifferentials,
      mode: "differential",
      base: full.snapshot,
    });
    expect(instead.snapshot.mode).toBe("full");
    expect(instead.captured.problems).toMatchObject([
      {
        code: "differential-base-moved",
        message: expect.stringMatching(/since ours \(.*Z by labadmin to E:\\stage\\foreign\.bak\)\.$/),
      },
    ]);
    expect(await bases()).toEqual([instead.snapshot.facts["setGuid"]]);
  });
});

describe("on a secondary replica", () => {
  test("a full that moves a base is refused before SQL Server is asked, and a copy is taken", async () => {
    await lab.during(["replica-secondary"], async () => {
      const sent: string[] = [];
      const means = watchBatches(labMeans(lab.folder), sent);
      const failing = capture("site-database", { change: withDifferentials, means });
      await expect(failing).rejects.toMatchObject({ problem: { code: "replica-refuses-backup" } });
      expect(sent).toEqual([]);
      const copy = await capture("site-database");
      expect(copy.snapshot.facts).toMatchObject({
        copyOnly: true,
        replica: { role: "secondary", behindMs: expect.any(Number) },
      });
    });
    const primary = await lab.during(["replica-not-preferred"], () => capture("site-database"));
    expect(primary.snapshot.facts).toMatchObject({ replica: { role: "primary", isPreferred: false } });
  });

  test("what SQL Server itself says of it is known", async () => {
    const backup = () => sql("master", "BACKUP DATABASE [CM_PS1] TO DISK = N'E:\\stage\\x.bak' WITH INIT;");
    const refused = await lab.during(["replica-secondary"], () =>
      backup().catch((thrown: unknown) => thrown),
    );
    expect(sqlProblem(refused as SqlError, { where: "x", server: "y", database: "z", doing: "w" }).code).toBe(
      "replica-refuses-backup",
    );
  });
});

test("another tool's snapshot backup is told with its user and device, and as the base", async () => {
  await sql(
    "master",
    "EXEC lab_take_snapshot_backup @database = N'CM_PS1', @user = N'LAB\\dpm01$';",
    "labadmin",
  );
  const { site, sources } = labSources(lab.folder);
  const request = { source: sources["site-database"], site };
  const seen = await driverOf("site-database").observe(request, labMeans(lab.folder));
  const [base] = await bases();
  expect(seen).toMatchObject({
    facts: {
      differentialBases: [base],
      lastFulls: expect.arrayContaining([
        expect.objectContaining({
          setGuid: base,
          user: "LAB\\dpm01$",
          device: expect.stringMatching(/^\{/),
          vss: true,
          copyOnly: false,
        }),
      ]),
    },
  });
});

describe("a log backup", () => {
  const reports = (): Partial<SiteDatabase> => ({
    database: labDatabase(lab.folder, "ReportServer"),
    logEveryMs: 3_600_000,
  });

  test("follows its full, and the two give the newer state back", async () => {
    const full = await capture("site-database", { change: reports() });
    await sql("ReportServer", "DELETE FROM dbo.Catalog WHERE Name LIKE 'Free%';");
    const before = dumpDatabase(dataFile("ReportServer"));
    const log = await capture("site-database", { change: reports(), mode: "log", base: full.snapshot });
    expect(log.snapshot.mode).toBe("log");
    await giveBack("site-database", [full, log], "Reports_log");
    expect(dumpDatabase(dataFile("Reports_log"))).toEqual(before);
    await drop("Reports_log");
  });

  test("after somebody else's log backup is taken as a full", async () => {
    const full = await capture("site-database", { change: reports() });
    await sql("ReportServer", "DELETE FROM dbo.Catalog WHERE Name LIKE 'Updates%';");
    await sql(
      "master",
      "BACKUP LOG [ReportServer] TO DISK = N'E:\\stage\\foreign.trn' WITH INIT;",
      "labadmin",
    );
    rmSync(join(stage(), "foreign.trn"));
    await sql("ReportServer", "DELETE FROM dbo.Catalog WHERE Name LIKE 'Contoso%';");
    const instead = await capture("site-database", { change: reports(), mode: "log", base: full.snapshot });
    expect(instead.snapshot.mode).toBe("full");
    expect(instead.captured.problems.map((it) => it.code)).toEqual(["log-chain-broken"]);
  });

  test("of a database in SIMPLE is refused with the reason", async () => {
    const full = await capture("site-database");
    const failure = capture("site-database", { mode: "log", base: full.snapshot });
    await expect(failure).rejects.toMatchObject({ problem: { code: "log-backup-refused" } });
  });
});

describe("a backup that goes wrong", () => {
  test.each([
    ["share-not-writable", "staging-unusable", "Operating system error 5"],
    ["disk-full", "staging-full", "112"],
    ["backup-fails-at-end", undefined, ""],
    ["backup-unknown", "sql-statement-unknown", "(error 40510)"],
    ["sql-down", "sql-unreachable", "sql01.lab"],
    ["login-refused", "sql-login-refused", "sitekeep"],
  ])("by %s is told with its cause, and nothing is left", async (incident, code, words) => {
    const failure = await lab.during([incident], () =>
      capture("site-database").catch((error: unknown) => error),
    );
    expect(failure).toMatchObject({
      name: "ProblemError",
      problem: { where: "PS1/database", ...(code && { code }) },
    });
    expect((failure as Error).message).toContain(words);
    expect((failure as Error).message).not.toContain("terminating abnormally");
  });

  test("is stopped on the server when it is cancelled, and leaves no file", async () => {
    await lab.during(["slow-backup"], async () => {
      const stop = new AbortController();
      const means = labMeans(lab.folder, { signal: stop.signal });
      setTimeout(() => stop.abort(), 400);
      const began = Date.now();
      await expect(capture("site-database", { means })).rejects.toMatchObject({ name: "AbortError" });
      expect(Date.now() - began).toBeLessThan(8_000);
    });
  });

  test("is stopped on the server before the volume is full, and leaves no file", async () => {
    await lab.during(["slow-backup"], async () => {
      const whole = labMeans(lab.folder);
      const began = Date.now();
      // Full as soon as there is something of the backup.
      const means: LabMeans = {
        ...whole,
        sleep: (_, signal) => whole.sleep(100, signal),
        space: async () => ({
          freeBytes: readdirSync(stage()).length > 0 ? 0 : 2 ** 50,
          totalBytes: 2 ** 50,
        }),
      };
      await expect(capture("site-database", { means })).rejects.toMatchObject({
        problem: { code: "staging-full", message: expect.stringContaining("was stopped") },
      });
      expect(Date.now() - began).toBeLessThan(8_000);
    });
    // The server is free for the next one.
    await capture("site-database");
  });

  // A compressed one takes a third of the data at once: this one ends at less.
  test.each([
    [false, 1.3],
    [true, 2],
  ])("takes about the room that was reckoned; compressed: %s", async (compression, most) => {
    const change = { compression } as const;
    const first = await capture("site-database", { change });
    const { database } = labSources(lab.folder).sources["site-database"];
    const staging = { sql: "E:\\stage", read: "E:\\stage", local: stage() };
    const request = { database, where: "x", mode: "full", compression, mayCompress: true } as const;
    const means = labMeans(lab.folder);
    const task = { database, where: "x", doing: "look" };
    const { space, needBytes } = await withSql(means, task, (sql) =>
      readRoom(request, { sql, means, staging }),
    );
    const took = statSync(join(first.folder, "CM_PS1.full.bak")).size;
    const share = (needBytes! - 4 * 1024 ** 2) / took;
    expect(share).toBeGreaterThan(0.9);
    expect(share).toBeLessThan(most);
    expect(space).toMatchObject({ is: "known" });
  });

  test("in somebody else's file is not taken for ours", async () => {
    const means = labMeans(lab.folder);
    const nonce = means.nonce();
    const other = labMeans(lab.folder);
    const swapping = {
      ...means,
      nonce: () => nonce,
      sql: async (...args: Parameters<typeof means.sql>) => {
        const runner = await means.sql(...args);
        const batch: typeof runner.batch = async (text, options) => {
          const rows = await runner.batch(text, options);
          if (text.startsWith("BACKUP")) await swap(other, nonce);
          return rows;
        };
        return { ...runner, batch };
      },
    };
    const failure = capture("site-database", { means: swapping });
    await expect(failure).rejects.toMatchObject({ problem: { code: "backup-not-expected" } });
  });

  test("because the two names of the staging folder differ is told as that", async () => {
    const wrong = { sql: "E:\\stage", read: "\\\\sql01.lab\\CMBackup$" };
    const failure = await capture("site-database", { change: { staging: wrong } }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ problem: { code: "staging-mismatch" } });
    // From here that file can't be removed: it isn't reachable under the wrong name.
    readdirSync(stage()).forEach((name) => rmSync(join(stage(), name)));
  });

  test("leaves a file that a later run removes, and nobody else's", async () => {
    const old = Date.now() / 1000 - (3 * day) / 1000;
    for (const name of ["sitekeep_PS1_abc234.bak", "sitekeep_PS2_abc234.bak", "somebody.bak"]) {
      writeFileSync(join(stage(), name), "x");
      utimesSync(join(stage(), name), old, old);
    }
    writeFileSync(join(stage(), "sitekeep_PS1_young2.bak"), "x");
    await capture("site-database");
    expect(readdirSync(stage()).sort()).toEqual([
      "sitekeep_PS1_young2.bak",
      "sitekeep_PS2_abc234.bak",
      "somebody.bak",
    ]);
    readdirSync(stage()).forEach((name) => rmSync(join(stage(), name)));
  });
});

describe("a staging folder is tried", () => {
  const tried = (folder: Staging & { readonly local: string }, user?: string) => {
    const means = labMeans(lab.folder);
    const task = { database: labDatabase(lab.folder, "CM_PS1", user), where: "PS1/keys", doing: "try" };
    return withSql(means, task, (sql) =>
      probeStaging({ sql, means, staging: folder, task, siteCode: "PS1" }),
    );
  };
  const isOf = (proof: StagingProof) =>
    Object.fromEntries(Object.entries(proof).map(([of, it]) => [of, it.is]));

  test("with files that hold nothing", async () => {
    const proof = await tried({ ...staging, local: stage() });
    expect(isOf(proof)).toEqual({ ours: "proven", seen: "proven", written: "proven", taken: "proven" });
  });

  test("and is told where its two names differ, or SQL Server may not write there", async () => {
    const other = join(lab.folder, "hosts/sql01/E/CMBackup");
    expect(await tried({ ...staging, local: other })).toMatchObject({
      ours: { is: "proven" },
      seen: { is: "refuted", why: { code: "staging-mismatch" } },
      written: { is: "not-asked", why: { code: "staging-mismatch" } },
    });
    const shut = await lab.during(["share-not-writable"], () => tried({ ...staging, local: stage() }));
    expect(shut).toMatchObject({ written: { is: "refuted", why: { code: "staging-unusable" } } });
  });

  test("as far as the login may", async () => {
    const proof = await tried({ ...staging, local: stage() }, "limited");
    expect(proof).toMatchObject({
      ours: { is: "proven" },
      seen: { is: "not-asked", why: { code: "sql-permission" } },
      written: { is: "not-asked" },
    });
  });
});

describe("giving a database back", () => {
  test("never touches a database that is there, unless it is to be replaced", async () => {
    const full = await capture("site-database");
    const before = dumpDatabase(dataFile("SUSDB"));
    const sent: string[] = [];
    const means = watchBatches(labMeans(lab.folder), sent);
    const failure = giveBack("site-database", [full], "SUSDB", { means });
    await expect(failure).rejects.toMatchObject({ problem: { code: "restore-would-overwrite" } });
    expect(sent).toEqual([]);
    expect(dumpDatabase(dataFile("SUSDB"))).toEqual(before);
  });

  test("goes to another server by a folder of that machine, however the source's own is called", async () => {
    const full = await capture("site-database");
    const before = dumpDatabase(dataFile("CM_PS1"));
    const database = { ...labDatabase(lab.folder, "CM_PS1_away", "labadmin"), server: "sqlcas.lab" };
    const { steps } = await giveBack("site-database", [full], "", {
      target: { database, staging: { sql: "E:\\stage" } },
    });
    expect(steps.at(-1)).toBe("DBCC CHECKDB found nothing wrong with CM_PS1_away.");
    const file = join(lab.folder, "hosts/sqlcas/data/CM_PS1_away.mdf");
    expect(dumpDatabase(file)).toEqual(before);
    expect(readdirSync(join(lab.folder, "hosts/sqlcas/E/stage"))).toEqual([]);
  });

  test("that has no room is told before anything is copied", async () => {
    const full = await capture("site-database");
    const sent: string[] = [];
    const means = watchBatches(labMeans(lab.folder), sent);
    const space = async () => ({ freeBytes: 2 ** 30, totalBytes: 2 ** 40 });
    const failure = giveBack("site-database", [full], "CM_PS1_full", { means: { ...means, space } });
    await expect(failure).rejects.toMatchObject({ problem: { code: "disk-full" } });
    expect(sent).toEqual([]);
  });

  test("a damaged file is named, and leaves no database behind", async () => {
    const full = await capture("site-database");
    const file = join(full.folder, "CM_PS1.full.bak");
    const bytes = readFileSync(file);
    bytes[Math.floor(bytes.length / 2)]! ^= 0xff;
    writeFileSync(file, bytes);
    const failure = await giveBack("site-database", [full], "CM_PS1_bad").catch((error: unknown) => error);
    expect(failure).toMatchObject({ problem: { code: "backup-unreadable" } });
    expect(await sql("master", "SELECT name FROM sys.databases WHERE name = 'CM_PS1_bad';")).toEqual([]);
  });

  test("a snapshot without its backup file is told as that", async () => {
    const full = await capture("site-database");
    rmSync(join(full.folder, "CM_PS1.full.bak"));
    const failure = giveBack("site-database", [full], "CM_PS1_none");
    await expect(failure).rejects.toMatchObject({ problem: { code: "backup-not-in-snapshot" } });
  });

  test("the report server's two databases come back under names that fit each other", async () => {
    const before = ["ReportServer", "ReportServerTempDB"].map((name) => dumpDatabase(dataFile(name)));
    const reports = await capture("reporting-server");
    const { steps } = await giveBack("reporting-server", [reports], "RS_back");
    expect(["RS_back", "RS_backTempDB"].map((name) => dumpDatabase(dataFile(name)))).toEqual(before);
    expect(steps.at(-1)).toContain("rskeymgmt");
    await drop("RS_back");
    await drop("RS_backTempDB");
  });

  test("SUSDB comes back with the same rows", async () => {
    const before = dumpDatabase(dataFile("SUSDB"));
    const updates = await capture("sql-database");
    await giveBack("sql-database", [updates], "SUSDB_back");
    expect(dumpDatabase(dataFile("SUSDB_back"))).toEqual(before);
    await drop("SUSDB_back");
  });
});

describe("a login that may back a database up and not have the backup read again", () => {
  test.each(["site-database", "sql-database", "reporting-server"] as const)(
    "makes a %s one that answers with a risk, and with the grant that cures it",
    async (kind) => {
      const { site, sources } = labSources(lab.folder);
      const source = sources[kind];
      const seen = await lab.during(["login-sees-nothing"], () =>
        driverOf(kind).observe({ source, site }, labMeans(lab.folder)),
      );
      const found = seen.answers ? seen.risks.filter(({ code }) => code === "backup-not-verified") : [];
      expect(found.length).toBeGreaterThan(0);
      const [{ message, hint }] = found as [Problem];
      expect(message).toMatch(/^This login may not have sql01\.lab read backups of .* again/);
      expect(hint).toContain("USE master; GRANT CREATE ANY DATABASE TO [sitekeep];");
      expect(hint).not.toContain("db_backupoperator");
    },
  );

  test("gets no capture where msdb is closed to it too: nobody could say what the file is", async () => {
    const sent: string[] = [];
    const means = watchBatches(labMeans(lab.folder), sent);
    const failing = lab.during(["login-sees-nothing"], () => capture("site-database", { means }));
    await expect(failing).rejects.toMatchObject({ problem: { code: "sql-permission" } });
    expect(sent.filter((it) => it.startsWith("BACKUP"))).toEqual([]);
  });

  test("is told of each right once, and of log backups where the policy has some", async () => {
    const { site, sources } = labSources(lab.folder);
    const database = labDatabase(lab.folder, "CM_PS1", "limited");
    const look = (change: Partial<SiteDatabase>) =>
      driverOf("site-database").observe(
        { source: { ...sources["site-database"], database, ...change }, site },
        labMeans(lab.folder),
      );
    const grant = "USE [CM_PS1]; ALTER ROLE db_backupoperator ADD MEMBER [limited];";
    expect(await look({})).toMatchObject({
      problem: {
        message: expect.stringMatching(/lacks BACKUP DATABASE and CREATE ANY DATABASE\.$/),
        hint: `Run as an administrator of sql01.lab: ${grant} USE master; GRANT CREATE ANY DATABASE TO [limited]; (docs/permissions.md)`,
      },
    });
    expect(await look({ logEveryMs: 3_600_000 })).toMatchObject({
      problem: { message: expect.stringMatching(/lacks BACKUP DATABASE and BACKUP LOG and CREATE/) },
    });
    expect(await look({ method: "external" })).toMatchObject({ answers: true });
  });
});

describe("keys", () => {
  test("the report server's key can be applied with the password that the recipe gives", async () => {
    const means = labMeans(lab.folder);
    const reports = await capture("reporting-server", { means });
    const salt = String(reports.snapshot.facts["encryptionKey"]);
    const file = join(reports.folder, "encryption-key", `${salt}.snk`);
    const secret = readFileSync(join(lab.folder, "secrets/rs-password"), "utf8").trim();
    const apply = (password: string) =>
      means.runTool("rskeymgmt", ["-a", "-f", file, "-p", password, "-i", "SSRS"], { input: "Y\r\n" });
    expect((await apply(await keyFilePassword(secret, salt))).exitCode).toBe(0);
    expect((await apply(secret)).exitCode).not.toBe(0);
  });

  test("a report server without its tool is captured, and the key is missed aloud", async () => {
    const means: LabMeans = {
      ...labMeans(lab.folder),
      runTool: async () => ({ exitCode: 1, stdout: "", stderr: "secret?" }),
    };
    const { captured } = await capture("reporting-server", { means });
    expect(captured.problems).toMatchObject([{ code: "reporting-key-failed", severity: "risk" }]);
    expect(JSON.stringify(captured.problems)).not.toContain("secret?");
    expect(captured.facts["encryptionKey"]).toBe("failed");
  });

  test("the task's set is locked as the site database is, by transparent data encryption too", async () => {
    const plain = await capture("task-backup");
    expect(plain.captured.facts).toMatchObject({ needsKeys: ["bitlocker"] });
    expect(plain.captured.problems).toEqual([]);
    await lab.during(["database-encrypted"], async () => {
      const { facts } = (await capture("site-database")).captured;
      expect(facts["needsKeys"]).toEqual(["bitlocker", "tde"]);
      const { needsKeys, locks } = facts;
      expect((await capture("task-backup")).captured.facts).toMatchObject({ needsKeys, locks });
    });
  });

  test("the BitLocker certificate is exported with its private key", async () => {
    const { folder, captured } = await capture("sql-keys");
    expect(captured.facts["keys"]).toEqual([
      "certificate BitLockerManagement_CERT of CM_PS1",
      "master key of CM_PS1",
    ]);
    const certificate = join(folder, "CM_PS1/BitLockerManagement_CERT.cer");
    const subject = execFileSync(
      "openssl",
      ["x509", "-inform", "DER", "-in", certificate, "-noout", "-subject"],
      { encoding: "utf8" },
    );
    expect(subject).toContain("BitLocker Management");
    expect(readFileSync(join(folder, "CM_PS1/BitLockerManagement_CERT.pvk")).length).toBeGreaterThan(100);
    expect(readFileSync(join(folder, "CM_PS1/master-key.key")).length).toBeGreaterThan(20);
  });

  test("keys that nothing would seal are a source that does not answer", async () => {
    const { site, sources } = labSources(lab.folder);
    const { password: _, ...source } = sources["sql-keys"];
    const means = { ...labMeans(lab.folder), sealed: false };
    const seen = await driverOf("sql-keys").observe({ source, site }, means);
    expect(seen).toMatchObject({ answers: false, problem: { code: "key-password-missing" } });
  });
});

describe("a database that another tool backs up", () => {
  test("is witnessed by msdb: age and list of its backups, and nothing is copied", async () => {
    await sql("master", "BACKUP DATABASE [SUSDB] TO DISK = N'E:\\stage\\dpm.bak' WITH INIT;", "labadmin");
    rmSync(join(stage(), "dpm.bak"));
    const change = { method: "external", database: labDatabase(lab.folder, "SUSDB") } as const;
    const { folder, captured } = await capture("site-database", { change });
    expect(readdirSync(folder)).toEqual(["backup-history.json"]);
    const { counted } = JSON.parse(readFileSync(join(folder, "backup-history.json"), "utf8"));
    const [newest] = counted;
    expect(newest).toMatchObject({ type: "full", device: "E:\\stage\\dpm.bak" });
    expect(captured.asOf).toBe(newest.startedAt);
  });

  test("is taken to be as old as it can be where msdb does not know the server's zone", async () => {
    const change = { method: "external", database: labDatabase(lab.folder, "SUSDB") } as const;
    await sql("msdb", "UPDATE dbo.backupset SET time_zone = 127 WHERE database_name = N'SUSDB';", "labadmin");
    const { folder, captured } = await capture("site-database", { change });
    const { counted } = JSON.parse(readFileSync(join(folder, "backup-history.json"), "utf8"));
    const [newest] = counted;
    expect(captured.asOf).toBe(newest.startedAt - 14 * 3_600_000);
  });

  test("in an availability group is witnessed by each replica, and one that can't be reached is told", async () => {
    const { site, sources } = labSources(lab.folder);
    const look = async () => {
      const database = labDatabase(lab.folder, "CM_PS1");
      const source = { ...sources["site-database"], method: "external", database } as const;
      const seen = await driverOf("site-database").observe({ source, site }, labMeans(lab.folder));
      const problems = seen.answers ? seen.risks : [seen.problem];
      return problems.filter(({ code }) => code === "replica-not-asked").map(({ message }) => message);
    };
    expect(await look()).toEqual([]);
    await lab.during(["availability-group"], async () => {
      expect(await look()).toEqual([
        expect.stringMatching(
          /^SQL01B is a replica of CM_PS1, and which backups it took is not known: SQL01B\.lab /,
        ),
      ]);
    });
  });

  test("is shown red when msdb may not be read", async () => {
    const { site, sources } = labSources(lab.folder);
    const database = labDatabase(lab.folder, "CM_PS1", "limited");
    const source = { ...sources["site-database"], method: "external", database } as const;
    const seen = await driverOf("site-database").observe({ source, site }, labMeans(lab.folder));
    const problems = seen.answers ? seen.risks : [seen.problem];
    // Nor does it see which of several databases of that name this one is.
    expect(problems.map((it) => it.code)).toEqual(["backup-history-hidden", "sql-permission"]);
  });
});

interface Taken {
  readonly folder: string;
  readonly snapshot: Snapshot;
  readonly captured: Awaited<ReturnType<ReturnType<typeof driverOf>["capture"]>>;
}

interface CaptureOptions<Kind extends SourceKind> {
  readonly change?: Partial<SourceOf<Kind>>;
  readonly mode?: CaptureMode;
  readonly base?: Snapshot;
  readonly means?: LabMeans;
}

async function capture<Kind extends SourceKind>(
  kind: Kind,
  options: CaptureOptions<Kind> = {},
): Promise<Taken> {
  const { site, sources } = labSources(lab.folder);
  const source = { ...sources[kind], ...options.change };
  const folder = scratch();
  const { mode = "full", base, means = labMeans(lab.folder) } = options;
  const request = { source, site, mode, ...(base && { base }) };
  const captured = await driverOf(kind).capture(request, means, collectingSink(folder));
  expect((await captured.cleanUp?.()) ?? []).toEqual([]);
  means.temporary.forEach((path) => rmSync(path, { recursive: true, force: true }));
  const { facts, asOf } = captured;
  const snapshot = {
    site: "PS1",
    source: source.name,
    kind,
    mode: captured.mode,
    facts,
    asOf,
  } as unknown as Snapshot;
  return { folder, snapshot, captured };
}

function giveBack(
  kind: SourceKind,
  chain: readonly Taken[],
  name: string,
  options: { replace?: boolean; means?: LabMeans; target?: GiveBackRequest<Source>["target"] } = {},
) {
  const { sources } = labSources(lab.folder);
  const request = {
    source: sources[kind],
    folders: chain.map((it) => it.folder),
    snapshots: chain.map((it) => it.snapshot),
    target: options.target ?? { database: labDatabase(lab.folder, name, "labadmin"), staging },
    replace: options.replace ?? false,
  };
  return driverOf(kind).giveBack!(request, options.means ?? labMeans(lab.folder));
}

async function sql(database: string, text: string, user = "labadmin") {
  const runner = await labMeans(lab.folder).sql(labDatabase(lab.folder, database, user));
  try {
    return await runner.batch(text);
  } finally {
    await runner.close();
  }
}

async function bases(): Promise<readonly unknown[]> {
  const query =
    "SELECT CAST(differential_base_guid AS nvarchar(36)) AS base FROM sys.database_files WHERE type = 0;";
  return (await sql("CM_PS1", query)).map((row) => row["base"]);
}

async function drop(database: string): Promise<void> {
  await sql("master", `DROP DATABASE [${database}];`);
}

/** Puts another database's backup where ours was. */
async function swap(means: LabMeans, nonce: string): Promise<void> {
  const runner = await means.sql(labDatabase(lab.folder, "master", "labadmin"));
  const name = `sitekeep_PS1_${means.owner}_${nonce}.bak`;
  await runner.batch(
    `BACKUP DATABASE [SUSDB] TO DISK = N'E:\\stage\\${name}' WITH FORMAT, INIT, CHECKSUM, NAME = N'${name}';`,
  );
  await runner.close();
}

function watchBatches(means: LabMeans, sent: string[]): LabMeans {
  return {
    ...means,
    sql: async (database) => {
      const runner = await means.sql(database);
      return { ...runner, batch: (text, options) => (sent.push(text), runner.batch(text, options)) };
    },
  };
}
