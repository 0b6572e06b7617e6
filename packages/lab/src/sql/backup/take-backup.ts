import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { pageBytes } from "../database-file.ts";
import type { Engine, RunningTask } from "../engine.ts";
import type { StatementContext } from "../execute/statement-context.ts";
import { newGuid } from "../guid.ts";
import type { DatabaseState } from "../instance-state.ts";
import { information, SqlError } from "../sql-error.ts";
import type { Options } from "./backup-options.ts";
import type { BackupSet, SetEnd, SetStart } from "./backup-set.ts";
import { allocatedExtents, changedExtents, interleave } from "./choose-pages.ts";
import { MediaReader } from "./media-reader.ts";
import { MediaWriter } from "./media-writer.ts";
import {
  extentPages,
  isAllocated,
  isChanged,
  loadDigests,
  type PageDigests,
  pageCountOf,
  PageFile,
  setDigest,
} from "./page-digests.ts";
import { writePageImage } from "./page-image.ts";
import { BackupAborted, type Progress } from "./progress.ts";

export interface BackupJob {
  readonly context: StatementContext;
  readonly database: DatabaseState;
  readonly device: string;
  readonly localFile: string;
  readonly start: SetStart;
  readonly options: Options;
  readonly task: RunningTask;
  readonly progress: Progress;
}

/** A finished set, and the pages of the database as they are in it. */
export interface TakenBackup {
  readonly set: BackupSet;
  readonly digests: PageDigests;
}

/**
 * Copies a database to its media. What changes while pages are read is added as the log's tail, so the
 * backup holds the database as it is at the end of reading.
 */
export async function takeBackup(job: BackupJob): Promise<TakenBackup> {
  const file = new PageFile(join(job.context.engine.folder, job.database.localFile));
  try {
    const writer = openMedia(job);
    try {
      return await copy(job, file, writer);
    } finally {
      writer.close();
    }
  } finally {
    file.close();
  }
}

/** Starts new media with FORMAT or INIT; else appends behind the last whole set. */
function openMedia({ options, localFile, device, start }: BackupJob): MediaWriter {
  const isNew =
    options.has("FORMAT") || options.has("INIT") || !existsSync(localFile) || statSync(localFile).size === 0;
  if (!isNew) return new MediaWriter(localFile, endOfMedia(localFile, device));
  const writer = new MediaWriter(localFile, 0);
  writer.label({
    mediaSetGuid: newGuid(),
    mediaFamilyGuid: newGuid(),
    mediaName: options.text("MEDIANAME"),
    mediaDescription: options.text("MEDIADESCRIPTION"),
    isCompressed: start.isCompressed,
    writtenAt: new Date(start.startedAtMs).toISOString(),
  });
  return writer;
}

function endOfMedia(localFile: string, device: string): number {
  const reader = new MediaReader(localFile);
  try {
    const contents = reader.contents();
    if (contents === undefined) throw notMedia(device);
    const last = contents.sets.findLast((it) => it.end !== undefined);
    return last?.endAddress ?? contents.sets[0]?.address ?? reader.size;
  } finally {
    reader.close();
  }
}

export function notMedia(device: string): SqlError {
  const text = `The media family on device '${device}' is incorrectly formed. SQL Server cannot process this media family.`;
  return new SqlError(3241, text);
}

async function copy(job: BackupJob, file: PageFile, writer: MediaWriter): Promise<TakenBackup> {
  const { engine } = job.context;
  const counter = file.changeCounter();
  // A full backup reads every allocated page anyway, and learns the digests as it goes.
  const seen = job.start.type === "D" ? file.allocation() : file.digests();
  const extents = chooseExtents(engine, job, seen);
  writer.start(job.start);
  const dataPages = await copyExtents(job, file, { writer, extents, seen });

  // Nobody writes from here on: all of it happens in one turn.
  await engine.turn(job.context.client, job.context.signal);
  if (job.context.signal.aborted) throw new BackupAborted("The statement was cancelled.");
  const now = file.changeCounter() === counter ? seen : file.digests();
  const tail = changedPages(seen, now);
  writeTail(file, writer, tail);
  failAtEnd(job);
  const end = writer.end({
    lastLsn: engine.advance(job.database, 1),
    finishedAtMs: engine.nowMs(),
    databasePages: pageCountOf(now),
    dataPages,
    tailPages: tail.length,
  });
  return { set: { ...job.start, ...end } satisfies BackupSet & SetEnd, digests: now };
}

function chooseExtents(engine: Engine, { database, start }: BackupJob, seen: PageDigests): readonly number[] {
  if (start.type === "D") return allocatedExtents(seen);
  if (start.type === "I") return changedExtents(loadDigests(engine.folder, database.id, "full"), seen);
  const base = loadDigests(engine.folder, database.id, "log");
  const marked = loadDigests(engine.folder, database.id, "log-changes");
  const merged = Buffer.from(base);
  // A page that was seen changed in between counts as changed, even if it looks as before now.
  for (let page = 0; page < marked.length; page++) {
    if (marked[page] === 1) merged.fill(0, page * 8, page * 8 + 8);
  }
  return changedExtents(merged, seen);
}

async function copyExtents(
  job: BackupJob,
  file: PageFile,
  to: { readonly writer: MediaWriter; readonly extents: readonly number[]; readonly seen: PageDigests },
): Promise<number> {
  const pagesIn = (extent: number): number =>
    Math.max(0, Math.min(extentPages, pageCountOf(to.seen) - extent * extentPages));
  const total = to.extents.reduce((sum, it) => sum + pagesIn(it), 0);
  to.writer.section("MSDA", total);
  let done = 0;
  for (const run of interleave(to.extents, Number.parseInt(job.start.setGuid.slice(0, 8), 16))) {
    const images = run.map((extent) => {
      const pages = file.read(extent * extentPages, pagesIn(extent));
      return imagesOf(extent * extentPages, pages, to.seen);
    });
    await to.writer.pages(images);
    done += run.reduce((sum, it) => sum + pagesIn(it), 0);
    failOnFullDisk(job, done, total);
    await job.progress.reach(done, total);
  }
  if (total === 0) await job.progress.reach(0, 0);
  to.writer.endSection();
  return total;
}

/** Page images of consecutive pages; what they hold counts as seen from now on. */
function imagesOf(firstPage: number, pages: Buffer, seen: PageDigests): Buffer {
  const images = Buffer.allocUnsafe(pages.length);
  for (let at = 0; at * pageBytes < pages.length; at++) {
    const body = pages.subarray(at * pageBytes, (at + 1) * pageBytes);
    writePageImage(images.subarray(at * pageBytes, (at + 1) * pageBytes), firstPage + at, body);
    if (isAllocated(seen, firstPage + at)) setDigest(seen, firstPage + at, body);
  }
  return images;
}

function changedPages(seen: PageDigests, now: PageDigests): readonly number[] {
  if (seen === now) return [];
  return Array.from({ length: pageCountOf(now) }, (_, page) => page).filter(
    (page) => isAllocated(now, page) && isChanged(seen, now, page),
  );
}

function writeTail(file: PageFile, writer: MediaWriter, pages: readonly number[]): void {
  writer.section("MSLS", pages.length);
  const images = pages.map((page) => {
    const image = Buffer.allocUnsafe(pageBytes);
    writePageImage(image, page, file.read(page, 1));
    return image;
  });
  writer.pagesAtOnce(images);
  writer.endSection();
}

function failOnFullDisk({ context, device }: BackupJob, done: number, total: number): void {
  if (!context.engine.isInForce("disk-full") || done * 2 < total) return;
  throw new SqlError(3202, `Write on "${device}" failed: 112(There is not enough space on the disk.)`);
}

function failAtEnd({ context, device }: BackupJob): void {
  if (!context.engine.isInForce("backup-fails-at-end")) return;
  const why = "1117(The request could not be performed because of an I/O device error.)";
  throw new SqlError(3202, `Write on "${device}" failed: ${why}`);
}

/** What the client is told about a finished backup. */
export function tellBackup(context: StatementContext, set: BackupSet, rate: string): void {
  const { database, position, type } = set;
  const log = type === "L";
  const pages = set.dataPages + set.tailPages;
  const tell = (number: number, text: string): void => context.sink.message(information(number, text));
  const processed = (count: number, file: string): void =>
    tell(
      4035,
      `Processed ${count} pages for database '${database.name}', file '${file}' on file ${position}.`,
    );
  if (!log) processed(set.dataPages, database.logicalData);
  processed(log ? pages : set.tailPages + 2, database.logicalLog);
  const what = log ? "BACKUP LOG" : type === "I" ? "BACKUP DATABASE WITH DIFFERENTIAL" : "BACKUP DATABASE";
  tell(3014, `${what} successfully processed ${log ? pages : pages + 2} pages ${rate}.`);
}
