import { createPrivateKey, X509Certificate } from "node:crypto";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type sql from "mssql";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestInstance, type TestInstance } from "./support/lab-instance.ts";

let instance: TestInstance;
let pool: sql.ConnectionPool;
beforeAll(async () => {
  instance = await startTestInstance();
  pool = await instance.connect({ user: "sitekeep", password: "Kee p'§☃" });
});
afterEach(() => {
  instance.settings.denied = {};
});
afterAll(() => instance.close());

async function value(text: string, inputs: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const request = pool.request();
  for (const [name, it] of Object.entries(inputs)) request.input(name, it);
  const { recordset } = await request.query<Record<string, unknown>>(`SELECT ${text} AS it`);
  return recordset[0]!["it"];
}

const bitLocker = "CERT_ID('BitLockerManagement_CERT')";

/** What OpenSSL makes of a private key in the form PVK. */
function readPvk(bytes: Buffer, password: string): string {
  const file = join(instance.folder, "key.pvk");
  writeFileSync(file, bytes);
  const how = ["-provider", "legacy", "-provider", "default", "-passin", `pass:${password}`];
  return execFileSync("openssl", ["rsa", "-inform", "PVK", "-in", file, ...how], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
}

test("a certificate comes over the connection as the bytes of which the catalog has the digest", async () => {
  const [row] = (
    await pool
      .request()
      .query<{ it: Buffer; thumbprint: Buffer }>(
        `SELECT CERTENCODED(certificate_id) AS it, thumbprint FROM sys.certificates`,
      )
  ).recordset;
  const { fingerprint, subject } = new X509Certificate(row!.it);
  expect(subject).toBe("CN=BitLocker");
  expect(fingerprint.replaceAll(":", "").toLowerCase()).toBe(row!.thumbprint.toString("hex"));
});

test.each(["Pass word 1", ""])(
  "its private key is of the form PVK under the password '%s'",
  async (password) => {
    const key = await value(`CERTPRIVATEKEY(${bitLocker}, @password)`, { password });
    const certificate = new X509Certificate((await value(`CERTENCODED(${bitLocker})`)) as Buffer);
    expect(certificate.checkPrivateKey(createPrivateKey(readPvk(key as Buffer, password)))).toBe(true);
    if (password !== "") expect(() => readPvk(key as Buffer, "another")).toThrow();
  },
);

test("a private key under a password is given for that password only", async () => {
  await pool.request().batch("USE ReportServer");
  const key = (rest: string) => value(`CERTPRIVATEKEY(CERT_ID(N'[Signing_CERT]'), 'Pass word 1'${rest})`);
  const [open, closed, wrong] = [await key(", 'Of the 1 key'"), await key(""), await key(", 'Another'")];
  await pool.request().batch("USE CM_PS1");
  expect([open instanceof Buffer, closed, wrong]).toEqual([true, null, null]);
  expect(await value(`CERTPRIVATEKEY(${bitLocker}, 'Pass word 1', 'Of the 1 key')`)).toBe(null);
});

test("what there is not, and no password, has no value", async () => {
  expect(await value("CERT_ID('Nowhere')")).toBe(null);
  expect(await value("CERTENCODED(9)")).toBe(null);
  expect(await value("CERTPRIVATEKEY(9, 'Pass word 1')")).toBe(null);
  expect(await value(`CERTPRIVATEKEY(${bitLocker}, NULL)`)).toBe(null);
});

test.each([
  ["CONTROL", [true, false]],
  ["CONTROL ON CERTIFICATE::BitLockerManagement_CERT", [true, false]],
  ["CONTROL ON CERTIFICATE::Other", [true, true]],
  ["VIEW DEFINITION ON CERTIFICATE::BitLockerManagement_CERT", [false, false]],
])("without %s certificate and key are given: %o", async (right, given) => {
  const id = await value(bitLocker);
  instance.settings.denied = { sitekeep: [right] };
  const both = [
    await value(`CERTENCODED(${String(id)})`),
    await value(`CERTPRIVATEKEY(${String(id)}, 'Pass word 1')`),
  ];
  expect(both.map((it) => it !== null)).toEqual(given);
});
