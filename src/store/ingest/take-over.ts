import type { RepositorySecret } from "../format/encoding/seal.ts";
import type { ChunkPlace, PackPart, TakenOver } from "./messages.ts";
import { findChunkDamage, OpenGroups } from "./open-groups.ts";
import type { PackBuilder } from "./pack-builder.ts";

/** Blobs in the groups of another repository. */
export interface ForeignBlobs {
  readonly from: RepositorySecret;
  readonly parts: readonly PackPart[];
  readonly chunks: readonly ChunkPlace[];
}

/**
 * Packs the blobs of another repository as they are. One whose bytes do not have its name is told and not
 * packed.
 */
export function takeOver({ from, parts, chunks }: ForeignBlobs, packs: PackBuilder): TakenOver {
  const groups = new OpenGroups(from, parts);
  const damage: { at: number; reason: string }[] = [];
  for (const [at, chunk] of chunks.entries()) {
    const reason = findChunkDamage(groups, chunk);
    if (reason === undefined)
      packs.add({ type: chunk.type, id: chunk.id, length: chunk.length, fileBytes: 0 }, groups.slice(chunk));
    else damage.push({ at, reason });
  }
  return { packs: packs.takeBuilt(), damage };
}
