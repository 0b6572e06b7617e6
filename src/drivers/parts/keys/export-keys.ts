import { readFile } from "node:fs/promises";
import { isSameProblem, type Problem, ProblemError } from "../../../core/base/problem.ts";
import { keyTitle } from "../../../core/model/facts/key-fact.ts";
import type { Sink } from "../../../core/model/offer.ts";
import type { SqlKeys } from "../../../core/model/policy/source.ts";
import { aboutSite } from "../../../core/model/site-subject.ts";
import { exportCertificate, exportMasterKey, type Right } from "../../../core/outside/facts/right.ts";
import { keyExports } from "../../../core/outside/sql/sql-statements.ts";
import { certificateStatement, shutCertificateStatement } from "../../access/sql/key-queries.ts";
import { hiddenProblem } from "../../access/sql/sql-problems.ts";
import { numberCell, textCell } from "../../access/sql/sql-row.ts";
import type { SqlRow, SqlRunner } from "../../access/sql/sql-runner.ts";
import { quoteName, quoteText } from "../../access/sql/t-sql-text.ts";
import type { Means, ObserveRequest } from "../../driver.ts";
import { ask } from "../session/ask.ts";
import { explained, placeIn, placeOf, type SqlTask, withSql } from "../session/sql-session.ts";
import { requireProven } from "../staging/probe-staging.ts";
import {
  findStaged,
  findStaging,
  stageFile,
  type StagedFile,
  type StagingFolder,
  sweepEnded,
  sweepStaging,
} from "../staging/staging.ts";
import { exportPassword } from "./export-password.ts";
import { type FoundKey, within } from "./find-keys.ts";

/** What keys are exported for, and with. */
export interface Exporting {
  readonly request: ObserveRequest<SqlKeys>;
  readonly means: Means;
  readonly sink: Sink;
  /** What the passwords of the exports are made from. Absent: chance. */
  readonly policyPassword: string | undefined;
  /** What was put into the staging folder so far, and must leave it. */
  readonly staged: StagedFile[];
  /** What earlier runs left there and still lies there. */
  readonly left: Problem[];
}

/** Exports one key under a password of its own, and offers it with what is kept of that. */
export async function exportKey(key: FoundKey, exporting: Exporting): Promise<void> {
  const { request, means, policyPassword } = exporting;
  const { source, site } = request;
  const database = within(source.database, key.database);
  const doing = `export ${keyTitle(key)}`;
  const task = { database, where: placeOf(site, source), doing, needs: [rightFor(key)] };
  const { password, kept } = await exportPassword(means, policyPassword);
  await withSql(means, task, (sql) => sendExport(key, { exporting, task, password, sql }));
  const bytes = new TextEncoder().encode(kept.text);
  const path = `${pathOf(key)}.${kept.ending}`;
  await offerBytes(exporting.sink, { path, bytes, modifiedAt: means.now() });
}

/** A private key leaves a server only where nobody listens, and only for where nobody reads it. */
export function requireSafety({ source, site }: ObserveRequest<SqlKeys>, means: Means): void {
  const where = placeOf(site, source);
  const way = means.wayTo(source.database);
  if (way !== "proven") throw wayNotProven(source, where, way);
  if (!source.password && !means.sealed) throw notSealed(where);
}

function wayNotProven({ database }: SqlKeys, where: string, way: "plain" | "anybody"): ProblemError {
  const { server } = database;
  const open = way === "plain" ? "is not encrypted" : "is encrypted to whatever certificate is shown";
  return new ProblemError({
    code: "key-way-not-proven",
    severity: "error",
    message: `No key is exported: the connection to ${server} ${open}, and whoever is between would have them.`,
    where,
    hint: `Under site.database write \`encrypt: true\` and leave \`trustServerCertificate\` out; where the certificate of ${server} is signed by nobody, name it in the machine file (serverCertificates, docs/machine.md).`,
  });
}

function notSealed(where: string): ProblemError {
  return new ProblemError({
    code: "key-password-missing",
    severity: "error",
    message:
      "There are keys to export, a repository that they go to is not encrypted, and the policy names no password to protect them with.",
    where,
    hint: "Add password: { file: … } to the source, or encrypt the repositories.",
  });
}

function rightFor({ certificate }: FoundKey): Right {
  return certificate === undefined ? exportMasterKey : exportCertificate(certificate);
}

/** Where an exported key is in a snapshot, without an ending. */
function pathOf({ database, certificate }: FoundKey): string {
  return `${database}/${certificate ?? "master-key"}`;
}

interface KeyExport {
  readonly exporting: Exporting;
  readonly task: SqlTask;
  readonly password: string;
  readonly sql: SqlRunner;
}

/** Certificates come over the connection; a master key, and a certificate of an old server, as files. */
async function sendExport(key: FoundKey, exported: KeyExport): Promise<void> {
  const { certificate: name } = key;
  if (name === undefined) return exportMasterKeyFile(key, exported);
  const { exporting, task, password, sql } = exported;
  const decryption = key.opens && (await exporting.means.secret(key.opens));
  const statement = decryption === undefined ? certificateStatement : shutCertificateStatement;
  const values = { name, password, ...(decryption !== undefined && { decryption }) };
  const answer = await ask(sql, { ...statement, doing: task.doing }, { task, values });
  if (answer.is === "unknown" && answer.why.code === "site-shape-unknown")
    return exportCertificateFiles({ ...key, certificate: name }, exported, decryption);
  if (answer.is === "unknown") throw new ProblemError(answer.why);
  const [row] = answer.is === "known" ? answer.value : [];
  const [certificate, privateKey] = ["certificate", "private_key"].map((it) => bytesOf(row, it));
  if (certificate && !privateKey && key.opens) throw notOpened(key, exported);
  if (!certificate || !privateKey) throw new ProblemError(hiddenProblem(task.needs![0]!, placeIn(task)));
  const modifiedAt = exporting.means.now();
  for (const [ending, bytes] of [
    ["cer", certificate],
    ["pvk", privateKey],
  ] as const)
    await offerBytes(exporting.sink, { path: `${pathOf(key)}.${ending}`, bytes, modifiedAt });
}

/** SQL Server tells a wrong password and a missing right by the same silence. */
function notOpened(key: FoundKey, { exporting, task }: KeyExport): ProblemError {
  const { source } = exporting.request;
  const { hint } = hiddenProblem(task.needs![0]!, placeIn(task));
  return new ProblemError({
    code: "key-password-wrong",
    severity: "error",
    message: `${task.database.server} does not give the private key of the ${keyTitle(key)}: the password that the policy names for it is not its own, or CONTROL on it is missing.`,
    where: task.where,
    hint: `Correct what \`sources.${source.name}.passwords\` names for ${key.certificate}. ${hint}`,
    about: aboutSite({ kind: "hazard", names: [exporting.request.site.code, keyTitle(key)] }),
  });
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
async function exportMasterKeyFile(key: FoundKey, exported: KeyExport): Promise<void> {
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
  const path = `${pathOf(key)}.key`;
  if (bytes) await offerBytes(exporting.sink, { path, bytes, modifiedAt: Math.trunc(modifiedAt) });
}

/** The folder, once files that hold nothing could be passed there. */
async function provenStaging(key: FoundKey, exported: KeyExport): Promise<StagingFolder> {
  const { exporting, task, sql } = exported;
  const { means, request } = exporting;
  const staging = await findStaging(request.source.staging, task, { means, sql });
  const siteCode = request.site.code;
  for (const it of await sweepEnded(staging, siteCode, { means, where: task.where }))
    if (!exporting.left.some((known) => isSameProblem(known, it))) exporting.left.push(it);
  const probe = { sql, means, staging, task, siteCode };
  await requireProven(probe, (why) => notProven(key, why, exported));
  return staging;
}

function notProven(key: FoundKey, why: string, { exporting, task }: KeyExport): ProblemError {
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
async function exportCertificateFiles(
  key: FoundKey & { readonly certificate: string },
  exported: KeyExport,
  decryption: string | undefined,
): Promise<void> {
  const { exporting, task, password, sql } = exported;
  const staging = await provenStaging(key, exported);
  const [certificate, privateKey] = ["cer", "pvk"].map((it) => stagedIn(staging, exporting, it));
  const opening = decryption === undefined ? "" : `, DECRYPTION BY PASSWORD = ${quoteText(decryption)}`;
  const secret = `FILE = ${quoteText(privateKey!.sql)}, ENCRYPTION BY PASSWORD = ${quoteText(password)}${opening}`;
  const statement = `${keyExports.certificate} ${quoteName(key.certificate)} TO FILE = ${quoteText(certificate!.sql)} WITH PRIVATE KEY (${secret});`;
  await explained({ ...task, path: staging.sql }, () => sql.batch(statement));
  await offerStaged(`${pathOf(key)}.cer`, certificate!, { exporting, staging });
  await offerStaged(`${pathOf(key)}.pvk`, privateKey!, { exporting, staging });
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
