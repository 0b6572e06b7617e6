import { randomBytes } from "node:crypto";
import type { AttachedDatabase } from "./change-tracking.ts";
import type { CertificateDefinition } from "./instance-definition.ts";
import { newGuid } from "./guid.ts";
import { makeKeyMaterial, type KeyMaterial } from "./x509.ts";

export interface DatabaseCertificate {
  readonly id: number;
  readonly name: string;
  readonly subject: string;
  readonly keyEncryption: "MASTER KEY" | "PASSWORD";
  /** What opens the private key, where the master key does not. */
  readonly keyPassword: string | null;
  readonly certificateDer: Uint8Array;
  readonly privateKeyPem: string;
  readonly thumbprint: Uint8Array;
  readonly serialNumber: Uint8Array;
  readonly fromMs: number;
  readonly untilMs: number;
  /** When its private key was last exported to a file. */
  readonly backedUpAtMs: number | null;
  /** Incidents of which one has to be in force for the certificate to be there; none says always. */
  readonly onlyDuring: readonly string[];
}

export interface MasterKey {
  readonly guid: string;
  readonly key: Uint8Array;
  readonly createdAtMs: number;
  /** Whether the key is there only as long as a certificate is under it. */
  readonly isIdle: boolean;
  /** What opens the key where the server's own key does not. */
  readonly password: string;
}

const tenYearsMs = 10 * 365 * 86_400_000;

/** Makes the tables in which a database file carries its certificates and its master key. */
export function createKeyTables({ db, alias }: AttachedDatabase): void {
  db.exec(`
    CREATE TABLE "${alias}".lab_certificates (id int, name text COLLATE NOCASE, subject text, key_encryption text, key_password text,
      certificate blob, private_key text, thumbprint blob, serial blob, from_ms int, until_ms int, backed_up_ms int,
      only_during text);
    CREATE TABLE "${alias}".lab_master_key (guid text, key blob, created_at int, idle int, password text);`);
}

/** Makes a certificate with real keys. */
export function addCertificate(at: AttachedDatabase, definition: CertificateDefinition, nowMs: number): void {
  const untilMs = nowMs + tenYearsMs;
  insertCertificate(at, definition, {
    ...makeKeyMaterial(definition.subject, nowMs, untilMs),
    nowMs,
    untilMs,
  });
}

/** A certificate with the keys that somebody brings. */
export function insertCertificate(
  at: AttachedDatabase,
  definition: Omit<CertificateDefinition, "database">,
  { nowMs, untilMs, ...keys }: KeyMaterial & { readonly nowMs: number; readonly untilMs: number },
): void {
  const insert = `INSERT INTO "${at.alias}".lab_certificates
    SELECT 256 + coalesce(max(id) - 255, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ? FROM "${at.alias}".lab_certificates`;
  at.db
    .prepare(insert)
    .run(
      definition.name,
      definition.subject,
      definition.pvtKeyEncryptedBy,
      definition.password ?? null,
      keys.certificateDer,
      keys.privateKeyPem,
      keys.thumbprint,
      keys.serialNumber,
      nowMs,
      untilMs,
      definition.onlyDuring?.join(" ") ?? null,
    );
}

/** Notes that a private key has been exported. */
export function noteExport({ db, alias }: AttachedDatabase, id: number, nowMs: number): void {
  db.prepare(`UPDATE "${alias}".lab_certificates SET backed_up_ms = ? WHERE id = ?`).run(nowMs, id);
}

export function dropCertificate({ db, alias }: AttachedDatabase, id: number): void {
  db.prepare(`DELETE FROM "${alias}".lab_certificates WHERE id = ?`).run(id);
}

/** The password under which setup made the master keys of a lab; nobody at the site wrote it down. */
const ownersPassword = "Made by setup, 1 time";

/** Makes a master key, in place of one that was idle. */
export function addMasterKey(
  { db, alias }: AttachedDatabase,
  nowMs: number,
  {
    isIdle = false,
    password = ownersPassword,
  }: { readonly isIdle?: boolean; readonly password?: string } = {},
): void {
  db.exec(`DELETE FROM "${alias}".lab_master_key`);
  const insert = `INSERT INTO "${alias}".lab_master_key VALUES (?, ?, ?, ?, ?)`;
  db.prepare(insert).run(newGuid(), randomBytes(32), nowMs, Number(isIdle), password);
}

export function dropMasterKey({ db, alias }: AttachedDatabase): void {
  db.exec(`DELETE FROM "${alias}".lab_master_key`);
}

export function listCertificates({ db, alias }: AttachedDatabase): readonly DatabaseCertificate[] {
  const rows = db.prepare(`SELECT * FROM "${alias}".lab_certificates ORDER BY id`).all();
  return rows.map((row) => ({
    id: Number(row["id"]),
    name: String(row["name"]),
    subject: String(row["subject"]),
    keyEncryption: row["key_encryption"] === "PASSWORD" ? "PASSWORD" : "MASTER KEY",
    keyPassword: (row["key_password"] ?? null) as string | null,
    certificateDer: row["certificate"] as Uint8Array,
    privateKeyPem: String(row["private_key"]),
    thumbprint: row["thumbprint"] as Uint8Array,
    serialNumber: row["serial"] as Uint8Array,
    fromMs: Number(row["from_ms"]),
    untilMs: Number(row["until_ms"]),
    backedUpAtMs: (row["backed_up_ms"] ?? null) as number | null,
    onlyDuring: ((row["only_during"] ?? "") as string).split(" ").filter((it) => it !== ""),
  }));
}

export function readMasterKey({ db, alias }: AttachedDatabase): MasterKey | undefined {
  const row = db.prepare(`SELECT * FROM "${alias}".lab_master_key`).get();
  if (row === undefined) return undefined;
  return {
    guid: String(row["guid"]),
    key: row["key"] as Uint8Array,
    createdAtMs: Number(row["created_at"]),
    isIdle: row["idle"] === 1,
    password: String(row["password"]),
  };
}
