import { pageBytes } from "../database-file.ts";
import type { StatementContext } from "../execute/statement-context.ts";
import { information, SqlError } from "../sql-error.ts";
import type { Options } from "./backup-options.ts";
import type { MediaReader, SetOnMedia } from "./media-reader.ts";
import { readPageImage } from "./page-image.ts";
import type { Progress } from "./progress.ts";

/** What a reading of a set is done with. */
export interface SetReading {
  readonly context: StatementContext;
  readonly reader: MediaReader;
  readonly set: SetOnMedia;
  readonly device: string;
  readonly options: Options;
  readonly progress: Progress;
}

/** RESTORE VERIFYONLY: the set is whole and readable, and its checksums agree if it has any. */
export async function verifyBackup(reading: SetReading): Promise<void> {
  await readImages(reading, () => undefined);
  const { set, context } = reading;
  if (set.start.hasChecksums && !reading.reader.isIntact({ ...set, end: wholeEnd(reading) })) {
    throw new SqlError(3189, `Damage to the backup set was detected.`);
  }
  context.sink.message(information(3262, `The backup set on file ${set.start.position} is valid.`));
}

/** The end of a set, or 3256 when it was cut off while it was made. */
export function wholeEnd({ set, device }: SetReading) {
  if (set.end !== undefined) return set.end;
  const text = `The backup set on device '${device}' was terminated while it was being created and is incomplete. RESTORE sequence is terminated abnormally.`;
  throw new SqlError(3256, text);
}

/**
 * Hands over every page of a set. Page headers are always looked at; page checksums where the backup was
 * made with checksums, or where the statement asks for them.
 */
export async function readImages(
  reading: SetReading,
  take: (pageId: number, body: Buffer) => void,
): Promise<void> {
  const { reader, set, options, progress, device } = reading;
  wholeEnd(reading);
  if (options.has("CHECKSUM") && !set.start.hasChecksums) {
    const text =
      "RESTORE WITH CHECKSUM cannot be specified because the backup set does not contain checksum information.";
    throw new SqlError(3187, text);
  }
  const isStrict = set.start.hasChecksums && !options.has("NO_CHECKSUM");
  const total = set.sections.reduce((sum, it) => sum + it.pages, 0);
  let done = 0;
  for (const images of imagesOf(reading, reader)) {
    for (let at = 0; at + pageBytes <= images.length; at += pageBytes) {
      const page = readPageImage(images.subarray(at, at + pageBytes));
      if (page === undefined) throw damaged(device);
      if (isStrict && !page.isSound) throw badPage(reading, page.pageId);
      take(page.pageId, page.body);
    }
    done += Math.floor(images.length / pageBytes);
    await progress.reach(done, total);
  }
  if (done !== total) {
    throw new SqlError(3203, `Read on "${device}" failed: 38(Reached the end of the file.)`);
  }
  if (total === 0) await progress.reach(0, 0);
}

function* imagesOf({ set, device }: SetReading, reader: MediaReader): Generator<Buffer> {
  try {
    yield* reader.images(set);
  } catch (thrown) {
    if (thrown instanceof SqlError) throw thrown;
    // Compressed frames that can't be unpacked.
    throw damaged(device);
  }
}

function damaged(device: string): SqlError {
  return new SqlError(3189, `Damage to the backup set on '${device}' was detected.`);
}

function badPage({ set }: SetReading, pageId: number): SqlError {
  const text = `RESTORE detected an error on page (1:${pageId}) in database "${set.start.database.name}" as read from the backup set.`;
  return new SqlError(3183, text);
}
