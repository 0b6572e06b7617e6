import { mkdirSync } from "node:fs";
import type sql from "mssql";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { SqlIncident } from "../../src/sql/incidents.ts";
import { startTestInstance, type TestInstance } from "./support/lab-instance.ts";

/** One server where databases and backups are encrypted, and one that lacks the certificate. */
let instance: TestInstance;
let target: TestInstance;
let pool: sql.ConnectionPool;
let elsewhere: sql.ConnectionPool;

beforeAll(async () => {
  [instance, target] = [await startTestInstance(), await startTestInstance(undefined, "sql02.lab")];
  for (const { stage } of [instance, target]) mkdirSync(stage, { recursive: true });
  [pool, elsewhere] = [await instance.connect(), await target.connect()];
  await run("USE master; CREATE MASTER KEY ENCRYPTION BY PASSWORD = 'Long enough 1'");
  await run("USE master; CREATE CERTIFICATE Backup_CERT WITH SUBJECT = 'Backups'");
});
afterEach(() => {
  instance.incidents.length = 0;
});
afterAll(async () => {
  await instance.close();
  await target.close();
});

async function run(statement: string, on = pool): Promise<sql.IResult<Record<string, unknown>>> {
  return on.request().batch(statement);
}

async function rows(statement: string, on = pool): Promise<readonly Record<string, unknown>[]> {
  return [...(await run(statement, on)).recordset];
}

/** Numbers and texts of a refusal. */
async function refusal(statement: string, on = pool): Promise<readonly (readonly [number, string])[]> {
  try {
    await run(statement, on);
    return [];
  } catch (thrown) {
    const error = thrown as sql.RequestError & { precedingErrors?: readonly sql.RequestError[] };
    return [...(error.precedingErrors ?? []), error].map((it) => [it.number!, it.message] as const);
  }
}

const thumbprintOf = async (name: string): Promise<string> => {
  const [row] = await rows(`SELECT thumbprint AS it FROM master.sys.certificates WHERE name = '${name}'`);
  return (row!["it"] as Buffer).toString("hex").toUpperCase();
};

/** Lets the other server see a file of the first. */
async function carry(name: string): Promise<string> {
  const { copyFileSync } = await import("node:fs");
  copyFileSync(`${instance.stage}/${name}`, `${target.stage}/${name}`);
  return `DISK = N'E:\\stage\\${name}'`;
}

const encrypted = (file: string, certificate = "Backup_CERT"): string =>
  `BACKUP DATABASE ReportServer TO DISK = N'E:\\stage\\${file}' WITH INIT, COPY_ONLY, ENCRYPTION (ALGORITHM = AES_256, SERVER CERTIFICATE = [${certificate}])`;

test("an encrypted backup is told with its algorithm and thumbprint, in msdb and in its header", async () => {
  await run(encrypted("told.bak"));
  const columns = "key_algorithm AS algorithm, encryptor_type AS type, encryptor_thumbprint AS thumbprint";
  const [history] = await rows(`SELECT ${columns} FROM msdb.dbo.backupset WHERE encryptor_type IS NOT NULL`);
  expect(history).toMatchObject({ algorithm: "aes_256", type: "CERTIFICATE" });
  expect((history!["thumbprint"] as Buffer).toString("hex").toUpperCase()).toBe(
    await thumbprintOf("Backup_CERT"),
  );
  const [header] = await rows("RESTORE HEADERONLY FROM DISK = N'E:\\stage\\told.bak'");
  expect(header).toMatchObject({ KeyAlgorithm: "aes_256", EncryptorThumbprint: history!["thumbprint"] });
  expect(await refusal("RESTORE VERIFYONLY FROM DISK = N'E:\\stage\\told.bak'")).toEqual([]);
});

test("a certificate that there is not encrypts nothing", async () => {
  const found = await refusal(encrypted("none.bak", "Nowhere_CERT"));
  expect(found.map(([number]) => number)).toEqual([15_151, 3013]);
});

test.each([
  "RESTORE HEADERONLY FROM",
  "RESTORE FILELISTONLY FROM",
  "RESTORE VERIFYONLY FROM",
  "RESTORE DATABASE Copy FROM",
])("without the certificate in master %s an encrypted backup is refused with 33111", async (statement) => {
  await run(encrypted("away.bak"));
  const device = await carry("away.bak");
  const thumbprint = await thumbprintOf("Backup_CERT");
  expect((await refusal(`${statement} ${device}`, elsewhere))[0]).toEqual([
    33_111,
    `Cannot find server certificate with thumbprint '0x${thumbprint}'.`,
  ]);
});

test("the certificate as the connection gave it, made on the other server, opens the backup there", async () => {
  await run(encrypted("opened.bak"));
  const device = await carry("opened.bak");
  const given = "CERTENCODED(certificate_id) AS cer, CERTPRIVATEKEY(certificate_id, 'Carried 1x') AS pvk";
  await run("USE master");
  const [key] = await rows(`SELECT ${given} FROM sys.certificates WHERE name = 'Backup_CERT'`);
  const hex = (name: string) => `0x${(key![name] as Buffer).toString("hex")}`;
  const make = (password: string) =>
    `USE master; CREATE CERTIFICATE Carried FROM BINARY = ${hex("cer")} WITH PRIVATE KEY (BINARY = ${hex("pvk")}, DECRYPTION BY PASSWORD = '${password}')`;
  expect((await refusal(make("Carried 1x"), elsewhere))[0]![0]).toBe(15_581);
  await run("USE master; CREATE MASTER KEY ENCRYPTION BY PASSWORD = 'Long enough 1'", elsewhere);
  expect((await refusal(make("Wrong 1xx"), elsewhere))[0]![0]).toBe(15_466);
  await run(make("Carried 1x"), elsewhere);
  expect((await refusal(make("Carried 1x"), elsewhere))[0]![0]).toBe(15_232);
  expect(await rows(`RESTORE FILELISTONLY FROM ${device}`, elsewhere)).toHaveLength(2);
  await run("USE master; DROP CERTIFICATE Carried", elsewhere);
  expect((await refusal(`RESTORE FILELISTONLY FROM ${device}`, elsewhere))[0]![0]).toBe(33_111);
});

test("an export of the private key leaves its date; until then an encrypted backup is made with a warning", async () => {
  const told: number[] = [];
  const backUp = async (): Promise<void> => {
    const request = pool.request();
    request.on("info", (message: { number: number }) => void told.push(message.number));
    await request.batch(encrypted("warned.bak"));
  };
  const date =
    "SELECT pvt_key_last_backup_date AS it FROM master.sys.certificates WHERE name = 'Backup_CERT'";
  expect(await rows(date)).toEqual([{ it: null }]);
  await backUp();
  expect(told).toContain(33_091);
  await run("USE master; BACKUP CERTIFICATE Backup_CERT TO FILE = 'E:\\stage\\public.cer'");
  expect(await rows(date)).toEqual([{ it: null }]);
  await run(`USE master; BACKUP CERTIFICATE Backup_CERT TO FILE = 'E:\\stage\\b.cer'
    WITH PRIVATE KEY (FILE = 'E:\\stage\\b.pvk', ENCRYPTION BY PASSWORD = 'Long enough 1')`);
  expect((await rows(date))[0]!["it"]).toBeInstanceOf(Date);
  told.length = 0;
  await backUp();
  expect(told).not.toContain(33_091);
});

test("exported files make the certificate again; a file that holds none does not", async () => {
  await run("USE master; CREATE CERTIFICATE Files_CERT WITH SUBJECT = 'Files'");
  await run(`USE master; BACKUP CERTIFICATE Files_CERT TO FILE = 'E:\\stage\\f.cer'
    WITH PRIVATE KEY (FILE = 'E:\\stage\\f.pvk', ENCRYPTION BY PASSWORD = 'Long enough 1')`);
  await run("USE master; DROP CERTIFICATE Files_CERT");
  const make = (file: string) =>
    `USE master; CREATE CERTIFICATE Files_CERT FROM FILE = 'E:\\stage\\${file}' WITH PRIVATE KEY (FILE = 'E:\\stage\\f.pvk', DECRYPTION BY PASSWORD = 'Long enough 1')`;
  expect((await refusal(make("f.pvk")))[0]![0]).toBe(15_208);
  await run(make("f.cer"));
  const found = "SELECT pvt_key_encryption_type AS it FROM master.sys.certificates WHERE name = 'Files_CERT'";
  expect(await rows(found)).toEqual([{ it: "MK" }]);
  await run("USE master; DROP CERTIFICATE Files_CERT");
});

test("an encrypted database has a key and a thumbprint, which its backups carry to other servers", async () => {
  const keys = `SELECT DB_NAME(database_id) AS name, encryption_state AS state, encryptor_type AS type
    FROM sys.dm_database_encryption_keys ORDER BY database_id`;
  expect(await rows(keys)).toEqual([]);
  await run("USE master; CREATE CERTIFICATE SiteDatabase_CERT WITH SUBJECT = 'Site database'");
  instance.incidents.push("database-encrypted" satisfies SqlIncident);
  expect(await rows(keys)).toEqual([
    { name: "tempdb", state: 3, type: "ASYMMETRIC KEY" },
    { name: "CM_PS1", state: 3, type: "CERTIFICATE" },
  ]);
  expect(await rows("SELECT name FROM sys.databases WHERE is_encrypted = 1")).toEqual([{ name: "CM_PS1" }]);
  await run("BACKUP DATABASE CM_PS1 TO DISK = N'E:\\stage\\tde.bak' WITH INIT, COPY_ONLY");
  const thumbprint = await thumbprintOf("SiteDatabase_CERT");
  const files = await rows("RESTORE FILELISTONLY FROM DISK = N'E:\\stage\\tde.bak'");
  expect(files.map((it) => (it["TDEThumbprint"] as Buffer).toString("hex").toUpperCase())).toEqual([
    thumbprint,
    thumbprint,
  ]);
  const device = await carry("tde.bak");
  expect(await rows(`RESTORE HEADERONLY FROM ${device}`, elsewhere)).toHaveLength(1);
  for (const statement of ["RESTORE FILELISTONLY FROM", "RESTORE DATABASE Copy FROM"])
    expect((await refusal(`${statement} ${device}`, elsewhere))[0]).toEqual([
      33_111,
      `Cannot find server certificate with thumbprint '0x${thumbprint}'.`,
    ]);
});

test("what is under a master key is closed on another server, until the key is opened by its password", async () => {
  await run("BACKUP DATABASE CM_PS1 TO DISK = N'E:\\stage\\drill.bak' WITH INIT, COPY_ONLY");
  const device = await carry("drill.bak");
  await run(
    `USE master; RESTORE DATABASE Drill FROM ${device} WITH MOVE 'CM_PS1' TO 'D:\\SQLData\\Drill.mdf', MOVE 'CM_PS1_log' TO 'D:\\SQLData\\Drill.ldf'`,
    elsewhere,
  );
  const opened =
    "SELECT is_master_key_encrypted_by_server AS it FROM sys.databases WHERE name IN (N'CM_PS1', N'Drill') ORDER BY name";
  expect(await rows(opened, elsewhere)).toEqual([{ it: true }, { it: false }]);
  const key = "SELECT CERTPRIVATEKEY(CERT_ID('BitLockerManagement_CERT'), 'Carried 1x') AS it";
  const isGiven = async (): Promise<boolean> =>
    (await rows(`USE Drill; ${key}`, elsewhere))[0]!["it"] !== null;
  expect(await isGiven()).toBe(false);
  const exported = `USE Drill; BACKUP CERTIFICATE BitLockerManagement_CERT TO FILE = 'E:\\stage\\d.cer'
    WITH PRIVATE KEY (FILE = 'E:\\stage\\d.pvk', ENCRYPTION BY PASSWORD = 'Long enough 1')`;
  expect((await refusal(exported, elsewhere))[0]![0]).toBe(15_581);
  const open = (password: string) => `USE Drill; OPEN MASTER KEY DECRYPTION BY PASSWORD = '${password}'`;
  expect((await refusal(open("Wrong"), elsewhere))[0]![0]).toBe(15_313);
  const byServer = "ALTER MASTER KEY ADD ENCRYPTION BY SERVICE MASTER KEY";
  expect((await refusal(`USE Drill; ${byServer}`, elsewhere))[0]![0]).toBe(15_581);
  await run(`${open("Made by setup, 1 time")}; ${byServer}; CLOSE MASTER KEY`, elsewhere);
  expect(await isGiven()).toBe(true);
  expect(await rows(opened, elsewhere)).toEqual([{ it: true }, { it: true }]);
});

test("what a certificate has sealed its private key alone opens, under whatever master key it is by now", async () => {
  const id = "CERT_ID('BitLockerManagement_CERT')";
  const [sealed] = await rows(`USE CM_PS1; SELECT ENCRYPTBYCERT(${id}, N'471207-☃') AS it`);
  const given = "CERTENCODED(certificate_id) AS cer, CERTPRIVATEKEY(certificate_id, 'Carried 1x') AS pvk";
  const [key] = await rows(`SELECT ${given} FROM sys.certificates WHERE name = 'BitLockerManagement_CERT'`);
  const hex = (bytes: unknown) => `0x${(bytes as Buffer).toString("hex")}`;
  const open = (database: string, by = id) =>
    `USE ${database}; SELECT DECRYPTBYCERT(${by}, ${hex(sealed!["it"])}) AS it`;
  expect(await rows(open("CM_PS1"))).toEqual([{ it: Buffer.from("471207-☃", "utf16le") }]);
  expect(await rows(open("ReportServer", "CERT_ID('Signing_CERT')"))).toEqual([{ it: null }]);

  await run("BACKUP DATABASE CM_PS1 TO DISK = N'E:\\stage\\moved.bak' WITH INIT, COPY_ONLY");
  const device = await carry("moved.bak");
  const files = "MOVE 'CM_PS1' TO 'D:\\SQLData\\Moved.mdf', MOVE 'CM_PS1_log' TO 'D:\\SQLData\\Moved.ldf'";
  await run(`USE master; RESTORE DATABASE Moved FROM ${device} WITH ${files}`, elsewhere);
  expect(await rows(open("Moved"), elsewhere)).toEqual([{ it: null }]);
  const make = `USE Moved; CREATE CERTIFICATE BitLockerManagement_CERT FROM BINARY = ${hex(key!["cer"])}
    WITH PRIVATE KEY (BINARY = ${hex(key!["pvk"])}, DECRYPTION BY PASSWORD = 'Carried 1x')`;
  expect((await refusal("USE Moved; DROP MASTER KEY", elsewhere))[0]![0]).toBe(15_580);
  await run("USE Moved; DROP CERTIFICATE BitLockerManagement_CERT", elsewhere);
  expect((await refusal(make, elsewhere))[0]![0]).toBe(15_581);
  await run("USE Moved; DROP MASTER KEY", elsewhere);
  await run("CREATE MASTER KEY ENCRYPTION BY PASSWORD = 'Long enough 1'", elsewhere);
  await run(make, elsewhere);
  expect(await rows(open("Moved"), elsewhere)).toEqual([{ it: Buffer.from("471207-☃", "utf16le") }]);
});

test("the incident of a missing certificate holds for whoever looks into a backup", async () => {
  await run("BACKUP DATABASE ReportServer TO DISK = N'E:\\stage\\plain.bak' WITH INIT, COPY_ONLY");
  instance.incidents.push("certificate-missing");
  for (const form of ["FILELISTONLY", "VERIFYONLY"])
    expect((await refusal(`RESTORE ${form} FROM DISK = N'E:\\stage\\plain.bak'`))[0]![0]).toBe(33_111);
});
