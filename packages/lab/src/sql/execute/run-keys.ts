import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { sqlType } from "../../tds/sql-type.ts";
import { findReadable } from "../backup/device-path.ts";
import { certificatesOf, masterKeyClosed, masterKeyOf } from "../certificates.ts";
import {
  addCertificate,
  addMasterKey,
  dropCertificate,
  dropMasterKey,
  insertCertificate,
} from "../database-keys.ts";
import type { DatabaseState } from "../instance-state.ts";
import type { Expression } from "../language/syntax.ts";
import type { BytesSource, CertificateSource, Statement } from "../language/statement.ts";
import { may } from "../permissions.ts";
import { readPvk } from "../pvk.ts";
import { closeMasterKey, isMasterKeyOpen, openMasterKey } from "../open-keys.ts";
import { SqlError } from "../sql-error.ts";
import { evaluate, evaluateText, type StatementContext } from "./statement-context.ts";

type KeyStatement = Extract<
  Statement,
  { kind: "create-master-key" | "use-master-key" | "create-certificate" | "drop-certificate" }
>;

/** Makes master keys and certificates in the current database, and drops certificates. */
export function runKeyStatement(context: StatementContext, statement: KeyStatement): void {
  const { engine, client } = context;
  const database = engine.onlineDatabase(client.database);
  if (!may(client.login, "control")) {
    throw new SqlError(15_247, "User does not have permission to perform this action.");
  }
  if (statement.kind === "create-master-key") createMasterKey(context, database, statement.password);
  else if (statement.kind === "use-master-key") useMasterKey(context, database, statement);
  else if (statement.kind === "drop-certificate") drop(context, database, statement.certificate);
  else createCertificate(context, database, statement);
  engine.advance(database, 2);
  engine.save();
  context.sink.done();
}

/** Opens the master key for the session, closes it, drops it, or lets the server open it from now on. */
function useMasterKey(
  context: StatementContext,
  database: DatabaseState,
  { action, password }: Extract<KeyStatement, { kind: "use-master-key" }>,
): void {
  const { engine, client } = context;
  const key = masterKeyOf(engine, database);
  if (key === undefined) throw masterKeyClosed();
  if (action === "close") return closeMasterKey(client, database);
  if (action === "drop") return dropKey(context, database);
  if (action === "open") {
    if (password === undefined || evaluateText(context, password) !== key.password) {
      throw new SqlError(15_313, "The key is not encrypted using the specified decryptor.");
    }
    return openMasterKey(client, database);
  }
  if (!isMasterKeyOpen(client, database)) throw masterKeyClosed();
  database.isForeign = false;
}

/** A key that is made after it is the server's own, whatever the one before was. */
function dropKey({ engine, client }: StatementContext, database: DatabaseState): void {
  const under = certificatesOf(engine, database).find((it) => it.keyEncryption === "MASTER KEY");
  if (under !== undefined) {
    const text = `Cannot drop master key because certificate '${under.name}' is encrypted by it.`;
    throw new SqlError(15_580, text);
  }
  dropMasterKey(engine.open(database));
  closeMasterKey(client, database);
  database.isForeign = false;
}

function createMasterKey(context: StatementContext, database: DatabaseState, password: Expression): void {
  const { engine } = context;
  if (masterKeyOf(engine, database) !== undefined) {
    const text =
      "There is already a master key in the database. Please drop it before performing this statement.";
    throw new SqlError(15_578, text);
  }
  addMasterKey(engine.open(database), engine.nowMs(), { password: evaluateText(context, password) });
}

function drop({ engine }: StatementContext, database: DatabaseState, name: string): void {
  const found = certificatesOf(engine, database).find((it) => it.name.toLowerCase() === name.toLowerCase());
  if (found === undefined) {
    const text = `Cannot drop the certificate '${name}', because it does not exist or you do not have permission.`;
    throw new SqlError(15_151, text);
  }
  dropCertificate(engine.open(database), found.id);
}

function createCertificate(
  context: StatementContext,
  database: DatabaseState,
  { certificate: name, from }: Extract<KeyStatement, { kind: "create-certificate" }>,
): void {
  const { engine, client } = context;
  const [at, nowMs] = [engine.open(database), engine.nowMs()];
  const has = certificatesOf(engine, database);
  const isOpen = masterKeyOf(engine, database) !== undefined && isMasterKeyOpen(client, database);
  if (!isOpen && !("source" in from && from.key === undefined)) throw masterKeyClosed();
  if ("subject" in from) {
    refuseTwice(name, has.some((it) => it.name.toLowerCase() === name.toLowerCase())); // prettier-ignore
    const subject = evaluateText(context, from.subject);
    return addCertificate(
      at,
      { database: database.name, name, subject, pvtKeyEncryptedBy: "MASTER KEY" },
      nowMs,
    );
  }
  const read = readCertificate(context, from);
  const isKnown = has.some(
    (it) => it.name.toLowerCase() === name.toLowerCase() || read.thumbprint.equals(it.thumbprint),
  );
  refuseTwice(name, isKnown);
  const subject = read.subject.replace(/^CN=/, "");
  insertCertificate(at, { name, subject, pvtKeyEncryptedBy: "MASTER KEY" }, read);
}

function refuseTwice(name: string, isKnown: boolean): void {
  if (!isKnown) return;
  const text = `A certificate with name '${name}' already exists or this certificate already has been added to the database.`;
  throw new SqlError(15_232, text);
}

function readCertificate(context: StatementContext, from: Exclude<CertificateSource, { subject: unknown }>) {
  const certificateDer = bytesOf(context, from.source);
  try {
    const certificate = new X509Certificate(certificateDer);
    const key = from.key && keyOf(context, from.key);
    if (key !== undefined && !certificate.checkPrivateKey(createPrivateKey(key))) throw invalidFile();
    return {
      certificateDer,
      privateKeyPem: key ?? "",
      thumbprint: createHash("sha1").update(certificateDer).digest(),
      serialNumber: Buffer.from(certificate.serialNumber, "hex"),
      subject: certificate.subject,
      nowMs: Date.parse(certificate.validFrom),
      untilMs: Date.parse(certificate.validTo),
    };
  } catch (thrown) {
    throw thrown instanceof SqlError ? thrown : invalidFile();
  }
}

/** A private key in the form PVK, or as the lab's export writes it. */
function keyOf(
  context: StatementContext,
  key: NonNullable<Exclude<CertificateSource, { subject: unknown }>["key"]>,
): string {
  const bytes = bytesOf(context, key);
  const passphrase = key.password === undefined ? "" : evaluateText(context, key.password);
  try {
    if (!bytes.toString("latin1").startsWith("-----BEGIN")) return readPvk(bytes, passphrase);
    return createPrivateKey({ key: bytes, passphrase }).export({ type: "pkcs8", format: "pem" }).toString();
  } catch {
    throw new SqlError(15_466, "An error occurred during decryption.");
  }
}

function bytesOf(context: StatementContext, { isFile, value }: BytesSource): Buffer {
  if (!isFile) {
    const bytes = evaluate(context, value, sqlType("varbinary", { length: "max" }));
    return Buffer.from((bytes as Uint8Array | null) ?? new Uint8Array());
  }
  try {
    return readFileSync(findReadable(context.engine, evaluateText(context, value)));
  } catch {
    throw invalidFile();
  }
}

function invalidFile(): SqlError {
  const text =
    "The certificate, asymmetric key, or private key file is not valid or does not exist; or you do not have permissions for it.";
  return new SqlError(15_208, text);
}
