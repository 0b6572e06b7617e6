import { toHex } from "../../core/base/bytes.ts";
import type { Instant } from "../../core/base/instant.ts";
import { blobTypes } from "../format/pack-table.ts";
import { BlobReader } from "../index/blob-reader.ts";
import { LoadedIndex } from "../index/index-loader.ts";
import { readFences } from "../objects/fences.ts";
import { addLostPacks, readLostPacks } from "../objects/lost-packs.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { ObjectDamaged, ObjectUnreadable } from "../objects/repository-errors.ts";
import { findSlice, listSlices } from "../tree/file-content.ts";

export interface DoubtOptions {
  readonly at: Instant;
  readonly signal: AbortSignal;
}

/**
 * Files the word that packs were found bad, so that nothing new rests on them, and on no list that leads
 * there: a capture takes a file whose list it finds for stored. Cut off in between, or overtaken by a capture
 * that writes such a list, the look that then fails ends it.
 */
export async function doubtPacks(
  store: ObjectStore,
  wrong: ReadonlySet<string>,
  { at, signal }: DoubtOptions,
): Promise<void> {
  await fileDoubts(store, wrong, at);
  // Behind a list that is left out another one of the same file may come to light.
  while (await fileDoubts(store, await findLeading(store, signal), at));
}

/** False when all of these packs are doubted or given up already. */
async function fileDoubts(store: ObjectStore, packs: ReadonlySet<string>, at: Instant): Promise<boolean> {
  const { givenUp, doubted } = await readLostPacks(store);
  const isNew = packs.difference(doubted).difference(givenUp);
  if (isNew.size > 0) await addLostPacks(store, { at, packs: [], doubted: [...isNew].sort() });
  return isNew.size > 0;
}

/**
 * Packs with lists whose content is not all where a new snapshot may rest. What is refused may be sound: it
 * is passed over, and a capture that builds on it is read back.
 */
async function findLeading(store: ObjectStore, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const index = new LoadedIndex(store, await readFences(store), "building");
  await index.refresh();
  const { chunks } = index;
  const blobs = new BlobReader(store, chunks);
  const leading = new Set<number>();
  for (let entry = 0; entry < chunks.count; entry++) {
    if (chunks.typeOf(entry) !== blobTypes.list) continue;
    signal.throwIfAborted();
    try {
      for await (const slice of listSlices(blobs, chunks.idOf(entry).slice())) findSlice(chunks, slice);
    } catch (thrown) {
      if (!(thrown instanceof ObjectDamaged)) throw thrown;
      if (!(thrown instanceof ObjectUnreadable)) leading.add(chunks.place(entry).pack);
    }
  }
  return new Set([...leading, ...blobs.wrongPacks].map((pack) => toHex(chunks.packs[pack]!.digest)));
}
