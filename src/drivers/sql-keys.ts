import { type Problem, ProblemError } from "../core/base/problem.ts";
import type { Sink } from "../core/model/offer.ts";
import type { DatabaseAddress, SqlKeys } from "../core/model/policy/source.ts";
import { exportCertificate, exportMasterKey, type Right } from "../core/outside/right.ts";
import { textCell } from "./access/sql/sql-row.ts";
import type { SqlRunner } from "./access/sql/sql-runner.ts";
import { quoteName, quoteText } from "./access/sql/t-sql-text.ts";
import type { Driver, Means, ObserveRequest } from "./driver.ts";
import { bitlockerCertificate } from "./access/sql/database-facts.ts";
import { offerJson } from "./parts/offer-json.ts";
import { observing, tolerating } from "./parts/observing.ts";
import { explained, placeOf, withSql } from "./parts/sql-session.ts";
import {
  findStaged,
  findStaging,
  removeStaged,
  stageFile,
  type StagedFile,
  type StagingFolder,
  sweepStaging,
} from "./parts/staging.ts";
import { type KeyName, keyTitle } from "../core/model/facts/key-fact.ts";
import { sqlKeysFacts } from "../core/model/facts/sql-keys.ts";

/** Certificates and master keys without which a restored database can't be read. */
export const sqlKeys: Driver<SqlKeys> = {
  observe: (request, means) =>
    observing(async () => {
      const keys = await findKeys(request, means);
      if (keys.length > 0 && !request.source.password) throw noPassword(request);
      return { facts: sqlKeysFacts.write({ keys }) };
    }),

  async capture(request, means, sink) {
    const asOf = means.now();
    const staged: StagedFile[] = [];
    const problems: Problem[] = [];
    const cleanUp = (): Promise<readonly Problem[]> =>
      removeStaged(staged, placeOf(request.site, request.source));
    try {
      const keys = await findKeys(request, means);
      await exportKeys(keys, { request, means, sink, staged, problems });
      if (keys.length > 0 && problems.length === keys.length)
        throw new ProblemError({ ...problems[0]!, severity: "error" });
      // Also where there is nothing to keep: that there was nothing is what this snapshot says.
      await offerJson(sink, "keys.json", keys.map(keyTitle), asOf);
      return { mode: "full", asOf, facts: sqlKeysFacts.write({ keys }), problems, cleanUp };
    } catch (thrown) {
      await cleanUp();
      throw thrown;
    }
  },
};

interface Exporting {
  readonly request: ObserveRequest<SqlKeys>;
  readonly means: Means;
  readonly sink: Sink;
  /** What was put into the staging folder so far, and must leave it. */
  readonly staged: StagedFile[];
  readonly problems: Problem[];
}

/** Own certificates with a private key; those with ## are SQL Server's and can't be exported. */
const certificatesQuery = `SELECT name FROM sys.certificates
WHERE pvt_key_encryption_type <> 'NA' AND name NOT LIKE '##%' ORDER BY name;`;
const masterKeyQuery = "SELECT name FROM sys.symmetric_keys WHERE name = '##MS_DatabaseMasterKey##';";

/**
 * What of the wanted keys exists. Certificates for TDE and for encrypted backups live in master; all of those
 * are taken, as a certificate that encrypts nothing today may have encrypted a backup of last year.
 */
async function findKeys(
  { source, site }: ObserveRequest<SqlKeys>,
  means: Means,
): Promise<readonly KeyName[]> {
  const where = placeOf(site, source);
  const wants = (what: SqlKeys["include"][number]): boolean => source.include.includes(what);
  const found: KeyName[] = [];
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

async function exportKeys(keys: readonly KeyName[], exporting: Exporting): Promise<void> {
  const { request, means, problems } = exporting;
  const { source, site } = request;
  if (keys.length === 0) return;
  if (!source.password) throw noPassword(request);
  const password = await means.secret(source.password);
  const where = placeOf(site, source);
  for (const key of keys) {
    means.signal.throwIfAborted();
    const database = within(source.database, key.database);
    const task = { database, where, doing: `export ${keyTitle(key)}`, needs: [rightFor(key)] };
    await tolerating(problems, () =>
      withSql(means, task, async (sql) => {
        const staging = await findStaging(source.staging, { database, where }, { means, sql });
        const run = (statement: string) =>
          explained({ ...task, path: staging.sql }, () => sql.batch(statement));
        await exportKey(key, { exporting, staging, password, run });
      }),
    );
  }
}

function rightFor({ certificate }: KeyName): Right {
  return certificate === undefined ? exportMasterKey : exportCertificate(certificate);
}

interface KeyExport {
  readonly exporting: Exporting;
  readonly staging: StagingFolder;
  readonly password: string;
  run(statement: string): Promise<unknown>;
}

async function exportKey(key: KeyName, { exporting, staging, password, run }: KeyExport): Promise<void> {
  const { means, request, staged } = exporting;
  const stage = (extension: string): StagedFile => {
    const file = stageFile(means, staging, request.site.code, extension);
    staged.push(file);
    return file;
  };
  const offer = (name: string, file: StagedFile): Promise<void> =>
    offerStaged(`${key.database}/${name}`, file, { exporting, staging });
  if (key.certificate === undefined) {
    const file = stage("key");
    await run(masterKeyStatement(file, password));
    return offer("master-key.key", file);
  }
  const [certificate, privateKey] = [stage("cer"), stage("pvk")];
  await run(certificateStatement(key.certificate, { certificate, privateKey }, password));
  await offer(`${key.certificate}.cer`, certificate);
  await offer(`${key.certificate}.pvk`, privateKey);
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
  { sql, file }: StagedFile,
  { exporting, staging }: Pick<KeyExport, "exporting" | "staging">,
): Promise<void> {
  const { request, sink } = exporting;
  const entry = await findStaged({ sql, file }, staging, placeOf(request.site, request.source));
  await sweepStaging(staging, request.site.code, entry.modifiedAt);
  const modifiedAt = Math.trunc(entry.modifiedAt);
  await sink.offer({ type: "file", path, modifiedAt, size: entry.size, locator: { file }, essential: true });
}

function within(address: DatabaseAddress, name: string): DatabaseAddress {
  return { ...address, name };
}

function noPassword({ source, site }: ObserveRequest<SqlKeys>): ProblemError {
  return new ProblemError({
    code: "key-password-missing",
    severity: "error",
    message: "There are keys to export, and no password is named to protect them with.",
    where: placeOf(site, source),
    hint: "Add password: { file: … } to the source; it must satisfy the password policy of Windows.",
  });
}
