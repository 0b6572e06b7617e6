import { readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { gibibyte } from "../../../../src/core/base/bytes.ts";
import { given } from "../../../../src/core/base/given.ts";
import type { ProblemError } from "../../../../src/core/base/problem.ts";
import { day, hour, minute } from "../../../../src/core/base/instant.ts";
import type { JsonObject } from "../../../../src/core/base/json.ts";
import type { Snapshot } from "../../../../src/core/model/repository/snapshot.ts";
import type { MadeUpServer } from "../../../support/made-up-server.ts";
import type { BatchOptions } from "../../../../src/drivers/access/sql/sql-runner.ts";
import type { Means, VolumeSpace } from "../../../../src/drivers/driver.ts";
import type { BackupRequest } from "../../../../src/drivers/parts/backup/backup-request.ts";
import { captureDatabase } from "../../../../src/drivers/parts/backup/database-backup.ts";
import { address, noon } from "../../../support/build-site.ts";
import { listingSink } from "../../../support/collecting-sink.ts";
import { madeUpMeans } from "../../../support/made-up-means.ts";
import {
  type Answers,
  headerRow,
  historyRow,
  instanceRow,
  madeUpServer,
  refusal,
  soundAnswers,
  soundProfile,
} from "../../../support/made-up-server.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const setGuid = "6F9619FF-8B86-D011-B42D-00C04FC964FF";
const foreignGuid = "11111111-8B86-D011-B42D-00C04FC964FF";
const request: BackupRequest = {
  database: address,
  siteCode: "PS1",
  staging: { sql: "E:\\stage", read: "\\\\sql01\\stage$" },
  where: "PS1/database",
  mode: "full",
  compression: false,
  mayCompress: true,
  startsChain: false,
};
const facts = {
  database: "CM_PS1",
  dataBytes: 1028 * 8192,
  recoveryModel: "SIMPLE",
  collation: "Latin1_General_CI_AS",
  profile: soundProfile,
  changeTrackingVersion: "4711",
  siteVersion: "5.00.9128.1000",
  locks: {},
  serverStartedAt: "2026-11-22T12:00:05.000Z",
  clockOffsetMs: 5_000,
  setGuid,
  copyOnly: true,
  serverVersion: "16.0.4105",
  verified: true,
  backupBytes: 8,
  storedBytes: 4,
  family: "0E984725-C51C-4BF4-9960-E1C80E27ABA0",
  fork: "11111111-2222-3333-4444-555555555555",
  firstLsn: "52000000018600001",
  lastLsn: "52000000018800001",
  checkpointLsn: "52000000018600037",
  databaseBackupLsn: "51000000018600001",
  serverFinishedAt: "2026-11-22T12:30:00.500Z",
};

describe("a full backup", () => {
  test("is written, read again by the server, and offered with all that is known of it", async () => {
    const { folder, sql, means, sink, captured } = await capture();
    expect(sql.batches).toEqual([
      "BACKUP DATABASE [CM_PS1] TO DISK = N'E:\\stage\\sitekeep_PS1_cm01-1_nonce1.bak' WITH COPY_ONLY, NO_COMPRESSION, NAME = N'sitekeep_PS1_cm01-1_nonce1.bak', CHECKSUM, FORMAT, INIT, STATS = 5;",
      "RESTORE HEADERONLY FROM DISK = N'E:\\stage\\sitekeep_PS1_cm01-1_nonce1.bak';",
      "RESTORE VERIFYONLY FROM DISK = N'E:\\stage\\sitekeep_PS1_cm01-1_nonce1.bak' WITH CHECKSUM;",
    ]);
    const { cleanUp, ...rest } = captured;
    expect(rest).toEqual({ mode: "full", asOf: noon, facts, problems: [] });
    expect(sink.offers).toEqual([
      {
        type: "file",
        path: "CM_PS1.full.bak",
        modifiedAt: expect.any(Number),
        size: 4,
        locator: { file: join(folder, "sitekeep_PS1_cm01-1_nonce1.bak") },
        essential: true,
      },
    ]);
    expect(means.reported).toEqual([
      { text: "full backup of CM_PS1", doneBytes: 4_210_688, totalBytes: 8_421_376 },
      { text: "full backup of CM_PS1", doneBytes: 8_421_376, totalBytes: 8_421_376 },
      { text: "verifying the full backup of CM_PS1" },
    ]);
    expect(sql.parameters.history).toEqual({ database: "CM_PS1", name: "sitekeep_PS1_cm01-1_nonce1.bak" });
    expect([means.opened, sql.closed()]).toEqual([["CM_PS1"], 1]);
    expect(readdirSync(folder)).toEqual(["sitekeep_PS1_cm01-1_nonce1.bak"]);
    expect(await cleanUp!()).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("that differentials are to follow counts as their base, and may be compressed", async () => {
    const { sql } = await capture({ change: { startsChain: true, compression: true } });
    expect(sql.batches[0]).toContain(" WITH COMPRESSION, NAME = ");
  });

  test.each<[string, Answers, Readonly<Record<string, string>>]>([
    ["the certificate of BitLocker", bitlocker(), { bitlocker: "0A0B" }],
    ["both", { ...encrypted(), ...bitlocker() }, { bitlocker: "0A0B", tde: "AB12" }],
    ["the certificate that encrypts it", encrypted(), { tde: "AB12" }],
    [
      "a key of a provider",
      { ...encrypted(), encryptor: [{ thumbprint: "01", encryptor: "ASYMMETRIC KEY" }] },
      { tde: "unknown" },
    ],
  ])("of a database that needs %s says so, and which it is", async (_, answers, locks) => {
    const { captured } = await capture({ answers });
    expect(captured.facts).toEqual({ ...facts, needsKeys: Object.keys(locks), locks });
    expect(captured.problems).toEqual([]);
  });

  test("whose header tells that it is encrypted itself says by which certificate", async () => {
    const headers = [
      headerRow({ BackupName: "sitekeep_PS1_cm01-1_nonce1.bak", EncryptorThumbprint: "0xcd34" }),
    ];
    const { captured } = await capture({ answers: { headers } });
    expect(captured.facts).toEqual({ ...facts, needsKeys: ["backup"], locks: { backup: "CD34" } });
  });

  test("of an encrypted database whose certificate is hidden says that it is, and with which right it shows", async () => {
    const encryptor = refusal([300, "VIEW SERVER STATE permission was denied on object 'server'."]);
    const { captured } = await capture({ answers: { ...encrypted(), encryptor } });
    expect(captured.facts).toEqual({ ...facts, needsKeys: ["tde"], locks: { tde: "unknown" } });
    expect(captured.problems).toMatchObject([
      {
        code: "sql-permission",
        severity: "risk",
        hint: expect.stringContaining("GRANT VIEW SERVER STATE TO"),
      },
    ]);
  });

  test.each<[string, Answers, object]>([
    ["BitLocker Management is on", { bitlocker: [{ enabled: 1 }] }, { needsKeys: ["bitlocker"] }],
    ["nobody can tell whether it is on", { bitlocker: refusal([229, "No."]) }, {}],
  ])("of a site whose certificate may be hidden says so where %s", async (_, answers, needs) => {
    const rights = [{ ...rightsRow, shown: 0 }];
    const { captured } = await capture({ answers: { ...answers, rights } });
    expect(captured.facts).toEqual({ ...facts, ...needs, locks: { bitlocker: "unknown" } });
    expect(captured.problems).toMatchObject([{ code: "sql-permission", severity: "risk" }]);
  });

  test("of a site that keeps recovery keys without a certificate needs none", async () => {
    const answers = { bitlocker: [{ enabled: 1 }], rights: [{ ...rightsRow, shown: 1 }] };
    expect((await capture({ answers })).captured.facts).toEqual(facts);
  });

  test("tells less where the server tells less", async () => {
    const hidden = refusal([229, "The SELECT permission was denied."]);
    const answers = { database: [], tracking: [], site: hidden, clock: [], history: hidden };
    const { captured } = await capture({ answers });
    expect(captured.facts).toEqual({
      database: "CM_PS1",
      dataBytes: 8_421_376,
      setGuid,
      copyOnly: true,
      profile: soundProfile,
      locks: { tde: "unknown" },
      serverVersion: "16.0.4105",
      verified: true,
      backupBytes: 8,
      storedBytes: 4,
      family: facts.family,
      fork: facts.fork,
      msdb: "not-readable",
    });
  });

  test("whose row in msdb has no zone does not say when it ended", async () => {
    const { captured } = await capture({ answers: { history: [historyRow({ time_zone: 127 })] } });
    const { serverFinishedAt: _, ...rest } = facts;
    expect(captured.facts).toEqual(rest);
  });

  test("removes what a run left that died three days before, of its site alone", async () => {
    const folder = temporaryFolder();
    const old = Date.now() / 1000 - (2 * day + hour) / 1000;
    const names = [
      "sitekeep_PS1_old.bak",
      "sitekeep_PS2_old.bak",
      "x.sitekeep_PS1_old.bak",
      "sitekeep_PS1_old.bak.x",
    ];
    for (const name of names) {
      writeFileSync(join(folder, name), "x");
      utimesSync(join(folder, name), old, old);
    }
    writeFileSync(join(folder, "sitekeep_PS1_young.bak"), "x");
    await capture({ folder });
    expect(readdirSync(folder)).toEqual([
      "sitekeep_PS1_cm01-1_nonce1.bak",
      "sitekeep_PS1_old.bak.x",
      "sitekeep_PS1_young.bak",
      "sitekeep_PS2_old.bak",
      "x.sitekeep_PS1_old.bak",
    ]);
  });

  test("goes through the server's own folder where the policy names none, and through that machine's share", async () => {
    const { staging: _, ...unstaged } = request;
    const { sql, sink, folder } = await capture({ request: unstaged });
    expect(sql.batches[0]).toContain("TO DISK = N'D:\\SQL\\Backup\\sitekeep_PS1_cm01-1_nonce1.bak'");
    expect(sink.offers).toMatchObject([
      { locator: { file: join(folder, "sitekeep_PS1_cm01-1_nonce1.bak") } },
    ]);
  });

  test("needs a folder that somebody names", async () => {
    const { staging: _, ...unstaged } = request;
    await expect(
      capture({ request: unstaged, answers: { stagingFolder: [{ folder: null }] } }),
    ).rejects.toMatchObject({
      problem: {
        code: "staging-not-named",
        severity: "error",
        message: "No folder is named where SQL Server may put backups, and the server does not tell its own.",
        where: "PS1/database",
        hint: "Add staging: { sql: 'E:\\stage', read: '\\\\SQLHOST\\stage$' } to the source.",
      },
    });
  });
});

describe("a differential", () => {
  const chained = { mode: "differential", startsChain: true, base: full({ setGuid }) } as const;

  test("on the full that it was made for stays one, and its size is not foretold", async () => {
    const { sql, means, sink, captured } = await capture({
      change: chained,
      answers: withHeader({ BackupType: 5, IsCopyOnly: false, DifferentialBaseGUID: `{${setGuid}}` }),
    });
    expect(sql.batches[0]).toContain(" WITH DIFFERENTIAL, NO_COMPRESSION, ");
    expect(captured).toMatchObject({
      mode: "differential",
      problems: [],
      facts: { copyOnly: false, differentialBaseGuid: setGuid },
    });
    expect(sink.files()).toEqual(["CM_PS1.differential.bak"]);
    expect(means.reported[0]).toEqual({ text: "differential backup of CM_PS1" });
  });

  test("before which somebody took a full, after we had looked, is taken away for a full", async () => {
    let asked = 0;
    const headers = () =>
      asked++ === 0
        ? [ours({ BackupType: 5, IsCopyOnly: false, DifferentialBaseGUID: foreignGuid })]
        : [ours({ BackupName: "sitekeep_PS1_cm01-1_nonce2.bak", IsCopyOnly: false })];
    const theirs = historyRow({ set_guid: foreignGuid, device: "E:\\other.bak", type: "D" });
    let histories = 0;
    const history = () => (histories++ === 1 ? [theirs] : [historyRow()]);
    const { folder, sink, captured } = await capture({ change: chained, answers: { headers, history } });
    expect(captured).toMatchObject({
      mode: "full",
      problems: [{ code: "differential-base-moved", message: expect.stringContaining("to E:\\other.bak).") }],
    });
    expect(sink.files()).toEqual(["CM_PS1.full.bak"]);
    expect(readdirSync(folder)).toEqual(["sitekeep_PS1_cm01-1_nonce2.bak"]);
  });

  test("after a failover stays one: the base is the database's, and the new server's msdb knows of none", async () => {
    const failover = { history: [historyRow({ name: "sitekeep_PS1_cm01-1_nonce1.bak", type: "I" })] };
    const header = withHeader({
      BackupType: 5,
      IsCopyOnly: false,
      ServerName: "SQL02",
      DifferentialBaseGUID: setGuid,
    });
    const instance = [{ ...instanceRow, server: "SQL02" }];
    const { captured } = await capture({ change: chained, answers: { ...header, ...failover, instance } });
    expect(captured).toMatchObject({ mode: "differential", problems: [] });
  });

  test("that was made on a full with another checkpoint is taken away for a full", async () => {
    const base = full({ setGuid, checkpointLsn: "51000000018600001" });
    const header = { BackupType: 5, IsCopyOnly: false, DifferentialBaseGUID: setGuid };
    const fits = await capture({ change: { ...chained, base }, answers: withHeader(header) });
    expect(fits.captured).toMatchObject({ mode: "differential", problems: [] });
    const other = full({ setGuid, checkpointLsn: "51000000018600002" });
    const { captured } = await capture({ change: { ...chained, base: other } });
    expect(captured).toMatchObject({ mode: "full", problems: [{ code: "differential-base-moved" }] });
  });

  test("whose base was moved is a full, and says by whom", async () => {
    const theirs = historyRow({ set_guid: foreignGuid, device: "E:\\other.bak" });
    let asked = 0;
    const { sink, captured } = await capture({
      change: chained,
      answers: {
        files: [{ pages: 1, base: foreignGuid }],
        history: () => (asked++ === 0 ? [theirs] : [historyRow()]),
      },
    });
    expect(sink.files()).toEqual(["CM_PS1.full.bak"]);
    expect(captured.mode).toBe("full");
    expect(captured.problems).toEqual([
      {
        code: "differential-base-moved",
        severity: "risk",
        message:
          "A full was taken instead of a differential, as another full backup was taken since ours (2026-11-22 12:00Z by CONTOSO\\backup$ to E:\\other.bak).",
        where: "PS1/database",
        hint: "Make the other tool's full backups copy-only, or find it in msdb.dbo.backupset (is_copy_only = 0).",
      },
    ]);
  });
});

describe("on a secondary replica of an availability group", () => {
  const replica = [{ in_group: 1, updateability: "READ_ONLY", is_preferred: 1 }];
  const refused = {
    code: "replica-refuses-backup",
    severity: "error",
    where: "PS1/database",
    message: expect.stringContaining("sql01.contoso.com is a secondary replica"),
    hint: expect.stringContaining("the listener of the group, or its primary"),
  };

  test.each<[string, Partial<BackupRequest>]>([
    ["a full that others are to follow", { startsChain: true }],
    ["a differential", { startsChain: true, mode: "differential", base: full({ setGuid }) }],
  ])("%s is refused before anything is written", async (_, change) => {
    const sql = serverOf(temporaryFolder(), { replica });
    await expect(capture({ sql, change })).rejects.toMatchObject({ problem: refused });
    expect(sql.batches).toEqual([]);
  });

  test.each<[string, Partial<BackupRequest>, Answers]>([
    ["a copy-only full", {}, {}],
    ["a log", { startsChain: true, mode: "log" }, {}],
    [
      "any full of SQL Server 2025",
      { startsChain: true },
      { instance: [{ ...instanceRow, version: "17.0.1000.7" }] },
    ],
  ])("%s is taken, and tells which replica it is of", async (_, change, answers) => {
    const { captured } = await capture({ change, answers: { replica, ...answers } });
    expect(captured.facts).toMatchObject({ replica: { role: "secondary", isPreferred: true } });
  });

  test("a copy is dated by the newest transaction that the replica holds", async () => {
    const { captured } = await capture({ answers: { replica, behind: [{ behind_seconds: "5400" }] } });
    expect(captured).toMatchObject({
      asOf: noon - 90 * minute,
      facts: { replica: { role: "secondary", behindMs: 90 * minute }, clockOffsetMs: 5_000 },
      problems: [],
    });
  });

  test.each<[string, Answers["behind"], string]>([
    ["hides its state", refusal([300, "VIEW SERVER STATE permission was denied."]), "VIEW SERVER STATE"],
    ["shows no row", [], "VIEW SERVER STATE"],
    ["has received nothing", [{ behind_seconds: null }], "the listener"],
    ["has another zone", [{ behind_seconds: -3600 }], "clocks and zones"],
  ])("a copy whose replica %s says that its age is not known", async (_, behind, cure) => {
    const { captured } = await capture({ answers: { replica, behind: behind! } });
    expect(captured.facts["replica"]).toEqual({ role: "secondary", isPreferred: true });
    expect(captured.problems).toMatchObject([
      {
        code: "replica-age-unknown",
        severity: "risk",
        message: expect.stringContaining("sql01.contoso.com is a secondary replica of CM_PS1, and how far"),
        hint: expect.stringContaining(cure),
      },
    ]);
  });

  test("a primary is not asked how far it is behind", async () => {
    const primary = [{ in_group: 1, updateability: "READ_WRITE", is_preferred: 1 }];
    const { captured, sql } = await capture({ answers: { replica: primary, behind: [] } });
    expect(captured).toMatchObject({ asOf: noon, facts: { replica: { role: "primary" } }, problems: [] });
    expect(sql.queries.filter((it) => it.includes("dm_hadr"))).toEqual([]);
  });

  test("a backup that SQL Server refuses all the same is told with the cure", async () => {
    const backup = refusal(
      [3059, "This BACKUP or RESTORE command is not supported on a secondary replica."],
      [3013, "It ends."],
    );
    await expect(
      capture({ answers: { backup, replica: refusal([195, "No such function."]) } }),
    ).rejects.toMatchObject({
      problem: { code: "replica-refuses-backup", hint: expect.stringContaining("listener") },
    });
  });
});

describe("a backup that the login may not have read again", () => {
  const denied = refusal(
    [262, "CREATE DATABASE permission denied in database 'master'."],
    [3013, "It ends."],
  );
  const told = {
    code: "backup-not-verified",
    severity: "risk",
    where: "PS1/database",
    hint: expect.stringContaining("GRANT CREATE ANY DATABASE TO [DOMAIN\\account$];"),
  };

  test("is kept as one that nobody has verified, known by its row in msdb", async () => {
    const { captured, sql, sink } = await capture({ answers: { headers: denied, verify: denied } });
    expect(captured.problems).toMatchObject([told]);
    expect(captured.facts).toMatchObject({
      setGuid,
      copyOnly: true,
      verified: false,
      serverVersion: "16.0.4105.2",
    });
    expect(captured.facts).not.toHaveProperty("fork");
    expect(sink.files()).toEqual(["CM_PS1.full.bak"]);
    // What may not be read is not asked for a second time.
    expect(sql.batches.filter((it) => it.startsWith("RESTORE"))).toHaveLength(1);
  });

  test("and whose header may be read is known by that too", async () => {
    const { captured } = await capture({ answers: { verify: denied } });
    expect(captured.problems).toMatchObject([told]);
    expect(captured.facts).toEqual({ ...facts, verified: false });
  });

  test.each([
    [
      "another mode",
      [historyRow({ name: "sitekeep_PS1_cm01-1_nonce1.bak", type: "I" })],
      "msdb has differential",
    ],
    ["nothing", [], "msdb has none"],
  ])("and of which msdb knows %s is not taken for ours", async (_, history, words) => {
    const failing = capture({ answers: { headers: denied, history } });
    await expect(failing).rejects.toMatchObject({
      problem: { code: "backup-not-expected", message: expect.stringContaining(words) },
    });
  });

  test("is not begun where msdb is closed too", async () => {
    const rights = [{ backup_database: 1, backup_log: 1, create_any: 0, create_in_master: 0 }];
    const sql = serverOf(temporaryFolder(), { rights, history: refusal([916, "No."]) });
    await expect(capture({ sql })).rejects.toMatchObject({ problem: { code: "sql-permission" } });
    expect(sql.batches).toEqual([]);
  });

  test("and that nobody knows of leaves no file", async () => {
    const folder = temporaryFolder();
    const answers = { headers: denied, history: refusal([229, "No."]) };
    await expect(capture({ folder, answers })).rejects.toMatchObject({
      problem: { code: "sql-permission", message: expect.stringContaining("error 262") },
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});

test("how a backup itself is encrypted is written down, and the certificate that it needs", async () => {
  const header = { KeyAlgorithm: "aes_256", EncryptorThumbprint: new Uint8Array([0xab, 0x01]) };
  const { captured } = await capture({ answers: withHeader(header) });
  expect(captured.facts).toMatchObject({
    encryption: "aes_256",
    needsKeys: ["backup"],
    locks: { backup: "AB01" },
  });
});

describe("a log backup", () => {
  const log = { mode: "log", startsChain: true } as const;

  test("that follows its predecessor stays one", async () => {
    const { sql, sink, captured } = await capture({
      change: { ...log, base: full({ lastLsn: "52000000018600001" }) },
    });
    expect(sql.batches[0]).toMatch(/^BACKUP LOG \[CM_PS1\] .* WITH NO_COMPRESSION, /);
    expect(captured).toMatchObject({ mode: "log", problems: [] });
    expect(sink.files()).toEqual(["CM_PS1.log.bak"]);
  });

  test("whose row in msdb may not be read stays one", async () => {
    const answers = { history: refusal([916, "No."]) };
    const { captured } = await capture({
      change: { ...log, base: full({ lastLsn: "52000000018600001" }) },
      answers,
    });
    expect(captured).toMatchObject({ mode: "log", facts: { msdb: "not-readable" }, problems: [] });
  });

  test("is judged by its header where msdb is closed", async () => {
    const answers = { history: refusal([916, "No."]) };
    const { captured } = await capture({
      change: { ...log, base: full({ lastLsn: "51000000018600000" }) },
      answers,
    });
    expect(captured.problems).toMatchObject([
      {
        message: expect.stringMatching(
          /the log begins at about 52000000018600\d{3}, and the backup before it/,
        ),
      },
    ]);
  });

  test("that leaves a gap is taken away for a full, which says so", async () => {
    const { folder, sink, captured } = await capture({
      change: { ...log, base: full({ lastLsn: "52000000018600000" }) },
    });
    expect(captured.mode).toBe("full");
    expect(captured.problems).toEqual([
      {
        code: "log-chain-broken",
        severity: "risk",
        message:
          "A full was taken instead of a log backup: the log begins at 52000000018600001, and the backup before it ends at 52000000018600000.",
        where: "PS1/database",
        hint: "Let one tool alone take log backups of this database.",
      },
    ]);
    expect(sink.files()).toEqual(["CM_PS1.full.bak"]);
    expect(readdirSync(folder)).toEqual(["sitekeep_PS1_cm01-1_nonce2.bak"]);
  });
});

describe("a backup that goes wrong", () => {
  test("since its database is not online says in which state it is, and writes nothing", async () => {
    const sql = serverOf(temporaryFolder(), { database: [{ state_desc: "RESTORING" }] });
    await expect(capture({ sql })).rejects.toMatchObject({
      problem: {
        code: "sql-database-missing",
        severity: "error",
        message: "CM_PS1 on sql01.contoso.com is RESTORING and can't be backed up.",
        where: "PS1/database",
        hint: "Bring it online first: see sys.databases and the error log of sql01.contoso.com.",
      },
    });
    expect(sql.batches).toEqual([]);
    expect(sql.closed()).toBe(1);
  });

  test("since the server can't write is told with the folder as the server sees it", async () => {
    const answers = {
      backup: refusal([3201, "Cannot open backup device."], [3013, "BACKUP is terminating."]),
    };
    await expect(capture({ answers })).rejects.toMatchObject({
      problem: {
        code: "staging-unusable",
        message: "sql01.contoso.com could not back up CM_PS1: Cannot open backup device. (error 3201)",
        where: "PS1/database",
        hint: expect.stringContaining("read and change files in E:\\stage, and"),
      },
    });
  });

  test.each([
    [40510, "Statement 'BACKUP DATABASE' is not supported in this version of SQL Server."],
    [102, "Incorrect syntax near 'BACKUP'."],
    [156, "Incorrect syntax near the keyword 'BACKUP'."],
  ])(
    "since the server has no such statement (%i) tells whom to ask, and leaves nothing",
    async (number, text) => {
      const folder = temporaryFolder();
      const sink = listingSink();
      const failing = capture({ folder, sink, answers: { backup: refusal([number, text]) } });
      await expect(failing).rejects.toMatchObject({
        problem: {
          code: "sql-statement-unknown",
          severity: "error",
          message: `sql01.contoso.com could not back up CM_PS1: ${text} (error ${number})`,
          where: "PS1/database",
          hint: expect.stringMatching(/`sitekeep selftest`.*`method: external`/),
          about: { kind: "server", name: "sql01.contoso.com" },
        },
      });
      expect([readdirSync(folder), sink.files()]).toEqual([[], []]);
    },
  );

  test.each([
    [
      "that does not read back",
      { verify: refusal([3189, "Damage to the backup set was detected."]) },
      "backup-unreadable",
    ],
    ["that is empty", { headers: [] }, "backup-not-expected"],
  ])("after a file was written %s leaves none", async (_, answers, code) => {
    const folder = temporaryFolder();
    await expect(capture({ folder, answers })).rejects.toMatchObject({ problem: { code } });
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each<[string, Answers["headers"], string]>([
    ["empty", [], "it is empty"],
    ["another backup", [headerRow()], "it holds full CM_PS1 (x.bak)"],
    [
      "of another database",
      () => [ours({ DatabaseName: "SUSDB" })],
      "it holds full SUSDB (sitekeep_PS1_cm01-1_nonce1.bak)",
    ],
    [
      "of another kind",
      () => [ours({ BackupType: 2 })],
      "it holds log CM_PS1 (sitekeep_PS1_cm01-1_nonce1.bak)",
    ],
    ["damaged", () => [ours({ IsDamaged: true })], "damage was found in the database while it was written"],
    ["one of two", () => [ours(), ours()], "it holds 2 backup sets"],
    [
      "without checksums",
      () => [ours({ HasBackupChecksums: false })],
      "it has no checksums, which were asked for",
    ],
    ["one that moved the base", () => [ours({ IsCopyOnly: false })], "it is not copy-only"],
  ])("since the set in the file is %s names what is there", async (_, headers, what) => {
    await expect(capture({ answers: { headers: headers! } })).rejects.toMatchObject({
      problem: {
        code: "backup-not-expected",
        severity: "error",
        message: `The staged file sitekeep_PS1_cm01-1_nonce1.bak is not the backup that was just taken: ${what}.`,
        where: "PS1/database",
        hint: "See who else writes to the staging folder, and run again.",
      },
    });
  });

  test.each<[string, string, Answers]>([
    ["a stranger", "it was taken by SQL07, and the server that was asked is SQL01", {}],
    [
      "a server that is in no group of ours",
      "it was taken by SQL07, and the server that was asked is SQL01",
      { replicas: [{ replica: "SQL01" }, { replica: "SQL02" }] },
    ],
    [
      "a server of a group that the login is not shown",
      "it was taken by SQL07, and the server that was asked is SQL01, whose replicas are not shown to the login",
      { replicas: [{ replica: null }] },
    ],
  ])("since it was taken by %s names both servers", async (_, what, answers) => {
    const headers = () => [ours({ ServerName: "SQL07" })];
    await expect(capture({ answers: { headers, ...answers } })).rejects.toMatchObject({
      problem: { code: "backup-not-expected", message: expect.stringContaining(`just taken: ${what}.`) },
    });
  });

  test.each<[string, Answers]>([
    [
      "a replica that a failover has put in the place of the one that was asked",
      { replicas: [{ replica: "sql07" }] },
    ],
    ["a server that was renamed", { currentName: [{ current_name: "sql07" }] }],
    ["a server that does not say what it is called", { instance: refusal([297, "No."]) }],
  ])("is none where it was taken by %s", async (_, answers) => {
    const headers = () => [ours({ ServerName: "SQL07" })];
    expect((await capture({ answers: { headers, ...answers } })).captured.problems).toEqual([]);
  });

  test.each<[string, object, string]>([
    [
      "begins",
      { FirstLSN: "52000000018600002" },
      "its log begins at 52000000018600002, and by msdb at 52000000018600001",
    ],
    ["ends", { LastLSN: "5" }, "its log ends at 5, and by msdb at 52000000018800001"],
    [
      "has its checkpoint",
      { CheckpointLSN: "5" },
      "its checkpoint is at 5, and by msdb at 52000000018600037",
    ],
    [
      "follows a full",
      { DatabaseBackupLSN: "0" },
      "the full before it is at 0, and by msdb at 51000000018600001",
    ],
  ])("since the file %s elsewhere than the row in msdb names both", async (_, header, what) => {
    await expect(capture({ answers: { headers: () => [ours({ ...header })] } })).rejects.toMatchObject({
      problem: { code: "backup-not-expected", message: expect.stringContaining(`by its header ${what}.`) },
    });
  });

  test("is none for the letters in which a server writes its columns", async () => {
    const headers = () => [
      Object.fromEntries(Object.entries(ours()).map(([name, value]) => [name.toUpperCase(), value])),
    ];
    expect((await capture({ answers: { headers } })).captured.facts).toEqual(facts);
  });

  test("is none for the case in which a server writes a database's name", async () => {
    const { captured } = await capture({ answers: { headers: () => [ours({ DatabaseName: "cm_ps1" })] } });
    expect(captured.facts).toEqual(facts);
  });

  test.each([
    ["has another set", [historyRow({ set_guid: foreignGuid })], foreignGuid],
    ["has none", [], "none"],
  ])("since msdb %s names both sets, and keeps nothing", async (_, history, theirs) => {
    const folder = temporaryFolder();
    const sink = listingSink();
    await expect(capture({ folder, sink, answers: { history } })).rejects.toMatchObject({
      problem: {
        code: "backup-not-expected",
        message: `The staged file sitekeep_PS1_cm01-1_nonce1.bak is not the backup that was just taken: its set is ${setGuid}, and msdb has ${theirs}.`,
      },
    });
    expect([readdirSync(folder), sink.files()]).toEqual([[], []]);
  });

  test("since no file is where it should be says that the folder's two names differ", async () => {
    const folder = temporaryFolder();
    const verify = () => (rmSync(join(folder, "sitekeep_PS1_cm01-1_nonce1.bak")), []);
    await expect(capture({ folder, answers: { verify } })).rejects.toMatchObject({
      problem: {
        code: "staging-mismatch",
        severity: "error",
        message:
          "SQL Server wrote E:\\stage\\sitekeep_PS1_cm01-1_nonce1.bak, and there is no such file in \\\\sql01\\stage$.",
        where: "PS1/database",
        hint: "Make staging.sql and staging.read name the same folder: as the SQL Server service sees it, and as this machine does.",
      },
    });
  });

  test("since its file has nothing in it says the same", async () => {
    const folder = temporaryFolder();
    const verify = () => (writeFileSync(join(folder, "sitekeep_PS1_cm01-1_nonce1.bak"), ""), []);
    await expect(capture({ folder, answers: { verify } })).rejects.toMatchObject({
      problem: { code: "staging-mismatch" },
    });
  });

  test("is stopped with the run", async () => {
    const signals: AbortSignal[] = [];
    const stop = new AbortController();
    const backup: Answers["backup"] = (_, { signal }) => (signals.push(signal!), refusal([1, "x"]));
    await expect(capture({ answers: { backup }, signal: stop.signal })).rejects.toThrow();
    const verify: Answers["verify"] = (_, { signal }) => (signals.push(signal!), []);
    await capture({ answers: { verify }, signal: stop.signal });
    expect(signals.map((it) => it.aborted)).toEqual([false, false]);
    stop.abort();
    expect(signals.map((it) => it.aborted)).toEqual([true, true]);
  });

  test("before it began is told as that", async () => {
    const means = madeUpMeans({ sql: refusal([18456, "Login failed."]) });
    await expect(captureDatabase(request, means, listingSink())).rejects.toMatchObject({
      problem: {
        code: "sql-login-refused",
        message: "sql01.contoso.com could not back up CM_PS1: Login failed. (error 18456)",
        where: "PS1/database",
      },
    });
  });
});

describe("a staging folder with too little room", () => {
  const tebibyte = 1024 * gibibyte;
  /** 100 GiB in use, in pages of 8 KiB. */
  const used = [
    { type: 0, pages: String((100 * gibibyte) / 8_192) },
    { type: 1, pages: String((4 * gibibyte) / 8_192) },
  ];
  const free = (freeBytes: number) => ({ freeBytes, totalBytes: tebibyte });

  test("refuses a backup before anything is written, with what it takes and what there is", async () => {
    const sql = serverOf(temporaryFolder(), { used });
    await expect(capture({ sql, space: () => free(111 * gibibyte) })).rejects.toMatchObject({
      problem: {
        code: "staging-full",
        severity: "error",
        message:
          "A full backup of CM_PS1 takes about 102 GiB, and 111 GiB are free where E:\\stage is, of which 10 GiB have to stay free for SQL Server's own files. Nothing was written.",
        where: "PS1/database",
        hint: "Free space where E:\\stage is, name a larger folder under staging, or set compression: true.",
        about: { kind: "database", server: "sql01.contoso.com", name: "CM_PS1" },
      },
    });
    expect([sql.batches, sql.closed()]).toEqual([[], 1]);
  });

  test("takes what fits to the byte, and not one less", async () => {
    const need = 102 * gibibyte + 4 * 1024 ** 2;
    await capture({ answers: { used }, space: () => free(need + 10 * gibibyte) });
    await expect(
      capture({ answers: { used }, space: () => free(need + 10 * gibibyte - 1) }),
    ).rejects.toMatchObject({ problem: { code: "staging-full" } });
  });

  test("names no compression where there is one, or no word for it, and tells of trace flag 3042", async () => {
    const hintOf = async (change: Partial<BackupRequest>) => {
      const failed = await capture({ change, answers: { used }, space: () => free(0) }).catch((it) => it);
      return (failed as ProblemError).problem.hint;
    };
    expect(await hintOf({ mayCompress: false })).toBe(
      "Free space where E:\\stage is, name a larger folder under staging.",
    );
    expect(await hintOf({ compression: true })).toContain("trace flag 3042");
  });

  test("is no reason where the room can't be asked: the backup is taken", async () => {
    const space = () => Promise.reject(Object.assign(new Error("no"), { code: "ENOSYS" }));
    const { captured } = await capture({ answers: { used }, space });
    expect(captured.problems).toEqual([]);
  });

  test("is reckoned by its floor alone where the rights or the server tell no size", async () => {
    const answers = { used: refusal([229, "No."]), sizes: refusal([229, "No."]) };
    await capture({ answers, space: () => free(10 * gibibyte) });
    await expect(capture({ answers, space: () => free(10 * gibibyte - 1) })).rejects.toMatchObject({
      problem: {
        code: "staging-full",
        message: expect.stringMatching(/^A full backup of CM_PS1 would not be safe: 10\.0 GiB are free/),
      },
    });
  });

  test("stops a backup before the volume is full, keeps nothing of it, and says so", async () => {
    const folder = temporaryFolder();
    const seen: number[] = [];
    const left = [500, 300, 100, 11, 9.99].map((it) => it * gibibyte);
    const space = () => {
      seen.push(left[seen.length] ?? 0);
      return free(seen.at(-1)!);
    };
    const backup: Answers["backup"] = async (text, { signal }) => {
      writeFileSync(join(folder, /sitekeep_[^']+/.exec(text)![0]), "half");
      await new Promise((resolve) => signal!.addEventListener("abort", resolve, { once: true }));
      throw signal!.reason;
    };
    await expect(capture({ folder, answers: { backup }, space })).rejects.toMatchObject({
      problem: {
        code: "staging-full",
        severity: "error",
        message:
          "The full backup of CM_PS1 was stopped, for only 10.0 GiB were left where E:\\stage is, and 10 GiB have to stay free for SQL Server's own files. Nothing of it is kept.",
        hint: expect.stringContaining("Free space where E:\\stage is"),
      },
    });
    expect(seen).toHaveLength(5);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("is looked at while SQL Server writes, and no longer", async () => {
    let looks = 0;
    const space = () => (looks++, free(500 * gibibyte));
    let done: (() => void) | undefined;
    const waits: AbortSignal[] = [];
    const sleep = async (_: number, signal: AbortSignal) => {
      if (waits.push(signal) === 4) done!();
      await new Promise(setImmediate);
    };
    const folder = temporaryFolder();
    const sound = soundAnswers((path) => join(folder, path.split("\\").at(-1)!));
    const write = sound.backup as (text: string, options: BatchOptions) => readonly [];
    const backup: Answers["backup"] = async (text, options) => {
      await new Promise<void>((resolve) => (done = resolve));
      return write(text, options);
    };
    const sql = madeUpServer({ ...sound, backup });
    await capture({ folder, sql, space, sleep });
    expect(sql.batches).toHaveLength(3);
    const after = looks;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([looks, waits.every((it) => it.aborted)]).toEqual([after, true]);
  });

  test("in which a look fails in between stops nothing", async () => {
    let looks = 0;
    const space = () => {
      if (++looks === 1) return free(500 * gibibyte);
      throw new Error("gone for a moment");
    };
    await capture({ space });
  });

  test("is given back what a run left that has ended, before the room is asked for", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "sitekeep_PS1_cm01-77_old.bak"), "x");
    const space = () => {
      expect(readdirSync(folder)).toEqual([]);
      return free(500 * gibibyte);
    };
    await capture({ folder, gone: ["cm01-77"], space });
  });
});

interface Setting {
  readonly request?: BackupRequest;
  readonly change?: Partial<BackupRequest>;
  readonly answers?: Answers;
  readonly folder?: string;
  readonly sql?: MadeUpServer;
  readonly sink?: ReturnType<typeof listingSink>;
  readonly signal?: AbortSignal;
  readonly space?: () => VolumeSpace | Promise<VolumeSpace>;
  readonly sleep?: Means["sleep"];
  readonly gone?: readonly string[];
}

async function capture(setting: Setting = {}) {
  const { change, answers, folder = temporaryFolder(), signal, space, sleep, gone } = setting;
  const sql = setting.sql ?? serverOf(folder, answers);
  const paths = { "\\\\sql01\\stage$": folder, "\\\\sql01.contoso.com\\D$\\SQL\\Backup": folder };
  const means = madeUpMeans({ sql, paths, ...given({ signal, space, sleep, gone }) });
  const sink = setting.sink ?? listingSink();
  const captured = await captureDatabase({ ...(setting.request ?? request), ...change }, means, sink);
  return { folder, sql, means, sink, captured };
}

function serverOf(folder: string, answers: Answers = {}): MadeUpServer {
  return madeUpServer({ ...soundAnswers((path) => join(folder, path.split("\\").at(-1)!)), ...answers });
}

function ours(changes: Parameters<typeof headerRow>[0] = {}) {
  return headerRow({ BackupName: "sitekeep_PS1_cm01-1_nonce1.bak", ...changes });
}

function withHeader(changes: Parameters<typeof headerRow>[0]): Answers {
  return { headers: () => [ours(changes)] };
}

function encrypted(): Answers {
  const state = {
    state_desc: "ONLINE",
    recovery_model_desc: "SIMPLE",
    collation_name: "Latin1_General_CI_AS",
  };
  return { database: [{ ...state, is_encrypted: true }] };
}

function full(known: JsonObject): Snapshot {
  return { mode: "full", facts: known } as unknown as Snapshot;
}

/** The rights of a login that may back up. */
const rightsRow = { backup_database: 1, backup_log: 1, create_any: 1, create_in_master: 0 };

function bitlocker(): Answers {
  return { certificate: [{ name: "BitLockerManagement_CERT", thumbprint: "0x0a0b" }] };
}
