import { BlobReader } from "../index/blob-reader.ts";
import { findBad } from "../crew/blob-jobs.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import { contentTitle, findContent, findSlice, listSlices } from "../tree/file-content.ts";
import type { FileContent } from "../format/tree-segment.ts";
import type { ReadParts } from "../crew/read-parts.ts";
import { ObjectDamaged } from "../objects/repository-errors.ts";
import { walkTree } from "../tree/tree-reader.ts";

/**
 * Reads the first content of a tree, and of the tree what lies before it; compares it with its digest and
 * gives its length. 0 where no file has any. `ObjectDamaged` when something of it can't be had.
 */
export async function readSomeContent(
  parts: ReadParts,
  tree: Uint8Array,
  signal: AbortSignal,
): Promise<number> {
  const { chunks } = parts.index;
  const blobs = new BlobReader(parts.store, chunks);
  for await (const { path, file } of walkTree(blobs, tree, [])) {
    signal.throwIfAborted();
    if (!file || file.size === 0) continue;
    const entry = await firstContent(blobs, chunks, file);
    if (entry === undefined) throw new ObjectDamaged(path, "its content is missing");
    const { bad } = await findBad(parts, Uint32Array.of(entry));
    if (bad.length > 0)
      throw new ObjectDamaged(
        contentTitle(chunks.typeOf(entry), chunks.idOf(entry)),
        "it is damaged or missing",
      );
    return chunks.lengthOf(entry);
  }
  return 0;
}

async function firstContent(
  blobs: BlobReader,
  chunks: ChunkIndex,
  { size, sha256 }: FileContent,
): Promise<number | undefined> {
  const content = findContent(chunks, size, sha256);
  if (content === "empty" || content === "missing") return undefined;
  if ("chunk" in content) return content.chunk;
  for await (const slice of listSlices(blobs, sha256)) return findSlice(chunks, slice);
  return undefined;
}
