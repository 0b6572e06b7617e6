import { X509Certificate } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeLabCertificate } from "../../../packages/lab/src/tds/certificate.ts";
import { connectSql } from "../../../src/cli/world/connect-sql.ts";
import type { DatabaseAddress } from "../../../src/core/model/policy/source.ts";
import { sqlProblem } from "../../../src/drivers/access/sql/sql-problems.ts";
import type { SqlError } from "../../../src/drivers/access/sql/sql-runner.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { withUnendingServer } from "../../support/unending-server.ts";

const server = withUnendingServer();
let files: Readonly<Record<"pem" | "der" | "chain" | "empty" | "noise" | "key" | "folder", string>>;

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), "certificates-"));
  const { cert, ca, key } = server.certificate;
  const contents = {
    pem: cert,
    der: new X509Certificate(cert).raw,
    chain: `the authority:\n${ca}\nand the server\n${cert}`,
    empty: "",
    noise: "no certificate at all",
    key,
  };
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content);
  mkdirSync(join(folder, "folder"));
  const names = [...Object.keys(contents), "folder"];
  files = Object.fromEntries(names.map((name) => [name, join(folder, name)])) as never;
});

afterAll(() => rmSync(join(files.folder, ".."), { recursive: true }));

interface Named {
  readonly certificateAuthority?: string;
  readonly serverCertificates?: string;
  readonly as?: "windows";
  readonly encrypt?: boolean | "strict";
  readonly trust?: boolean;
}

/** What becomes of a connection: that it was had, or the problem. */
async function connecting({ certificateAuthority, serverCertificates, ...how }: Named) {
  const machine = {
    identity: "cm01.lab",
    allow: [],
    tools: { sqlcmd: ["/nowhere/sqlcmd"] },
    paths: {},
    servers: { "sql01.lab": `127.0.0.1:${server.target.port}` },
    ...(certificateAuthority !== undefined && { certificateAuthority }),
    ...(serverCertificates !== undefined && { serverCertificates: { "sql01.lab": serverCertificates } }),
  };
  const database = {
    server: "sql01.lab",
    name: "CM_PS1",
    auth:
      how.as === "windows" ? { as: "windows" } : { as: "login", user: "sitekeep", password: { file: "/p" } },
    encrypt: how.encrypt ?? true,
    trustServerCertificate: how.trust ?? false,
  } as DatabaseAddress;
  const place = { where: "PS1/database", server: "sql01.lab", database: "CM_PS1", doing: "look", user: "x" };
  try {
    const sql = await connectSql(machine, database, "x");
    const rows = await sql.query("SELECT 1;");
    await sql.close();
    return `${rows.length} rows`;
  } catch (thrown) {
    const { code, message, hint } = sqlProblem(thrown as SqlError, place);
    return { code, message, hint };
  }
}

const shown = () => new X509Certificate(server.certificate.cert).fingerprint256;

test.each([
  ["the fingerprint as OpenSSL writes it", () => shown()],
  ["the fingerprint with its name before it", () => `SHA256:${shown()}`],
  ["the fingerprint as PowerShell writes it", () => shown().replaceAll(":", "-")],
  ["the fingerprint with spaces", () => shown().replaceAll(":", " ").toLowerCase()],
  ["nothing but digits", () => shown().replaceAll(":", "")],
  ["a file in PEM", () => files.pem],
  ["a file in DER", () => files.der],
])("a server that shows the certificate that %s names is connected with", async (_, named) => {
  expect(await connecting({ serverCertificates: named() })).toBe("3 rows");
  expect(await connecting({ serverCertificates: named(), encrypt: "strict" })).toBe("3 rows");
});

test.each([true, "strict"] as const)(
  "a server that shows another certificate is told with both fingerprints, and is sent no login (encrypt: %s)",
  async (encrypt) => {
    const logins = server.seen.logins;
    const other = shown().replace(/^../, (first) => (first === "AB" ? "CD" : "AB"));
    const problem = await connecting({ serverCertificates: other, encrypt, trust: true });
    expect(problem).toMatchObject({
      code: "sql-certificate-differs",
      message: `sql01.lab could not look: sql01.lab shows the certificate with the SHA-256 fingerprint ${shown()}, and the machine file names the one with ${other}.`,
      hint: expect.stringContaining("Find out whether SQL Server on sql01.lab was given another certificate"),
    });
    expect(server.seen.logins).toBe(logins);
  },
);

test.each([true, "strict"] as const)(
  "the same goes for another certificate's file (encrypt: %s)",
  async (encrypt) => {
    const logins = server.seen.logins;
    const authority = new X509Certificate(server.certificate.ca).fingerprint256;
    const folder = temporaryFolder();
    const { cert } = await makeLabCertificate(["sql01.lab"]);
    writeFileSync(join(folder, "other.cer"), cert);
    const problem = await connecting({ serverCertificates: join(folder, "other.cer"), encrypt });
    expect(problem).toMatchObject({
      code: "sql-certificate-differs",
      message: expect.stringContaining(shown()),
    });
    expect(problem).toMatchObject({
      message: expect.stringContaining(new X509Certificate(cert).fingerprint256),
    });
    expect(JSON.stringify(problem)).not.toContain(authority);
    expect(server.seen.logins).toBe(logins);
  },
);

test("a SHA-1 thumbprint is refused with the way to the other one", async () => {
  const { fingerprint } = new X509Certificate(server.certificate.cert);
  expect(await connecting({ serverCertificates: fingerprint.replaceAll(":", "") })).toMatchObject({
    code: "sql-certificate",
    message: expect.stringContaining("SHA-1 thumbprint"),
    hint: expect.stringContaining("docs/machine.md has the PowerShell line"),
  });
});

test("a fingerprint that sqlcmd is to compare asks for the file", async () => {
  const named = { serverCertificates: shown(), as: "windows" } as const;
  expect(await connecting(named)).toMatchObject({
    code: "sql-certificate",
    message: expect.stringContaining("sqlcmd"),
    hint: expect.stringContaining("name that file in the machine file"),
  });
  // Nothing is compared then, by either way.
  expect(await connecting({ ...named, encrypt: false })).toMatchObject({ code: "command-failed" });
});

test.each([
  ["/nowhere/sql01.cer", "can't be read", "Correct the path"],
  ["folder", "can't be read", "Correct the path"],
  ["empty", "holds no certificate: it is empty", "Export the certificate again"],
  ["noise", "holds no certificate", "Export the certificate again"],
  ["key", "holds no certificate", "Export the certificate again"],
] as const)(
  "%s in the place of a certificate is a problem with a cure, and not a way around it",
  async (name, says, cure) => {
    const file = name.startsWith("/") ? name : files[name as keyof typeof files];
    const expected = {
      code: "sql-certificate",
      message: expect.stringContaining(says),
      hint: expect.stringContaining(cure),
    };
    expect(await connecting({ serverCertificates: file, trust: true })).toMatchObject(expected);
    expect(await connecting({ certificateAuthority: file, trust: true })).toMatchObject(expected);
    expect(await connecting({ serverCertificates: file, as: "windows" })).toMatchObject(expected);
  },
);

test.each(["chain", "pem"] as const)(
  "authorities are taken from a file with text between them (%s)",
  async (name) => {
    const answer = await connecting({ certificateAuthority: files[name] });
    if (name === "chain") expect(answer).toBe("3 rows");
    else expect(answer).toMatchObject({ code: "sql-certificate" });
  },
);
