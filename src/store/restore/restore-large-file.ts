import type { BlobReader } from "../index/blob-reader.ts";
import { findSlice, listSlices } from "../tree/file-content.ts";
import { gatherGroups } from "../index/group-fetcher.ts";
import type { FileTarget, GroupSlice, OpenedPart } from "../ingest/messages.ts";
import { ObjectDamaged } from "../objects/repository-errors.ts";
import { transfersOfParts, transfersOfPieces } from "../ingest/transfers.ts";
import { damageReason } from "../ingest/write-file.ts";
import type { ReadParts } from "../crew/read-parts.ts";

/** A part ends where a group does, at twice this at the latest. */
const partBytesMin = 4 * 1024 * 1024;

/** Parts that are fetched and opened while one before them is written. */
const partsAheadMax = 2;

/** A stretch of a chunk of the index. */
interface FoundSlice {
  readonly entry: number;
  readonly offset: number;
  readonly length: number;
}

export interface LargeFileOptions {
  readonly signal: AbortSignal;
  /** Told of each part: a file may take hours. */
  written(bytes: number): void;
}

/**
 * Writes a file that has a list. Any post fetches and opens its parts, some ahead; one writes them in order
 * and hashes them on the way. The chunks are not compared with their digests one by one: the digest of the
 * file covers each byte of them, and without it the file gets no name. Says why it could not be written;
 * nothing is left of it then.
 */
export async function restoreLargeFile(
  parts: ReadParts,
  blobs: BlobReader,
  file: { readonly target: FileTarget; readonly sha256: Uint8Array; readonly size: number },
  { signal, written }: LargeFileOptions,
): Promise<string | undefined> {
  const { session } = parts;
  const post = session.idlest({ bytes: file.size, files: 1 });
  const begun = await session.ask(post, { do: "begin-file", file: file.target });
  if ("refused" in begun) return begun.refused;

  const write = async (part: OpenedPart): Promise<string | undefined> => {
    if ("damaged" in part) return part.damaged;
    const request = { do: "write-part", file: begun.file, ...part } as const;
    const bytes = part.pieces.reduce((sum, piece) => sum + piece.length, 0);
    const { refused } = await session.ask(post, request, transfersOfPieces(part.pieces));
    if (refused === undefined) written(bytes);
    return refused;
  };
  let refused: string | undefined;
  try {
    refused = await writeParts(openAhead(parts, slicesOf(parts, blobs, file.sha256)), write, signal);
  } catch (thrown) {
    await session.ask(post, { do: "end-file", file: begun.file, keep: undefined });
    if (!(thrown instanceof ObjectDamaged)) throw thrown;
    return damageReason(thrown.message);
  }
  const keep = refused === undefined ? file.sha256 : undefined;
  const ended = await session.ask(post, { do: "end-file", file: begun.file, keep });
  return refused ?? ended.refused;
}

/** Hands over one part while the one before is being written. Says why one could not be. */
async function writeParts(
  parts: AsyncIterable<OpenedPart>,
  write: (part: OpenedPart) => Promise<string | undefined>,
  signal: AbortSignal,
): Promise<string | undefined> {
  let writing: Promise<string | undefined> = Promise.resolve(undefined);
  for await (const part of parts) {
    signal.throwIfAborted();
    const before = writing;
    writing = write(part);
    // Awaited one part later; a failure in between is told there.
    writing.catch(() => undefined);
    const refused = await before;
    if (refused !== undefined) return refused;
  }
  return writing;
}

/** Opens some parts ahead, and gives them in order. None is still under way when it ends. */
async function* openAhead(
  parts: ReadParts,
  slices: AsyncIterable<readonly FoundSlice[]>,
): AsyncIterable<OpenedPart> {
  const opening: Promise<OpenedPart>[] = [];
  try {
    for await (const part of slices) {
      const opened = openPart(parts, part);
      opened.catch(() => undefined);
      opening.push(opened);
      if (opening.length > partsAheadMax) yield await opening.shift()!;
    }
    while (opening.length > 0) yield await opening.shift()!;
  } finally {
    await Promise.allSettled(opening);
  }
}

async function openPart(
  { store, index, session }: ReadParts,
  slices: readonly FoundSlice[],
): Promise<OpenedPart> {
  const entries = slices.map(({ entry }) => entry);
  const { parts, groupOf } = await gatherGroups(store, index.chunks, entries);
  const places = slices.map(({ entry, offset, length }) => ({
    group: groupOf(entry),
    offset: index.chunks.place(entry).offset + offset,
    length,
  }));
  const post = session.idlest({ bytes: 0, files: 0 });
  const request = { do: "open-part", parts, slices: neighboursJoined(places) } as const;
  return session.ask(post, request, transfersOfParts(parts));
}

/** Slices that lie behind one another in a group become one. */
function neighboursJoined(slices: readonly GroupSlice[]): readonly GroupSlice[] {
  const joined: GroupSlice[] = [];
  for (const slice of slices) {
    const last = joined.at(-1);
    if (last?.group === slice.group && last.offset + last.length === slice.offset)
      joined[joined.length - 1] = { ...last, length: last.length + slice.length };
    else joined.push(slice);
  }
  return joined;
}

/** The content of a file, part by part. */
async function* slicesOf(
  { index }: ReadParts,
  blobs: BlobReader,
  sha256: Uint8Array,
): AsyncIterable<readonly FoundSlice[]> {
  let part: FoundSlice[] = [];
  let bytes = 0;
  for await (const slice of listSlices(blobs, sha256)) {
    const entry = findSlice(index.chunks, slice);
    const last = part.at(-1)?.entry;
    const isFull = bytes >= partBytesMin * 2;
    if (isFull || (bytes >= partBytesMin && !index.chunks.isSameGroup(last!, entry))) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push({ entry, offset: slice.offset, length: slice.length });
    bytes += slice.length;
  }
  if (part.length > 0) yield part;
}
