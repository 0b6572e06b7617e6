import { createCipheriv, createPrivateKey, randomBytes, scryptSync } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { certificatesOf, masterKeyOf } from "../certificates.ts";
import { type DatabaseCertificate, noteExport } from "../database-keys.ts";
import { isMasterKeyOpen } from "../open-keys.ts";
import { masterKeyClosed } from "../certificates.ts";
import type { Statement } from "../language/statement.ts";
import { may, opensPrivateKey } from "../permissions.ts";
import { SqlError } from "../sql-error.ts";
import { evaluateText, type StatementContext } from "../execute/statement-context.ts";
import { findWritable } from "./device-path.ts";

type KeyBackup = Extract<Statement, { kind: "backup-certificate" | "backup-master-key" }>;

/** Runs BACKUP CERTIFICATE and BACKUP MASTER KEY. Existing files are never overwritten. */
export function runKeyBackup(context: StatementContext, statement: KeyBackup): void {
  if (statement.kind === "backup-certificate") backupCertificate(context, statement);
  else backupMasterKey(context, statement);
  context.sink.done();
}

/**
 * The certificate goes out as DER. The private key goes out as encrypted PKCS #8, where the real server
 * writes its own PVK format: what opens one needs the password in either case.
 */
function backupCertificate(
  context: StatementContext,
  statement: Extract<KeyBackup, { kind: "backup-certificate" }>,
): void {
  const { engine, client } = context;
  const database = engine.onlineDatabase(client.database);
  const wanted = statement.certificate.toLowerCase();
  const certificate = certificatesOf(engine, database).find(
    (it) => it.name.toLowerCase() === wanted && opensPrivateKey(client.login, it.name),
  );
  if (certificate === undefined) {
    const text = `Cannot find the certificate '${statement.certificate}', because it does not exist or you do not have permission.`;
    throw new SqlError(15_151, text);
  }
  const isUnderMasterKey = statement.key !== undefined && certificate.keyEncryption === "MASTER KEY";
  if (isUnderMasterKey && !isMasterKeyOpen(client, database)) throw masterKeyClosed();
  writeNew(context, evaluateText(context, statement.file), certificate.certificateDer);
  if (statement.key === undefined) return;
  checkDecryption(certificate, statement.key.decryption && evaluateText(context, statement.key.decryption));
  const passphrase = checkedPassword(evaluateText(context, statement.key.password));
  const key = createPrivateKey(certificate.privateKeyPem);
  const pem = key.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase });
  writeNew(context, evaluateText(context, statement.key.file), Buffer.from(pem.toString()));
  noteExport(engine.open(database), certificate.id, engine.nowMs());
}

/** The master key under a key made from the password: salt, nonce, tag, then the sealed key. */
function backupMasterKey(
  context: StatementContext,
  statement: Extract<KeyBackup, { kind: "backup-master-key" }>,
): void {
  const { engine, client } = context;
  const database = engine.onlineDatabase(client.database);
  const master = may(client.login, "control") ? masterKeyOf(engine, database) : undefined;
  if (master === undefined) {
    const text =
      "Cannot find the symmetric key 'master key', because it does not exist or you do not have permission.";
    throw new SqlError(15_151, text);
  }
  const password = checkedPassword(evaluateText(context, statement.password));
  const [salt, nonce] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv("aes-256-gcm", scryptSync(password, salt, 32), nonce);
  const sealed = Buffer.concat([cipher.update(master.key), cipher.final()]);
  writeNew(
    context,
    evaluateText(context, statement.file),
    Buffer.concat([salt, nonce, cipher.getAuthTag(), sealed]),
  );
}

/** A private key under a password needs that password, and any other none. */
function checkDecryption({ keyPassword }: DatabaseCertificate, given: string | undefined): void {
  if (keyPassword === (given ?? null)) return;
  throw new SqlError(15_466, "An error occurred during decryption.");
}

function checkedPassword(password: string): string {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((it) => it.test(password)).length;
  if (password.length >= 8 && kinds >= 3) return password;
  throw new SqlError(
    15_118,
    "Password validation failed. The password does not meet the operating system policy requirements because it is not complex enough.",
  );
}

function writeNew({ engine }: StatementContext, device: string, bytes: Uint8Array): void {
  const failed = (why: string): SqlError =>
    new SqlError(
      15_240,
      `Cannot write into file '${device}'. Verify that you have write permissions, that the file path is valid, and that the file does not already exist. (${why})`,
    );
  let local: string;
  try {
    local = findWritable(engine, device);
  } catch (thrown) {
    throw thrown instanceof SqlError ? failed(thrown.message) : thrown;
  }
  if (existsSync(local)) throw failed("The file exists.");
  writeFileSync(local, bytes, { flag: "wx" });
}
