import { readFile } from "node:fs/promises";
import { isSameProblem, type Problem, ProblemError } from "../core/base/problem.ts";
import type { Sink } from "../core/model/offer.ts";
import type { DatabaseAddress, SqlKeys } from "../core/model/policy/source.ts";
import { aboutSite } from "../core/model/site-subject.ts";
import {
  exportCertificate,
  exportMasterKey,
  type Right,
  viewAnyDefinition,
  viewDefinition,
} from "../core/outside/facts/right.ts";
import { keyProtections } from "../core/outside/sql/sql-server.ts";
import { keyExports } from "../core/outside/sql/sql-statements.ts";
import type { Statement } from "../core/outside/facts/statement.ts";
import {
  certificatesStatement,
  certificateStatement,
  keysShownStatement,
  masterKeyStatement,
} from "./access/sql/key-queries.ts";
import { hiddenProblem } from "./access/sql/sql-problems.ts";
import { flagCell, numberCell, textCell } from "./access/sql/sql-row.ts";
import type { SqlRow, SqlRunner } from "./access/sql/sql-runner.ts";
import { quoteName, quoteText } from "./access/sql/t-sql-text.ts";
import type { Driver, Means, ObserveRequest } from "./driver.ts";
import { bitlockerCertificate } from "../core/outside/site/site-definition.ts";
import { ask } from "./parts/session/ask.ts";
import { offerJson } from "./parts/offer-json.ts";
import { observing, tolerating } from "./parts/observing.ts";
import { examineStaging } from "./parts/staging/examine-staging.ts";
import { explained, placeIn, placeOf, type SqlTask, withSql } from "./parts/session/sql-session.ts";
import { requireProven } from "./parts/staging/probe-staging.ts";
import {
  cleanedUp,
  findStaged,
  findStaging,
  removeStaged,
  stageFile,
  type StagedFile,
  type StagingFolder,
  sweepEnded,
  sweepStaging,
} from "./parts/staging/staging.ts";
import { type KeyName, keyTitle } from "../core/model/facts/key-fact.ts";
import { sqlKeysFacts } from "../core/model/facts/sql-keys.ts";

/** Certificates and master keys without which a restored database can't be read. */
export const sqlKeys: Driver<SqlKeys> = {
  observe: (request, means) =>
    observing(async () => {
      const { keys, problems } = await findKeys(request, means);
      if (keys.length > 0 && !request.source.password) throw noPassword(request);
      return { facts: sqlKeysFacts.write({ keys }), risks: problems };
    }),

  examine: (request, means) => examineStaging(request, request.source.database, means),

  async capture(request, means, sink) {
    const asOf = means.now();
    const staged: StagedFile[] = [];
    const left: Problem[] = [];
    const cleanUp = (): Promise<readonly Problem[]> =>
      removeStaged(staged, { means, where: placeOf(request.site, request.source) });
    try {
      const { keys, problems: unread } = await findKeys(request, means);
      const failed = await exportKeys(keys, { request, means, sink, staged, left });
      if (failed[0] && failed.length === keys.length)
        throw new ProblemError({ ...failed[0], severity: "error" });
      // Also where there is nothing to keep: that there was nothing is what this snapshot says.
      await offerJson(sink, "keys.json", keys.map(keyTitle), asOf);
      return {
        mode: "full",
        asOf,
        facts: sqlKeysFacts.write({ keys }),
        problems: [...unread, ...failed, ...left],
        cleanUp,
      };
    } catch (thrown) {
      throw await cleanedUp(thrown, cleanUp);
    }
  },
};

interface Exporting {
  readonly request: ObserveRequest<SqlKeys>;
  readonly means: Means;
  readonly sink: Sink;
  /** What was put into the staging folder so far, and must leave it. */
  readonly staged: StagedFile[];
  /** What earlier runs left there and still lies there. */
  readonly left: Problem[];
}

/** Keys that there are, and why others may be there that are not among them. */
interface FoundKeys {
  readonly keys: readonly KeyName[];
  readonly problems: readonly Problem[];
}

/**
 * What of the wanted keys exists. Certificates for TDE and for encrypted backups live in master; all of those
 * are taken, as a certificate that encrypts nothing today may have encrypted a backup of last year. Who is
 * not shown every key can't say that there is none.
 */
async function findKeys(request: ObserveRequest<SqlKeys>, means: Means): Promise<FoundKeys> {
  const { source, site } = request;
  const keys: KeyName[] = [];
  const problems: Problem[] = [];
  for (const name of [source.database.name, "master"]) {
    const where = placeOf(site, source);
    const task = { database: within(source.database, name), where, doing: `list the keys of ${name}` };
    const found = await withSql(means, task, (sql) => findIn(sql, task, request));
    keys.push(...found.keys);
    problems.push(...found.problems.map((it): Problem => ({ ...it, severity: "risk" })));
  }
  // With no key at hand, what could not be read is all that there is to tell.
  if (keys.length === 0 && problems[0]) throw new ProblemError({ ...problems[0], severity: "error" });
  return { keys, problems };
}

async function findIn(
  sql: SqlRunner,
  task: SqlTask,
  { source, site }: ObserveRequest<SqlKeys>,
): Promise<FoundKeys> {
  const database = task.database.name;
  const isMaster = database === "master";
  const wants = (what: SqlKeys["include"][number]): boolean => source.include.includes(what);
  const wantsCertificates = isMaster ? wants("tde") || wants("backup-encryption") : wants("bitlocker");
  const problems: Problem[] = [];
  const send = async (statement: Statement): Promise<readonly SqlRow[]> => {
    const answer = await ask(sql, statement, { task, values: {} });
    if (answer.is === "unknown") problems.push(answer.why);
    return answer.is === "known" ? answer.value : [];
  };
  const certificates = (wantsCertificates ? await send(certificatesStatement) : [])
    .map((row) => ({
      name: textCell(row, "name") ?? "",
      hasOwnPassword: textCell(row, "protection") === keyProtections.values["a password of its own"],
    }))
    .filter(({ name }) => isMaster || name === bitlockerCertificate);
  const masterKeys = wants("master-key") ? await send(masterKeyStatement) : [];
  const mayBeMore =
    (wantsCertificates && (isMaster || certificates.length === 0)) ||
    (wants("master-key") && masterKeys.length === 0);
  if (mayBeMore && problems.length === 0) {
    const [row] = await send(keysShownStatement);
    const right = isMaster ? viewAnyDefinition : viewDefinition;
    if (row && flagCell(row, "shown") !== true) problems.push(hiddenProblem(right, placeIn(task)));
  }
  const titled = certificates.map((it) => ({ ...it, key: { database, certificate: it.name } }));
  const sealed = titled.filter((it) => it.hasOwnPassword).map(({ key }) => ownPassword(key, site.code, task));
  return {
    keys: [
      ...titled.filter((it) => !it.hasOwnPassword).map(({ key }) => key),
      ...(masterKeys.length > 0 ? [{ database }] : []),
    ],
    problems: [...problems, ...sealed],
  };
}

/** Exports each key, and answers with what went wrong. */
async function exportKeys(keys: readonly KeyName[], exporting: Exporting): Promise<readonly Problem[]> {
  const { request, means } = exporting;
  const { source, site } = request;
  const problems: Problem[] = [];
  if (keys.length === 0) return problems;
  if (!source.password) throw noPassword(request);
  const password = await means.secret(source.password);
  const where = placeOf(site, source);
  for (const key of keys) {
    means.signal.throwIfAborted();
    const database = within(source.database, key.database);
    const task = { database, where, doing: `export ${keyTitle(key)}`, needs: [rightFor(key)] };
    await tolerating(problems, () =>
      withSql(means, task, (sql) => exportKey(key, { exporting, task, password, sql })),
    );
  }
  return problems;
}

function rightFor({ certificate }: KeyName): Right {
  return certificate === undefined ? exportMasterKey : exportCertificate(certificate);
}

interface KeyExport {
  readonly exporting: Exporting;
  readonly task: SqlTask;
  readonly password: string;
  readonly sql: SqlRunner;
}

/** Certificates come over the connection; a master key, and a certificate of an old server, as files. */
async function exportKey(key: KeyName, exported: KeyExport): Promise<void> {
  if (key.certificate === undefined) return exportMasterKeyFile(key, exported);
  const { exporting, task, password, sql } = exported;
  const statement = { ...certificateStatement, doing: task.doing };
  const answer = await ask(sql, statement, { task, values: { name: key.certificate, password } });
  if (answer.is === "unknown" && answer.why.code === "site-shape-unknown")
    return exportCertificateFiles({ ...key, certificate: key.certificate }, exported);
  if (answer.is !== "known") throw new ProblemError(answer.is === "unknown" ? answer.why : hidden(exported));
  const [certificate, privateKey] = ["certificate", "private_key"].map((it) => bytesOf(answer.value[0], it));
  if (!certificate || !privateKey) throw new ProblemError(hidden(exported));
  const path = `${key.database}/${key.certificate}`;
  const modifiedAt = exporting.means.now();
  for (const [file, bytes] of [
    [`${path}.cer`, certificate],
    [`${path}.pvk`, privateKey],
  ] as const)
    await offerBytes(exporting.sink, { path: file, bytes, modifiedAt });
}

function hidden({ task }: KeyExport): Problem {
  return hiddenProblem(task.needs![0]!, placeIn(task));
}

/** A cell's bytes, where all of them came. */
function bytesOf(row: SqlRow | undefined, column: string): Uint8Array | undefined {
  const bytes = Buffer.from(textCell(row, column) ?? "", "hex");
  return bytes.length > 0 && bytes.length === numberCell(row, `${column}_bytes`) ? bytes : undefined;
}

async function offerBytes(
  sink: Sink,
  { path, bytes, modifiedAt }: { path: string; bytes: Uint8Array; modifiedAt: number },
): Promise<void> {
  const locator = { bytes };
  await sink.offer({ type: "file", path, modifiedAt, size: bytes.length, locator, essential: true });
}

/**
 * The file of a master key belongs to SQL Server's account, in many places with rights for nobody else: it is
 * made only where a harmless file can be made, read and taken away.
 */
async function exportMasterKeyFile(key: KeyName, exported: KeyExport): Promise<void> {
  const { exporting, task, password, sql } = exported;
  const staging = await provenStaging(key, exported);
  const file = stagedIn(staging, exporting, "key");
  const secret = `ENCRYPTION BY PASSWORD = ${quoteText(password)}`;
  const statement = `${keyExports.masterKey} TO FILE = ${quoteText(file.sql)} ${secret};`;
  await explained({ ...task, path: staging.sql }, () => sql.batch(statement));
  const bytes = await readFile(file.file).catch(({ code }: NodeJS.ErrnoException) => {
    if (code !== "ENOENT") throw notProven(key, `${file.sql} can't be read (${code}).`, exported);
  });
  const { modifiedAt } = await findStaged(file, staging, task.where);
  await sweepStaging(staging, exporting.request.site.code, modifiedAt);
  const path = `${key.database}/master-key.key`;
  if (bytes) await offerBytes(exporting.sink, { path, bytes, modifiedAt: Math.trunc(modifiedAt) });
}

/** The folder, once files that hold nothing could be passed there. */
async function provenStaging(key: KeyName, exported: KeyExport): Promise<StagingFolder> {
  const { exporting, task, sql } = exported;
  const { means, request } = exporting;
  const staging = await stagingFor(exported);
  const siteCode = request.site.code;
  for (const it of await sweepEnded(staging, siteCode, { means, where: task.where }))
    if (!exporting.left.some((known) => isSameProblem(known, it))) exporting.left.push(it);
  const probe = { sql, means, staging, task, siteCode };
  await requireProven(probe, (why) => notProven(key, why, exported));
  return staging;
}

function notProven(key: KeyName, why: string, { exporting, task }: KeyExport): ProblemError {
  const { site } = exporting.request;
  return new ProblemError({
    code: "master-key-not-proven",
    severity: "risk",
    message: `The ${keyTitle(key)} is in no snapshot. ${why}`,
    where: task.where,
    hint: "Name under staging a folder in which this account may read and delete what SQL Server makes, or leave master-key out of include and keep its password elsewhere.",
    about: aboutSite({ kind: "hazard", names: [site.code, keyTitle(key)] }),
  });
}

/** What servers do that give no bytes of a certificate: two files in the staging folder. */
async function exportCertificateFiles(key: Required<KeyName>, exported: KeyExport): Promise<void> {
  const { exporting, task, password, sql } = exported;
  const staging = await provenStaging(key, exported);
  const [certificate, privateKey] = ["cer", "pvk"].map((it) => stagedIn(staging, exporting, it));
  const secret = `FILE = ${quoteText(privateKey!.sql)}, ENCRYPTION BY PASSWORD = ${quoteText(password)}`;
  const statement = `${keyExports.certificate} ${quoteName(key.certificate)} TO FILE = ${quoteText(certificate!.sql)} WITH PRIVATE KEY (${secret});`;
  await explained({ ...task, path: staging.sql }, () => sql.batch(statement));
  await offerStaged(`${key.database}/${key.certificate}.cer`, certificate!, { exporting, staging });
  await offerStaged(`${key.database}/${key.certificate}.pvk`, privateKey!, { exporting, staging });
}

function stagingFor({ exporting, task, sql }: KeyExport): Promise<StagingFolder> {
  const { means, request } = exporting;
  return findStaging(request.source.staging, task, { means, sql });
}

function stagedIn(staging: StagingFolder, exporting: Exporting, extension: string): StagedFile {
  const { means, request, staged } = exporting;
  const file = stageFile(means, staging, request.site.code, extension);
  staged.push(file);
  return file;
}

async function offerStaged(
  path: string,
  { sql, file }: StagedFile,
  { exporting, staging }: { readonly exporting: Exporting; readonly staging: StagingFolder },
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

function ownPassword(key: KeyName, siteCode: string, { where }: SqlTask): Problem {
  return {
    code: "key-has-own-password",
    severity: "risk",
    message: `The ${keyTitle(key)} is in no snapshot: its private key is protected by a password of its own.`,
    where,
    hint: "Export it by hand and keep it with its password, or let the master key protect it: ALTER CERTIFICATE … WITH PRIVATE KEY (DECRYPTION BY PASSWORD = …).",
    about: aboutSite({ kind: "hazard", names: [siteCode, keyTitle(key)] }),
  };
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
