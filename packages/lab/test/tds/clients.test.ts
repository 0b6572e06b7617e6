import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type sql from "mssql";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type LabCertificate, makeLabCertificate } from "../../src/tds/certificate.ts";
import { startTestInstance, type TestInstance } from "../sql/support/lab-instance.ts";

let instance: TestInstance;
let certificate: LabCertificate;
const folder = mkdtempSync(join(tmpdir(), "tds-clients-"));
beforeAll(async () => {
  certificate = await makeLabCertificate(["sql01.lab", "127.0.0.1"]);
  instance = await startTestInstance(certificate);
});
afterAll(async () => {
  await instance.close();
  rmSync(folder, { recursive: true });
});

const one = async (options: Partial<sql.config>): Promise<unknown> => {
  const pool = await instance.connect(options);
  const { recordset } = await pool.query("SELECT SUSER_SNAME() AS me, N'☃' AS snow");
  return recordset[0];
};
const admin = { me: "labadmin", snow: "☃" };

describe("the mssql driver", () => {
  const trusting = (extra: object) => ({
    options: { encrypt: true, trustServerCertificate: false, serverName: "sql01.lab", ...extra },
  });
  const ca = () => ({ cryptoCredentialsDetails: { ca: certificate.ca } });

  test("logs in without encryption", async () => {
    expect(await one({ options: { encrypt: false } })).toEqual(admin);
  });

  test("logs in over TLS and trusts the lab's authority for the server's name", async () => {
    expect(await one(trusting(ca()))).toEqual(admin);
  });

  test("refuses another name, and an authority that it does not know", async () => {
    await expect(one(trusting({ ...ca(), serverName: "sql02.lab" }))).rejects.toThrow(/altnames/);
    await expect(one(trusting({}))).rejects.toThrow(/certificate/);
  });

  test("logs in with TDS 8, where TLS comes first", async () => {
    expect(await one(trusting({ ...ca(), encrypt: "strict" } as object))).toEqual(admin);
  });

  test.each([512, 4096, 32_767])("reads long results in packets of %i bytes", async (packetSize) => {
    const pool = await instance.connect({
      options: { encrypt: true, trustServerCertificate: true, packetSize } as never,
    });
    const { recordset } = await pool.query("SELECT * FROM System_DISC ORDER BY ItemKey; SELECT 1 AS a");
    expect(recordset).toHaveLength(3000);
    expect(recordset[2999]).toEqual({ ItemKey: 3000, Name0: "PC3000" });
  });

  test("is told why a login fails, and a password with any character works", async () => {
    await expect(one({ password: "wrong" })).rejects.toThrow("Login failed for user 'labadmin'.");
    await expect(one({ database: "Gone" })).rejects.toThrow("Login failed");
    expect(await one({ user: "sitekeep", password: "Kee p'§☃" })).toEqual({ me: "sitekeep", snow: "☃" });
  });

  test("is refused by incidents that name this host, not by those of another", async () => {
    instance.incidents.push("login-refused:sql02.lab");
    expect(await one({})).toEqual(admin);
    instance.incidents.push("login-refused");
    await expect(one({ user: "sitekeep", password: "Kee p'§☃" })).rejects.toThrow("Login failed");
    instance.incidents.splice(0, 2, "sql-down:sql01.lab");
    await expect(one({ connectionTimeout: 2000 })).rejects.toThrow();
    instance.incidents.length = 0;
  });

  test("cancels a statement and goes on with the same connection", async () => {
    const pool = await instance.connect({ pool: { max: 1, min: 0 } });
    const request = pool.request();
    setTimeout(() => request.cancel(), 100);
    const started = performance.now();
    await expect(request.batch("SELECT @@SPID AS a; WAITFOR DELAY '00:00:20'")).rejects.toMatchObject({
      code: "ECANCEL",
    });
    expect(performance.now() - started).toBeLessThan(3000);
    expect((await pool.query("SELECT 2 AS b")).recordset).toEqual([{ b: 2 }]);
  });

  test("gets PRINT and RAISERROR as they are said", async () => {
    const pool = await instance.connect();
    const request = pool.request();
    const heard: [string, number][] = [];
    const started = performance.now();
    request.on("info", (info) => heard.push([info.message, performance.now() - started]));
    await request.batch(
      "PRINT 'first'; WAITFOR DELAY '00:00:00.300'; RAISERROR('second', 10, 1) WITH NOWAIT",
    );
    expect(heard.map(([text]) => text)).toEqual(["first", "second"]);
    expect(heard[1]![1] - heard[0]![1]).toBeGreaterThan(250);
  });

  test("commits and rolls back transactions; others wait meanwhile", async () => {
    const [pool, other] = [await instance.connect(), await instance.connect()];
    const count = async (from: sql.ConnectionPool) =>
      ((await from.query("SELECT COUNT(*) AS n FROM System_DISC")).recordset[0] as { n: number }).n;
    const before = await count(pool);
    const transaction = pool.transaction();
    await transaction.begin();
    // Left open, it would keep the tests that follow waiting for their time limits.
    onTestFinished(() => transaction.rollback().catch(() => {}));
    await transaction.request().query("DELETE FROM System_DISC WHERE ItemKey = 1");
    const seen = count(other);
    const impatient = other.request();
    const given = impatient.query("SELECT COUNT(*) AS n FROM Sites").catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 100));
    impatient.cancel();
    expect(await given).toMatchObject({ code: "ECANCEL" });
    await transaction.rollback();
    expect(await seen).toBe(before);
    const second = pool.transaction();
    await second.begin();
    await second.request().query("DELETE FROM System_DISC WHERE ItemKey = 1");
    await second.commit();
    expect(await count(other)).toBe(before - 1);
  });
});

const run = promisify(execFile);
const hasTsql = isThere("tsql", ["-C"]);
const hasPython = isThere("/usr/bin/python3", ["-c", "import pytds"]);

function isThere(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** In CI the other clients must be there; elsewhere their tests are skipped, and the title says so. */
const unless = (isPresent: boolean, what: string) =>
  isPresent || process.env["CI"] !== undefined
    ? describe
    : (name: string, body: () => void) => describe.skip(`${name} (skipped: ${what} is not installed)`, body);

unless(hasTsql, "Debian's freetds-bin")("FreeTDS tsql", () => {
  const tsql = (encryption: string, input: string, version = "7.4"): string => {
    const conf = join(folder, `${encryption}.conf`);
    writeFileSync(
      conf,
      `[lab]\nhost = 127.0.0.1\nport = ${instance.running.port}\ntds version = ${version}\nencryption = ${encryption}\n`,
    );
    writeFileSync(join(folder, "input.sql"), `${input}\ngo\nexit\n`);
    return `FREETDSCONF=${conf} timeout 20 tsql -S lab -U labadmin -P admin -D CM_PS1 < ${join(folder, "input.sql")} 2>&1`;
  };

  test.each(["off", "request", "require"])("asks with encryption %s", async (encryption) => {
    const { stdout } = await run("sh", [
      "-c",
      tsql(encryption, "SELECT SiteCode, Added, Note, Price FROM Sites ORDER BY SiteKey"),
    ]);
    expect(stdout).toContain("PS1\tNov  1 2026 10:00AM\tGröße ☃\t12.50");
    expect(stdout).toContain("(2 rows affected)");
  });

  test.each(["7.1", "7.2", "7.3"])("asks in version %s and is lifted to 7.4", async (version) => {
    const { stdout } = await run("sh", ["-c", tsql("off", "SELECT COUNT(*) AS n FROM Sites", version)]);
    expect(stdout).toContain("n\n2\n(1 row affected)");
  });

  test("shows errors and information", async () => {
    const { stdout } = await run("sh", ["-c", tsql("request", "PRINT 'hello'\nSELECT * FROM Nowhere")]);
    expect(stdout).toContain("hello");
    expect(stdout).toMatch(/Msg 208 \(severity 16/);
  });
});

unless(hasPython, "Debian's python3-tds")("python-tds", () => {
  const python = async (lines: readonly string[]): Promise<unknown> => {
    const head = `import pytds, json, datetime
c = pytds.connect('127.0.0.1', 'CM_PS1', 'labadmin', 'admin', port=${instance.running.port}, autocommit=True)
cur = c.cursor()
`;
    const { stdout } = await run("/usr/bin/python3", ["-c", head + lines.join("\n")], { timeout: 20_000 });
    return JSON.parse(stdout) as unknown;
  };

  test("reads every type", async () => {
    const answer = await python([
      "cur.execute('SELECT SiteKey, SiteCode, Added, Size, Ratio, IsReal, Guid, Body, Note, Lsn, Price, CAST(Added AS date), CAST(Added AS time(3)), CAST(Added AS datetime2(3)), TODATETIMEOFFSET(Added, \\'+01:00\\') FROM Sites WHERE SiteKey = 1')",
      "print(json.dumps([v.hex() if isinstance(v, bytes) else str(v) for v in cur.fetchone()]))",
    ]);
    expect(answer).toEqual([
      "1", "PS1", "2026-11-01 10:00:00", "5000000000", "0.5", "True", "6f9619ff-8b86-d011-b42d-00c04fc964ff", "00ff10",
      "Größe ☃", "1234567890123456789012345", "12.5", "2026-11-01", "10:00:00", "2026-11-01 10:00:00",
      "2026-11-01 10:00:00+01:00",
    ]); // prettier-ignore
  });

  test("passes parameters and gets NULL, errors and several results", async () => {
    const answer = await python([
      "cur.execute('SELECT %s, %s, %s, %s', ('☃', 7, None, datetime.datetime(2026, 11, 22, 1, 2, 3)))",
      "a = [str(v) for v in cur.fetchone()]",
      "try:",
      "    cur.execute('SELECT * FROM Nowhere')",
      "except pytds.Error as e:",
      "    a.append(e.msg_no)",
      "cur.execute('SELECT 1; SELECT 2')",
      "a.append(cur.fetchall()[0][0])",
      "cur.nextset()",
      "a.append(cur.fetchall()[0][0])",
      "print(json.dumps(a))",
    ]);
    expect(answer).toEqual(["☃", "7", "None", "2026-11-22 01:02:03", 208, 1, 2]);
  });
});
