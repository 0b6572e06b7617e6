import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeLabCertificate } from "./tds/certificate.ts";

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

/**
 * Writes `secrets/`: passwords, the key of the repository, and a certificate authority with a server
 * certificate.
 */
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

async function createCertificates(lab: string, hosts: readonly string[]): Promise<void> {
  const { ca, cert, key } = await makeLabCertificate([...hosts, "localhost", "127.0.0.1"]);
  put(lab, "ca.pem", ca);
  put(lab, "server.pem", cert);
  put(lab, "server.key", key);
}

function put(lab: string, name: string, text: string): void {
  writeFileSync(join(lab, "secrets", name), text.endsWith("\n") ? text : `${text}\n`, { mode: 0o600 });
}
