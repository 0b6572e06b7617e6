import { type Problem, ProblemError } from "../core/base/problem.ts";
import type { Sink } from "../core/model/offer.ts";
import type { DatabaseAddress, SqlKeys, Staging } from "../core/model/source.ts";
import { textCell } from "./access/sql-row.ts";
import type { SqlRunner } from "./access/sql-runner.ts";
import { quoteName, quoteText } from "./access/t-sql-text.ts";
import type { Driver, Means, ObserveRequest } from "./driver.ts";
import { observing, tolerating } from "./observing.ts";
import { explained, placeOf, withSql } from "./sql-session.ts";
import { findStaged, removeStaged, stageFile, type StagedFile, stagingOf, sweepStaging } from "./staging.ts";

/** Certificates and master keys without which a restored database can't be read. */
export const sqlKeys: Driver<SqlKeys> = {
  observe: (request, means) =>
    observing(async () => {
      const keys = await findKeys(request, means);
      return {
        facts: { keys: keys.map(titleOf) },
        risks: request.source.password ? [] : [noPassword(request)],
      };
    }),

  async capture(request, means, sink) {
    const { source, site } = request;
    const asOf = means.now();
    const where = placeOf(site, source);
    const staging = stagingOf(source, where);
    if (!source.password) throw new ProblemError({ ...noPassword(request), severity: "error" });
    const password = await means.secret(source.password);
    const staged: StagedFile[] = [];
    const problems: Problem[] = [];
    const cleanUp = (): Promise<readonly Problem[]> => removeStaged(staged, where);
    try {
      await sweepStaging(means, staging, site.code);
      const keys = await findKeys(request, means);
      for (const key of keys)
        await tolerating(problems, () => exportKey(key, { request, means, sink, staging, password, staged }));
      if (keys.length > 0 && problems.length === keys.length)
        throw new ProblemError({ ...problems[0]!, severity: "error" });
      return { mode: "full", asOf, facts: { keys: keys.map(titleOf) }, problems, cleanUp };
    } catch (error) {
      await cleanUp();
      throw error;
    }
  },
};

/** A key in one database. The master key has no name of its own. */
interface Key {
  readonly database: string;
  readonly certificate?: string;
}

interface Exporting {
  readonly request: ObserveRequest<SqlKeys>;
  readonly means: Means;
  readonly sink: Sink;
  readonly staging: Staging;
  readonly password: string;
  readonly staged: StagedFile[];
}

/** ConfigMgr's certificate for BitLocker recovery keys, in the site database. */
const bitlockerCertificate = "BitLockerManagement_CERT";

/** Own certificates with a private key; those with ## are SQL Server's and can't be exported. */
const certificatesQuery = `SELECT name FROM sys.certificates
WHERE pvt_key_encryption_type <> 'NA' AND name NOT LIKE '##%' ORDER BY name;`;
const masterKeyQuery = "SELECT name FROM sys.symmetric_keys WHERE name = '##MS_DatabaseMasterKey##';";

/**
 * What of the wanted keys exists. Certificates for TDE and for encrypted backups live in master; all of those are taken,
 * as a certificate that encrypts nothing today may have encrypted a backup of last year.
 */
async function findKeys({ source, site }: ObserveRequest<SqlKeys>, means: Means): Promise<readonly Key[]> {
  const where = placeOf(site, source);
  const wants = (what: SqlKeys["include"][number]): boolean => source.include.includes(what);
  const found: Key[] = [];
  for (const database of [source.database.name, "master"]) {
    const isMaster = database === "master";
    const task = {
      database: within(source.database, database),
      where,
      doing: `list the keys of ${database}`,
    };
    await withSql(means, task, async (sql) => {
      const names = await certificatesOf(sql);
      if (isMaster && (wants("tde") || wants("backup-encryption")))
        found.push(...names.map((certificate) => ({ database, certificate })));
      if (!isMaster && wants("bitlocker"))
        found.push(
          ...names
            .filter((it) => it === bitlockerCertificate)
            .map((certificate) => ({ database, certificate })),
        );
      if (wants("master-key") && (await sql.query(masterKeyQuery)).length > 0) found.push({ database });
    });
  }
  return found;
}

async function certificatesOf(sql: SqlRunner): Promise<readonly string[]> {
  return (await sql.query(certificatesQuery)).map((row) => textCell(row, "name") ?? "");
}

async function exportKey(key: Key, exporting: Exporting): Promise<void> {
  const { request, means, staging } = exporting;
  const { source, site } = request;
  const where = placeOf(site, source);
  const stage = (extension: string): StagedFile => {
    const staged = stageFile(means, staging, site.code, extension);
    exporting.staged.push(staged);
    return staged;
  };
  const database = within(source.database, key.database);
  const task = { database, where, doing: `export ${titleOf(key)}`, path: staging.sql };
  await withSql(means, task, async (sql) => {
    const folder = `${key.database}/`;
    if (key.certificate === undefined) {
      const file = stage("key");
      await explained(task, () => sql.batch(masterKeyStatement(file, exporting.password)));
      return offerStaged(`${folder}master-key.key`, file, exporting);
    }
    const [certificate, privateKey] = [stage("cer"), stage("pvk")];
    const statement = certificateStatement(key.certificate, { certificate, privateKey }, exporting.password);
    await explained(task, () => sql.batch(statement));
    await offerStaged(`${folder}${key.certificate}.cer`, certificate, exporting);
    await offerStaged(`${folder}${key.certificate}.pvk`, privateKey, exporting);
  });
}

function masterKeyStatement({ sql }: StagedFile, password: string): string {
  return `BACKUP MASTER KEY TO FILE = ${quoteText(sql)} ENCRYPTION BY PASSWORD = ${quoteText(password)};`;
}

function certificateStatement(
  name: string,
  files: { readonly certificate: StagedFile; readonly privateKey: StagedFile },
  password: string,
): string {
  const privateKey = `FILE = ${quoteText(files.privateKey.sql)}, ENCRYPTION BY PASSWORD = ${quoteText(password)}`;
  return `BACKUP CERTIFICATE ${quoteName(name)} TO FILE = ${quoteText(files.certificate.sql)} WITH PRIVATE KEY (${privateKey});`;
}

async function offerStaged(
  path: string,
  staged: StagedFile,
  { request, staging, sink }: Exporting,
): Promise<void> {
  const entry = await findStaged(staged, staging, placeOf(request.site, request.source));
  const modifiedAt = Math.trunc(entry.modifiedAt);
  await sink.offer({ type: "file", path, modifiedAt, size: entry.size, locator: { file: staged.file } });
}

function within(address: DatabaseAddress, name: string): DatabaseAddress {
  return { ...address, name };
}

function titleOf({ database, certificate }: Key): string {
  return certificate === undefined
    ? `master key of ${database}`
    : `certificate ${certificate} of ${database}`;
}

function noPassword({ source, site }: ObserveRequest<SqlKeys>): Problem {
  return {
    code: "key-password-missing",
    severity: "risk",
    message: "No password is named to protect the exported keys with.",
    where: placeOf(site, source),
    hint: "Add password: { file: … } to the source; it must satisfy the password policy of Windows.",
  };
}
