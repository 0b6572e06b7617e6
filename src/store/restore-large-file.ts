import type { BlobReader } from "./blob-reader.ts";
import { findSlice, listSlices } from "./file-content.ts";
import type { Slice } from "./format/file-list.ts";
import { gatherGroups } from "./group-fetcher.ts";
import type { ChunkPlace, FileTarget, PackPart } from "./ingest/messages.ts";
import { ObjectDamaged } from "./repository-errors.ts";
import { transfersOfParts } from "./ingest/transfers.ts";
import type { ReadParts } from "./read-parts.ts";

const partBytesMax = 4 * 1024 * 1024;

/** Bytes of a file that are ready to be opened and written, in order. */
interface FetchedPart {
  readonly parts: readonly PackPart[];
  readonly slices: readonly ChunkPlace[];
}

/** Writes a file that has a list, part by part. Says why it could not be written; nothing is left of it then. */
export async function restoreLargeFile(
  parts: ReadParts,
  blobs: BlobReader,
  file: FileTarget & { readonly sha256: Uint8Array; readonly size: number },
  signal: AbortSignal,
): Promise<string | undefined> {
  const { session } = parts;
  const { path, temporary, modifiedAt, overwrite } = file;
  // A file's bytes are hashed in order: one post has all of it.
  const post = session.idlest({ bytes: file.size, files: 1 });
  const begun = await session.ask(post, {
    do: "begin-file",
    file: { path, temporary, modifiedAt, overwrite },
  });
  if ("refused" in begun) return begun.refused;

  let refused: string | undefined;
  try {
    for await (const part of fetchAhead(parts, blobs, file.sha256)) {
      signal.throwIfAborted();
      const transfer = transfersOfParts(part.parts);
      const written = await session.ask(post, { do: "write-part", file: begun.file, ...part }, transfer);
      refused = written.refused;
      if (refused !== undefined) break;
    }
  } catch (error) {
    await session.ask(post, { do: "end-file", file: begun.file, keep: undefined });
    if (!(error instanceof ObjectDamaged)) throw error;
    return `its content in the repository is damaged: ${error.message}`;
  }
  const keep = refused === undefined ? file.sha256 : undefined;
  const ended = await session.ask(post, { do: "end-file", file: begun.file, keep });
  return refused ?? ended.refused;
}

/** Fetches the next part while the one before is being written. */
async function* fetchAhead(
  parts: ReadParts,
  blobs: BlobReader,
  sha256: Uint8Array,
): AsyncIterable<FetchedPart> {
  let next: Promise<FetchedPart> | undefined;
  for await (const slices of inParts(listSlices(blobs, sha256))) {
    const ready = next && (await next);
    next = fetchPart(parts, slices);
    // Awaited one turn later; a failure in between is told there.
    next.catch(() => undefined);
    if (ready) yield ready;
  }
  if (next) yield await next;
}

async function* inParts(slices: AsyncIterable<Slice>): AsyncIterable<readonly Slice[]> {
  let part: Slice[] = [];
  let bytes = 0;
  for await (const slice of slices) {
    part.push(slice);
    bytes += slice.length;
    if (bytes < partBytesMax) continue;
    yield part;
    part = [];
    bytes = 0;
  }
  if (part.length > 0) yield part;
}

async function fetchPart({ store, index }: ReadParts, slices: readonly Slice[]): Promise<FetchedPart> {
  const entries = slices.map((slice) => findSlice(index.chunks, slice));
  const { parts, placeOf } = await gatherGroups(store, index.chunks, entries);
  const places = slices.map(({ offset, length }, at) => {
    const place = placeOf(entries[at]!);
    return { ...place, offset: place.offset + offset, length };
  });
  return { parts, slices: places };
}
