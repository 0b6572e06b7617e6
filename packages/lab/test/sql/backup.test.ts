import { X509Certificate, createPrivateKey } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type sql from "mssql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pageChecksum, readPageImage } from "../../src/sql/backup/page-image.ts";
import { startTestInstance, type TestInstance } from "./support/lab-instance.ts";

let instance: TestInstance;
let pool: sql.ConnectionPool;
beforeAll(async () => {
  instance = await startTestInstance();
  mkdirSync(instance.stage, { recursive: true });
  pool = await instance.connect({ database: "master" });
});
afterAll(() => instance.close());

interface Said {
  readonly number: number;
  readonly message: string;
}

/** Runs a batch and gives what the server said, live. */
async function run(text: string, on: (said: Said) => void = () => undefined): Promise<readonly Said[]> {
  const request = pool.request();
  const said: Said[] = [];
  request.on("info", (info) => {
    said.push({ number: info.number, message: info.message });
    on(said.at(-1)!);
  });
  await request.batch(text);
  return said;
}

/** The numbers of the errors that end a batch, the cause first. */
async function failure(text: string): Promise<readonly number[]> {
  const error = await pool.batch(text).then(() => undefined, (it: unknown) => it as sql.RequestError); // prettier-ignore
  const preceding = (error as unknown as { precedingErrors?: Said[] } | undefined)?.precedingErrors ?? [];
  return error === undefined ? [] : [...preceding.map((it) => it.number), Number(error.number)];
}

async function rows<T>(text: string): Promise<readonly T[]> {
  return [...(await pool.request().query(text)).recordset] as T[];
}

const disk = (name: string): string => `DISK = N'E:\\stage\\${name}'`;
const move = (name: string, from = "CM_PS1"): string =>
  `MOVE '${from}' TO 'D:\\SQLData\\${name}.mdf', MOVE '${from}_log' TO 'D:\\SQLData\\${name}.ldf'`;
const dump = (database: string): Promise<readonly unknown[]> =>
  rows(`SELECT * FROM ${database}.dbo.System_DISC ORDER BY ItemKey`);

describe("a full backup", () => {
  test("reports its progress and, restored elsewhere, gives the same rows", async () => {
    const said = await run(
      `BACKUP DATABASE [CM_PS1] TO ${disk("full.bak")} WITH CHECKSUM, INIT, STATS = 10, NAME = N'nightly'`,
    );
    expect(said.at(0)!.message).toMatch(/^\d+ percent processed\.$/);
    expect(said.filter((it) => it.number === 3211).at(-1)!.message).toBe("100 percent processed.");
    expect(said.slice(-3).map((it) => it.number)).toEqual([4035, 4035, 3014]);

    await run(`RESTORE DATABASE Copy FROM ${disk("full.bak")} WITH ${move("Copy")}, STATS = 5`);
    expect(await dump("Copy")).toEqual(await dump("CM_PS1"));
    expect(await rows("SELECT is_broker_enabled AS b, is_trustworthy_on AS t FROM sys.databases WHERE name = 'Copy'")).toEqual([{ b: false, t: false }]); // prettier-ignore
    const tracking =
      "SELECT retention_period AS r FROM sys.change_tracking_databases WHERE database_id = DB_ID('Copy')";
    expect(await rows(tracking)).toEqual([{ r: 5 }]);
    // It goes on from the backup on a fork of its own.
    const fork = (name: string) =>
      rows(
        `SELECT recovery_fork_guid AS fork FROM sys.database_recovery_status WHERE database_id = DB_ID('${name}')`,
      );
    expect(await fork("Copy")).not.toEqual(await fork("CM_PS1"));
    await run("DROP DATABASE Copy");
  });

  test("is entered into msdb in server-local time, and can be joined only by its media set", async () => {
    const [row] = await rows<
      Record<string, unknown>
    >(`SELECT TOP 1 s.type, s.name, s.user_name, s.time_zone, s.is_copy_only,
      CONVERT(varchar(19), s.backup_start_date, 120) AS started, m.physical_device_name AS device,
      CASE WHEN s.media_set_id = s.backup_set_id THEN 1 ELSE 0 END AS same
      FROM msdb.dbo.backupset s JOIN msdb.dbo.backupmediafamily m ON m.media_set_id = s.media_set_id ORDER BY s.backup_set_id`);
    expect(row).toEqual({
      type: "D", name: "nightly", user_name: "labadmin", time_zone: 4, is_copy_only: false, started: "2026-11-22 01:30:00",
      device: "E:\\stage\\full.bak", same: 0,
    }); // prettier-ignore
  });

  test("holds pages of SQL Server's form, out of order, at no fixed offset, and never the same bytes twice", async () => {
    const starts = new Set<number>();
    for (const name of ["a.bak", "b.bak", "c.bak"]) {
      await run(`BACKUP DATABASE CM_PS1 TO ${disk(name)} WITH COPY_ONLY, INIT, CHECKSUM`);
      const bytes = readFileSync(join(instance.stage, name));
      expect(bytes.toString("latin1", 0, 4)).toBe("TAPE");
      const found = pagesIn(bytes);
      starts.add(found.start);
      const ids = found.pages.map((it) => it.pageId);
      expect(ids.length).toBeGreaterThan(20);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).not.toEqual(ids.toSorted((left, right) => left - right));
    }
    expect(starts.size).toBeGreaterThan(1);
    expect(
      readFileSync(join(instance.stage, "a.bak")).equals(readFileSync(join(instance.stage, "b.bak"))),
    ).toBe(false);
  });

  test("shrinks with COMPRESSION and is restored all the same", async () => {
    await run(
      `BACKUP DATABASE CM_PS1 TO ${disk("small.bak")} WITH COPY_ONLY, COMPRESSION, INIT, MAXTRANSFERSIZE = 1048576, BUFFERCOUNT = 8`,
    );
    expect(readFileSync(join(instance.stage, "small.bak")).toString("latin1", 0, 8)).toBe("MSSQLBAK");
    expect(statSync(join(instance.stage, "small.bak")).size).toBeLessThan(
      statSync(join(instance.stage, "a.bak")).size / 2,
    );
    await run(`RESTORE VERIFYONLY FROM ${disk("small.bak")} WITH CHECKSUM`);
    await run(`RESTORE DATABASE Small FROM ${disk("small.bak")} WITH ${move("Small")}`);
    expect(await dump("Small")).toEqual(await dump("CM_PS1"));
    await run("DROP DATABASE Small");
  });

  test("is appended without INIT, and each set is found by its position", async () => {
    await run(`BACKUP DATABASE CM_PS1 TO ${disk("many.bak")} WITH COPY_ONLY, FORMAT, NAME = N'one'`);
    await run("INSERT INTO CM_PS1.dbo.System_DISC VALUES (7001, N'late')");
    await run(
      `BACKUP DATABASE CM_PS1 TO ${disk("many.bak")} WITH COPY_ONLY, NAME = N'two', DESCRIPTION = N'second'`,
    );
    const headers = await pool.batch(`RESTORE HEADERONLY FROM ${disk("many.bak")}`);
    const list = headers.recordset.map((it: Record<string, unknown>) => [
      it["Position"],
      it["BackupName"],
      it["IsCopyOnly"],
    ]);
    expect(list).toEqual([[1, "one", true], [2, "two", true]]); // prettier-ignore
    const said = await run(`RESTORE VERIFYONLY FROM ${disk("many.bak")} WITH FILE = 2`);
    expect(said).toEqual([{ number: 3262, message: "The backup set on file 2 is valid." }]);
    await run(`RESTORE DATABASE Two FROM ${disk("many.bak")} WITH FILE = 2, ${move("Two")}`);
    expect(await rows("SELECT Name0 FROM Two.dbo.System_DISC WHERE ItemKey = 7001")).toEqual([
      { Name0: "late" },
    ]);
    await run("DROP DATABASE Two");
  });

  test("holds the state at the end of its reading, also of pages that were read before they changed", async () => {
    instance.incidents.push("slow-backup");
    let writing: Promise<unknown> | undefined;
    await run(`BACKUP DATABASE CM_PS1 TO ${disk("during.bak")} WITH COPY_ONLY, INIT, STATS = 1`, () => {
      writing ??= pool
        .batch("UPDATE CM_PS1.dbo.Bulky SET body = 0x01")
        .then(() => (instance.incidents.length = 0));
    });
    await writing;
    await run(`RESTORE DATABASE During FROM ${disk("during.bak")} WITH ${move("During")}`);
    const bodies =
      "SELECT CONVERT(varchar(10), body, 1) AS b, COUNT(*) AS n FROM During.dbo.Bulky GROUP BY CONVERT(varchar(10), body, 1)";
    expect(await rows(bodies)).toEqual([{ b: "0x01", n: 600 }]);
    expect(await run("DBCC CHECKDB ('During') WITH NO_INFOMSGS")).toEqual([]);
    await run("DROP DATABASE During");
  });
});

describe("progress and cancelling", () => {
  test("messages arrive while the backup runs, dm_exec_requests shows it, a second backup is refused", async () => {
    instance.incidents.push("slow-backup");
    const times: number[] = [];
    let seen: Promise<readonly object[]> | undefined;
    let second: Promise<readonly number[]> | undefined;
    await run(`BACKUP DATABASE CM_PS1 TO ${disk("slow.bak")} WITH COPY_ONLY, INIT, STATS = 1`, () => {
      times.push(performance.now());
      seen ??= rows("SELECT command FROM sys.dm_exec_requests WHERE percent_complete BETWEEN 1 AND 99");
      second ??= failure(`BACKUP DATABASE CM_PS1 TO ${disk("second.bak")}`);
      if (times.length === 3) instance.incidents.length = 0;
    });
    expect(times[1]! - times[0]!).toBeGreaterThan(100);
    expect(await seen).toEqual([{ command: "BACKUP DATABASE" }]);
    expect(await second).toEqual([3023, 3013]);
  });

  test("a cancelled backup leaves a partial file and no history, and the connection works on", async () => {
    instance.incidents.push("slow-backup");
    const count = "SELECT COUNT(*) AS n FROM msdb.dbo.backupset";
    const before = await rows(count);
    const request = pool.request();
    request.on("info", () => request.cancel());
    const error = await request
      .batch(`BACKUP DATABASE CM_PS1 TO ${disk("cut.bak")} WITH INIT, STATS = 1`)
      .catch((it: unknown) => it);
    instance.incidents.length = 0;
    expect(error).toMatchObject({ code: "ECANCEL" });
    expect(await rows(count)).toEqual(before);
    expect(existsSync(join(instance.stage, "cut.bak"))).toBe(true);
    expect(await failure(`RESTORE VERIFYONLY FROM ${disk("cut.bak")}`)).toEqual([3256, 3013]);
    const headers = await pool.batch(`RESTORE HEADERONLY FROM ${disk("cut.bak")}`);
    expect(headers.recordset[0]).toMatchObject({ BackupName: "*** INCOMPLETE ***" });
  });

  test("a lost connection aborts the backup", async () => {
    instance.incidents.push("slow-backup");
    const other = await instance.connect({ database: "master" });
    const request = other.request();
    const lost = request
      .batch(`BACKUP DATABASE CM_PS1 TO ${disk("lost.bak")} WITH INIT, STATS = 1`)
      .catch((it: unknown) => it);
    await new Promise((resolve) => request.once("info", resolve));
    instance.incidents.push("sql-down");
    expect(await lost).toMatchObject({
      code: expect.stringMatching(/ECONNRESET|ESOCKET|ECONNCLOSED/) as unknown,
    });
    instance.incidents.length = 0;
    await sleep(150);
    pool = await instance.connect({ database: "master" });
    expect(await failure(`RESTORE VERIFYONLY FROM ${disk("lost.bak")}`)).toEqual([3256, 3013]);
    expect(await failure(`BACKUP DATABASE CM_PS1 TO ${disk("again.bak")} WITH COPY_ONLY`)).toEqual([]);
  });
});

describe("differentials", () => {
  test("go back on the full they were taken against, and only on that one", async () => {
    await run(`BACKUP DATABASE CM_PS1 TO ${disk("base1.bak")} WITH INIT`);
    await run("UPDATE CM_PS1.dbo.System_DISC SET Name0 = N'changed' WHERE ItemKey = 10");
    await run(`BACKUP DATABASE CM_PS1 TO ${disk("diff1.bak")} WITH DIFFERENTIAL, INIT`);
    expect(statSync(join(instance.stage, "diff1.bak")).size).toBeLessThan(
      statSync(join(instance.stage, "base1.bak")).size,
    );
    const base =
      "SELECT differential_base_guid AS g FROM sys.master_files WHERE database_id = DB_ID('CM_PS1') AND file_id = 1";
    const header = await pool.batch(`RESTORE HEADERONLY FROM ${disk("base1.bak")}`);
    expect(await rows(base)).toEqual([
      { g: (header.recordset[0] as { BackupSetGUID: string }).BackupSetGUID },
    ]);

    await run(`BACKUP DATABASE CM_PS1 TO ${disk("copy.bak")} WITH COPY_ONLY, INIT`);
    await run(`RESTORE DATABASE Diff FROM ${disk("base1.bak")} WITH ${move("Diff")}, NORECOVERY`);
    expect(await rows("SELECT state_desc AS s FROM sys.databases WHERE name = 'Diff'")).toEqual([
      { s: "RESTORING" },
    ]);
    await run(`RESTORE DATABASE Diff FROM ${disk("diff1.bak")} WITH RECOVERY`);
    expect(await dump("Diff")).toEqual(await dump("CM_PS1"));
    await run("DROP DATABASE Diff");

    await run(`RESTORE DATABASE Diff FROM ${disk("copy.bak")} WITH ${move("Diff")}, NORECOVERY`);
    expect(await failure(`RESTORE DATABASE Diff FROM ${disk("diff1.bak")}`)).toEqual([3136, 3013]);
    await run("DROP DATABASE Diff");
  });

  test("still succeed after another tool's snapshot has moved the base, and then can't be restored", async () => {
    await run("EXEC lab_take_snapshot_backup N'CM_PS1', N'NT AUTHORITY\\SYSTEM'");
    const history =
      "SELECT TOP 1 is_snapshot AS s, user_name AS u, device_type AS d FROM msdb.dbo.backupset s JOIN msdb.dbo.backupmediafamily m ON m.media_set_id = s.media_set_id ORDER BY backup_set_id DESC";
    expect(await rows(history)).toEqual([{ s: true, u: "NT AUTHORITY\\SYSTEM", d: 7 }]);
    await run(`BACKUP DATABASE CM_PS1 TO ${disk("diff2.bak")} WITH DIFFERENTIAL, INIT`);
    await run(`RESTORE DATABASE Diff FROM ${disk("base1.bak")} WITH ${move("Diff")}, NORECOVERY`);
    expect(await failure(`RESTORE DATABASE Diff FROM ${disk("diff2.bak")}`)).toEqual([3136, 3013]);
    await run("DROP DATABASE Diff");
  });

  test("need a full backup first, and a database that is being restored", async () => {
    expect(await failure(`BACKUP DATABASE ReportServer TO ${disk("x.bak")} WITH DIFFERENTIAL`)).toEqual([
      3035, 3013,
    ]);
    expect(await failure(`RESTORE DATABASE Nobody FROM ${disk("diff1.bak")}`)).toEqual([3117, 3013]);
  });
});

describe("log backups", () => {
  test("chain by their numbers; a missing link is noticed", async () => {
    expect(await failure(`BACKUP LOG CM_PS1 TO ${disk("x.trn")}`)).toEqual([4208, 3013]);
    expect(await failure(`BACKUP LOG ReportServer TO ${disk("x.trn")}`)).toEqual([4214, 3013]);
    const add = (id: number): Promise<unknown> =>
      run(`INSERT INTO ReportServer.dbo.Catalog VALUES (${id}, N'r${id}')`);
    await add(1);
    await run(`BACKUP DATABASE ReportServer TO ${disk("rs.bak")} WITH INIT`);
    for (const id of [2, 3, 4]) {
      await add(id);
      await run(`BACKUP LOG ReportServer TO ${disk(`rs${id}.trn`)} WITH INIT`);
    }
    const restore = (text: string): Promise<readonly number[]> => failure(`RESTORE ${text}`);
    const target = `DATABASE Rs FROM ${disk("rs.bak")} WITH ${move("Rs", "ReportServer")}, NORECOVERY`;
    expect(await restore(target)).toEqual([]);
    expect(await restore(`LOG Rs FROM ${disk("rs3.trn")} WITH NORECOVERY`)).toEqual([4305, 3013]);
    expect(await restore(`LOG Rs FROM ${disk("rs2.trn")} WITH NORECOVERY`)).toEqual([]);
    expect(await restore(`LOG Rs FROM ${disk("rs3.trn")} WITH NORECOVERY`)).toEqual([]);
    expect(await restore(`LOG Rs FROM ${disk("rs2.trn")} WITH NORECOVERY`)).toEqual([4326, 3013]);
    expect(await restore("DATABASE Rs WITH RECOVERY")).toEqual([]);
    expect(await rows("SELECT ItemID AS i FROM Rs.dbo.Catalog ORDER BY ItemID")).toEqual([
      { i: 1 },
      { i: 2 },
      { i: 3 },
    ]);
    expect(await restore(`LOG Rs FROM ${disk("rs4.trn")}`)).toEqual([3117, 3013]);
    await run("DROP DATABASE Rs");
  });

  test("a page that changes back between two backups is carried all the same", async () => {
    const set = (name: string): Promise<unknown> =>
      run(`UPDATE ReportServer.dbo.Catalog SET Name = N'${name}' WHERE ItemID = 1`);
    await set("before");
    await run(`BACKUP LOG ReportServer TO ${disk("l1.trn")} WITH INIT`);
    await set("middle");
    await run(`BACKUP DATABASE ReportServer TO ${disk("middle.bak")} WITH INIT`);
    await set("before");
    await run(`BACKUP LOG ReportServer TO ${disk("l2.trn")} WITH INIT`);
    await run(
      `RESTORE DATABASE Rs FROM ${disk("middle.bak")} WITH ${move("Rs", "ReportServer")}, NORECOVERY`,
    );
    await run(`RESTORE LOG Rs FROM ${disk("l2.trn")} WITH RECOVERY`);
    expect(await rows("SELECT Name AS n FROM Rs.dbo.Catalog WHERE ItemID = 1")).toEqual([{ n: "before" }]);
    await run("DROP DATABASE Rs");
  });
});

describe("what must fail", () => {
  test.each([
    ["BACKUP DATABASE Gone TO DISK = 'E:\\stage\\x.bak'", [911, 3013]],
    ["BACKUP DATABASE CM_PS1 TO DISK = 'Q:\\x.bak'", [3201, 3013]],
    ["BACKUP DATABASE CM_PS1 TO DISK = 'E:\\nowhere\\x.bak'", [3201, 3013]],
    ["RESTORE HEADERONLY FROM DISK = 'E:\\stage\\absent.bak'", [3201, 3013]],
    ["RESTORE DATABASE CM_PS1 FROM DISK = 'E:\\stage\\rs.bak'", [3154, 3013]],
    ["RESTORE DATABASE ReportServer FROM DISK = 'E:\\stage\\rs.bak'", [3159, 3013]],
    ["RESTORE DATABASE New FROM DISK = 'E:\\stage\\full.bak'", [1834, 3013]],
    [
      "RESTORE DATABASE New FROM DISK = 'E:\\stage\\full.bak' WITH MOVE 'nope' TO 'D:\\SQLData\\n.mdf'",
      [3234, 3013],
    ],
    ["RESTORE VERIFYONLY FROM DISK = 'E:\\stage\\full.bak' WITH FILE = 7", [3287, 3013]],
    ["BACKUP DATABASE CM_PS1 TO DISK = 'E:\\stage\\x.bak' WITH ENCRYPTED_BY_MAGIC", [102]],
  ])("%s", async (text, numbers) => {
    expect(await failure(text)).toEqual(numbers);
  });

  test("a database that someone uses is not overwritten, not even with REPLACE", async () => {
    const user = await instance.connect({ database: "CM_PS1" });
    await user.query("SELECT 1 AS one");
    expect(await failure(`RESTORE DATABASE CM_PS1 FROM ${disk("full.bak")} WITH REPLACE`)).toEqual([
      3101, 3013,
    ]);
    await user.close();
  });

  test.each([
    ["share-not-writable", "BACKUP DATABASE CM_PS1 TO DISK = 'E:\\stage\\no.bak'", [3201, 3013], "none"],
    ["disk-full", "BACKUP DATABASE CM_PS1 TO DISK = 'E:\\stage\\half.bak'", [3202, 3013], "half.bak"],
    [
      "backup-fails-at-end",
      "BACKUP DATABASE CM_PS1 TO DISK = 'E:\\stage\\end.bak' WITH STATS",
      [3202, 3013],
      "end.bak",
    ],
    ["backup-unknown", "BACKUP DATABASE CM_PS1 TO DISK = 'E:\\stage\\no.bak'", [40_510], "none"],
    ["backup-unknown", "BACKUP LOG SUSDB TO DISK = 'E:\\stage\\no.trn'", [40_510], "none"],
    ["older-server", "RESTORE DATABASE n FROM DISK = 'E:\\stage\\full.bak'", [3169, 3013], "none"],
    ["size-limit", "RESTORE DATABASE n FROM DISK = 'E:\\stage\\full.bak'", [1827, 3013], "none"],
    ["certificate-missing", "RESTORE DATABASE n FROM DISK = 'E:\\stage\\full.bak'", [33_111, 3013], "none"],
  ])("incident %s", async (incident, text, numbers, left) => {
    const before = new Set(readdirSync(instance.stage));
    instance.incidents.push(incident);
    const found = await failure(text);
    instance.incidents.length = 0;
    expect(found).toEqual(numbers);
    const added = readdirSync(instance.stage).filter((it) => !before.has(it));
    expect(added).toEqual(left === "none" ? [] : [left]);
    if (left !== "none") expect(await failure(`RESTORE VERIFYONLY FROM ${disk(left)}`)).toEqual([3256, 3013]);
  });

  test("a login without rights may neither back up nor look into backups", async () => {
    const limited = await instance.connect({ user: "limited", password: "limited", database: "master" });
    const kept = pool;
    pool = limited;
    expect(await failure("BACKUP DATABASE CM_PS1 TO DISK = 'E:\\stage\\l.bak'")).toEqual([262, 3013]);
    expect(await failure(`RESTORE VERIFYONLY FROM ${disk("full.bak")}`)).toEqual([262, 3013]);
    pool = kept;
  });
});

describe("damage", () => {
  beforeAll(async () => {
    await run(`BACKUP DATABASE CM_PS1 TO ${disk("good.bak")} WITH COPY_ONLY, INIT, CHECKSUM`);
  });
  const damaged = (name: string, change: (bytes: Buffer) => void): void => {
    const bytes = readFileSync(join(instance.stage, "good.bak"));
    change(bytes);
    writeFileSync(join(instance.stage, name), bytes);
  };

  test("a flipped bit in a page is found by its checksum", async () => {
    damaged("bit.bak", (bytes) => (bytes[pagesIn(bytes).start + 4 * 8192 + 500]! ^= 1));
    expect(await failure(`RESTORE VERIFYONLY FROM ${disk("bit.bak")}`)).toEqual([3183, 3013]);
  });

  test("a page without a header is found", async () => {
    damaged("zero.bak", (bytes) => bytes.fill(0, pagesIn(bytes).start, pagesIn(bytes).start + 8192));
    expect(await failure(`RESTORE VERIFYONLY FROM ${disk("zero.bak")}`)).toEqual([3189, 3013]);
  });

  test("damage outside the pages is found by the digest of the set", async () => {
    damaged("gap.bak", (bytes) => (bytes[pagesIn(bytes).start - 1024]! ^= 1));
    expect((await failure(`RESTORE VERIFYONLY FROM ${disk("gap.bak")}`)).at(-1)).toBe(3013);
  });

  test("a cut-off file is incomplete, and something else is no backup", async () => {
    damaged("short.bak", () => undefined);
    truncateSync(join(instance.stage, "short.bak"), 100_000);
    expect(await failure(`RESTORE VERIFYONLY FROM ${disk("short.bak")}`)).toEqual([3256, 3013]);
    truncateSync(join(instance.stage, "short.bak"), 1024);
    expect(await failure(`RESTORE HEADERONLY FROM ${disk("short.bak")}`)).toEqual([3254, 3013]);
    writeFileSync(join(instance.stage, "text.bak"), "not a backup".repeat(1000));
    expect(await failure(`RESTORE VERIFYONLY FROM ${disk("text.bak")}`)).toEqual([3241, 3013]);
  });
});

test("a certificate is exported with its key under a password", async () => {
  const text = (
    name: string,
  ): string => `USE CM_PS1; BACKUP CERTIFICATE BitLockerManagement_CERT TO FILE = 'E:\\stage\\${name}.cer'
    WITH PRIVATE KEY (FILE = 'E:\\stage\\${name}.pvk', ENCRYPTION BY PASSWORD = 'Long enough 1')`;
  await run(text("bit"));
  const certificate = new X509Certificate(readFileSync(join(instance.stage, "bit.cer")));
  const pem = readFileSync(join(instance.stage, "bit.pvk"));
  expect(pem.toString()).toContain("ENCRYPTED PRIVATE KEY");
  expect(certificate.checkPrivateKey(createPrivateKey({ key: pem, passphrase: "Long enough 1" }))).toBe(true);
  expect(await failure(text("bit"))).toEqual([15_240]);
  const master = "USE CM_PS1; BACKUP MASTER KEY TO FILE = 'E:\\stage\\master.key' ENCRYPTION BY PASSWORD = ";
  expect(await failure(`${master}'weak'`)).toEqual([15_118]);
  expect(await failure(`${master}'Long enough 1'`)).toEqual([]);
  expect(statSync(join(instance.stage, "master.key")).size).toBe(16 + 12 + 16 + 32);
  expect(await rows("SELECT name AS n FROM CM_PS1.sys.symmetric_keys")).toEqual([
    { n: "##MS_DatabaseMasterKey##" },
  ]);
});

/** Finds pages by their headers at steps of 512 bytes, as one who knows nothing of the format. */
function pagesIn(bytes: Buffer): { start: number; pages: { pageId: number }[] } {
  const pageAt = (at: number) => {
    if (at + 8192 > bytes.length) return undefined;
    const image = bytes.subarray(at, at + 8192);
    const page = readPageImage(image);
    return page !== undefined && pageChecksum(image) === image.readUInt32LE(60) ? page : undefined;
  };
  for (let start = 0; start < bytes.length; start += 512) {
    if (pageAt(start) === undefined) continue;
    const pages: { pageId: number }[] = [];
    for (let at = start, page = pageAt(at); page !== undefined; at += 8192, page = pageAt(at))
      pages.push(page);
    return { start, pages };
  }
  throw new Error("There is no page.");
}
