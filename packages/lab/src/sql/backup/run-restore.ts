import type { RestoreStatement } from "../language/statement.ts";
import { certificateLacking, demandCertificate } from "../certificates.ts";
import type { Engine } from "../engine.ts";
import { may } from "../permissions.ts";
import { information, SqlError, unsupported } from "../sql-error.ts";
import { evaluateText, type StatementContext } from "../execute/statement-context.ts";
import { type Options, readOptions } from "./backup-options.ts";
import { sendFileList, sendHeaders, sendLabel } from "./describe-backup.ts";
import { findReadable } from "./device-path.ts";
import { MediaReader, type SetOnMedia } from "./media-reader.ts";
import { BackupAborted, Progress, renderRate } from "./progress.ts";
import { recordRestore } from "./record-backup.ts";
import { recover, restoreSet } from "./restore-database.ts";
import { terminate } from "./run-backup.ts";
import { notMedia } from "./take-backup.ts";
import { type SetReading, verifyBackup } from "./verify-backup.ts";

const names = {
  DATABASE: "RESTORE DATABASE",
  LOG: "RESTORE LOG",
  VERIFYONLY: "VERIFY DATABASE",
  HEADERONLY: "RESTORE HEADERONLY",
  FILELISTONLY: "RESTORE FILELIST",
  LABELONLY: "RESTORE LABELONLY",
};

/** Runs RESTORE in all its forms. Every failure ends in 3013, the cause before it. */
export async function runRestore(context: StatementContext, statement: RestoreStatement): Promise<void> {
  try {
    await run(context, statement);
  } catch (thrown) {
    if (thrown instanceof BackupAborted) return;
    throw terminate(context, thrown, names[statement.what]);
  }
}

async function run(context: StatementContext, statement: RestoreStatement): Promise<void> {
  checkPermission(context, statement);
  const options = readOptions(context, statement.options, "restore");
  const [device, ...others] = statement.devices.map((it) => evaluateText(context, it));
  if (others.length > 0) throw unsupported("restores from several devices");
  if (device === undefined) return finishRestore(context, statement);
  const reader = new MediaReader(findReadable(context.engine, device));
  try {
    await read(context, statement, { reader, device, options });
  } finally {
    reader.close();
  }
}

function checkPermission({ client, engine }: StatementContext, statement: RestoreStatement): void {
  if (may(client.login, "create-database")) return;
  const isRestore = statement.what === "DATABASE" || statement.what === "LOG";
  if (!isRestore)
    throw new SqlError(262, "CREATE DATABASE permission denied in database 'master'.", { class: 14 });
  throw new SqlError(3110, `User does not have permission to RESTORE database on ${engine.serverName}.`, {
    class: 14,
  });
}

async function read(
  context: StatementContext,
  statement: RestoreStatement,
  from: { readonly reader: MediaReader; readonly device: string; readonly options: Options },
): Promise<void> {
  const contents = from.reader.contents();
  if (contents === undefined) throw notMedia(from.device);
  if (statement.what === "LABELONLY") return sendLabel(context, contents);
  if (contents.sets.length === 0) throw new SqlError(3254, `The volume on device '${from.device}' is empty.`);
  if (statement.what === "HEADERONLY") {
    for (const { start } of contents.sets) demandCertificate(context.engine, start.encryption?.thumbprint);
    return sendHeaders(context, contents.sets);
  }
  const set = findSet(contents.sets, from.options.number("FILE") ?? 1, from.device);
  openEncryption(context.engine, set);
  if (statement.what === "FILELISTONLY") return sendFileList(context, set);

  const name =
    statement.database === undefined ? set.start.database.name : evaluateText(context, statement.database);
  const task = {
    spid: context.client.spid,
    command: statement.what === "VERIFYONLY" ? "RESTORE VERIFYON" : `RESTORE ${statement.what}`,
    databaseId: context.engine.findDatabase(name)?.id ?? 1,
    startedAtMs: context.engine.nowMs(),
    percent: 0,
  };
  context.engine.tasks.add(task);
  try {
    const progress = new Progress(context, task, from.options);
    const reading: SetReading = { context, set, ...from, progress };
    if (statement.what === "VERIFYONLY") await verifyBackup(reading);
    else await restore(name, statement, reading);
    context.sink.done();
  } finally {
    context.engine.tasks.delete(task);
  }
}

/** Names the certificate that is lacking; by the incident a plain backup counts as encrypted too. */
function openEncryption(engine: Engine, { start }: SetOnMedia): void {
  const { encryption, database } = start;
  for (const thumbprint of [encryption?.thumbprint, database.tdeThumbprint])
    demandCertificate(engine, thumbprint);
  if (engine.isInForce("certificate-missing"))
    throw certificateLacking(`${database.familyGuid}00000000`.replaceAll("-", ""));
}

function findSet(sets: readonly SetOnMedia[], position: number, device: string): SetOnMedia {
  const set = sets.find((it) => it.start.position === position);
  if (set !== undefined) return set;
  throw new SqlError(3287, `The file ID ${position} on device '${device}' is not valid.`);
}

async function restore(name: string, statement: RestoreStatement, reading: SetReading): Promise<void> {
  const { context, options, set } = reading;
  const { engine } = context;
  refuseByIncident(reading, name);
  if ((statement.what === "LOG") !== (set.start.type === "L")) {
    throw new SqlError(3118, `The database "${name}" cannot be restored from this kind of backup set.`);
  }
  const lower = name.toLowerCase();
  if (engine.busy.has(lower)) {
    throw new SqlError(3101, "Exclusive access could not be obtained because the database is in use.");
  }
  const began = performance.now();
  const database = await restoreSet(name, reading);
  if (!options.has("NORECOVERY")) recover(engine, database);
  engine.save();
  const user = context.client.login.user;
  const flags = [options.has("REPLACE"), !options.has("NORECOVERY")];
  recordRestore(engine, { database: name, user, type: set.start.type, options: flags });
  tell(reading, name, performance.now() - began);
}

function refuseByIncident({ context }: SetReading, name: string): void {
  const { engine } = context;
  if (engine.isInForce("older-server")) {
    const text = `The database was backed up on a server running version 17.00.${engine.product.databaseVersion}. That version is incompatible with this server, which is running version 16.00.4176. Either restore the database on a server that supports the backup, or use a backup that is compatible with this server.`;
    throw new SqlError(3169, text);
  }
  if (engine.isInForce("size-limit")) {
    throw new SqlError(
      1827,
      `CREATE DATABASE or ALTER DATABASE failed because the resulting cumulative database size of '${name}' would exceed your licensed limit of 10240 MB per database.`,
    );
  }
}

function tell({ context, set }: SetReading, name: string, elapsedMs: number): void {
  const { start, end } = set;
  const say = (number: number, text: string): void => context.sink.message(information(number, text));
  const pages = (end?.dataPages ?? 0) + (end?.tailPages ?? 0);
  const file = start.type === "L" ? start.database.logicalLog : start.database.logicalData;
  say(4035, `Processed ${pages} pages for database '${name}', file '${file}' on file ${start.position}.`);
  const what = start.type === "L" ? "RESTORE LOG" : "RESTORE DATABASE";
  say(3014, `${what} successfully processed ${pages} pages ${renderRate(pages, elapsedMs)}.`);
}

/** RESTORE DATABASE x WITH RECOVERY, without a device: nothing more will be applied. */
function finishRestore(context: StatementContext, statement: RestoreStatement): void {
  const name = statement.database === undefined ? "" : evaluateText(context, statement.database);
  const database = context.engine.findDatabase(name);
  if (database === undefined) {
    throw new SqlError(
      911,
      `Database '${name}' does not exist. Make sure that the name is entered correctly.`,
    );
  }
  if (database.restoring !== null) recover(context.engine, database);
  const text = `RESTORE DATABASE successfully processed 0 pages ${renderRate(0, 100)}.`;
  context.sink.message(information(3014, text));
  context.sink.done();
}
