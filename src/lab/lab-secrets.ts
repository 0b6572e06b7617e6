import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "selfsigned";

/** Passwords of a lab. They are made anew for each lab and are worth nothing outside it. */
export interface LabSecrets {
  readonly sqlPassword: string;
  readonly adminPassword: string;
  readonly limitedPassword: string;
}

const files = {
  sqlPassword: "sql-password",
  adminPassword: "labadmin-password",
  limitedPassword: "limited-password",
} as const;

/** Writes `secrets/`: passwords, the key of the repository, and a certificate authority with a server certificate. */
export async function createSecrets(lab: string, hosts: readonly string[]): Promise<LabSecrets> {
  mkdirSync(join(lab, "secrets"), { recursive: true });
  const password = (): string => `Lab-${randomBytes(9).toString("base64url")}`;
  const secrets = { sqlPassword: password(), adminPassword: password(), limitedPassword: password() };
  for (const name of Object.keys(files) as (keyof LabSecrets)[]) put(lab, files[name], secrets[name]);
  put(lab, "repository.key", randomBytes(32).toString("hex"));
  put(lab, "rs-password", password());
  put(lab, "sql-keys-password", password());
  await createCertificates(lab, hosts);
  return secrets;
}

/** The key and certificate with which the SQL Servers of the lab speak TLS. */
export function readServerCertificate(lab: string): { readonly key: string; readonly cert: string } {
  const read = (name: string): string => readFileSync(join(lab, "secrets", name), "utf8");
  return { key: read("server.key"), cert: read("server.pem") };
}

export function readPassword(lab: string, login: keyof typeof files): string {
  return readFileSync(join(lab, "secrets", files[login]), "utf8").trim();
}

const validYears = 10;

async function createCertificates(lab: string, hosts: readonly string[]): Promise<void> {
  const notAfterDate = new Date();
  notAfterDate.setFullYear(notAfterDate.getFullYear() + validYears);
  const common = { keyType: "ec", curve: "P-256", algorithm: "sha256", notAfterDate } as const;
  const authority = await generate([{ name: "commonName", value: "Lab Certificate Authority" }], {
    ...common,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const altNames = [
    ...[...hosts, "localhost"].map((value) => ({ type: 2 as const, value })),
    { type: 7 as const, ip: "127.0.0.1" },
  ];
  const server = await generate([{ name: "commonName", value: hosts[0]! }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [{ name: "subjectAltName", altNames }],
  });
  put(lab, "ca.pem", authority.cert);
  put(lab, "server.pem", server.cert);
  put(lab, "server.key", server.private);
}

function put(lab: string, name: string, text: string): void {
  writeFileSync(join(lab, "secrets", name), text.endsWith("\n") ? text : `${text}\n`, { mode: 0o600 });
}
