import {
  listCertificates,
  readMasterKey,
  type DatabaseCertificate,
  type MasterKey,
} from "./database-keys.ts";
import type { Engine } from "./engine.ts";
import type { SqlIncident } from "./incidents.ts";
import type { DatabaseState } from "./instance-state.ts";
import { SqlError } from "./sql-error.ts";

/** The certificate in master by which incidents encrypt the site's database, or backups of it. */
export const siteDatabaseCertificate = "SiteDatabase_CERT";

/** The certificate in master by which an incident encrypts the database of updates. */
export const updatesCertificate = "UpdateServices_CERT";

/** The certificates that a database has now; some are there while an incident is in force. */
export function certificatesOf(engine: Engine, database: DatabaseState): readonly DatabaseCertificate[] {
  return listCertificates(engine.open(database)).filter(
    ({ onlyDuring }) =>
      onlyDuring.length === 0 || onlyDuring.some((it) => engine.isInForce(it as SqlIncident)),
  );
}

/** The master key that a database has now. */
export function masterKeyOf(engine: Engine, database: DatabaseState): MasterKey | undefined {
  const key = readMasterKey(engine.open(database));
  return key?.isIdle === true && certificatesOf(engine, database).length === 0 ? undefined : key;
}

/** A certificate of master, by which databases and backups are encrypted. */
export function findServerCertificate(
  engine: Engine,
  is: (certificate: DatabaseCertificate) => boolean,
): DatabaseCertificate | undefined {
  return certificatesOf(engine, engine.findDatabase("master")!).find(is);
}

/** The thumbprint by which a database is encrypted, in hexadecimal. */
export function encryptorOf(engine: Engine, database: DatabaseState): string | undefined {
  if (database.tdeThumbprint !== undefined) return database.tdeThumbprint;
  const name = encryptingCertificate(engine, database);
  const certificate = name && findServerCertificate(engine, (it) => it.name === name);
  return certificate ? hexOf(certificate.thumbprint) : undefined;
}

function encryptingCertificate(engine: Engine, { name, siteCode }: DatabaseState): string | undefined {
  if (siteCode !== null && engine.isInForce("database-encrypted")) return siteDatabaseCertificate;
  return name === "SUSDB" && engine.isInForce("updates-encrypted") ? updatesCertificate : undefined;
}

/** Refuses with 33111 what is encrypted by a certificate that master lacks. */
export function demandCertificate(engine: Engine, thumbprint: string | undefined): void {
  if (thumbprint === undefined) return;
  const found = findServerCertificate(engine, (it) => hexOf(it.thumbprint) === thumbprint);
  if (found !== undefined && !engine.isInForce("certificate-missing")) return;
  throw certificateLacking(thumbprint);
}

export function certificateLacking(thumbprint: string): SqlError {
  const text = `Cannot find server certificate with thumbprint '0x${thumbprint.toUpperCase()}'.`;
  return new SqlError(33_111, text);
}

/** The master key is not there, or neither the server nor the session has opened it. */
export function masterKeyClosed(): SqlError {
  const text =
    "Please create a master key in the database or open the master key in the session before performing this operation.";
  return new SqlError(15_581, text);
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
