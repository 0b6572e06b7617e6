import { toHex } from "../../core/base/bytes.ts";
import { type Backend, ObjectMissing } from "../backends/backend.ts";
import { listTrash } from "./fences.ts";
import { packName } from "../format/layout.ts";
import type { ObjectStore } from "./object-store.ts";

/**
 * Reads a pack or a part of it, wherever it lies: a prune may have moved it to the trash since its index was
 * read.
 */
export async function getPack(
  store: ObjectStore,
  digest: Uint8Array,
  part?: Parameters<Backend["get"]>[1],
): Promise<Uint8Array> {
  try {
    return await store.backend.get(packName(digest), part);
  } catch (thrown) {
    if (!(thrown instanceof ObjectMissing)) throw thrown;
    const hex = toHex(digest);
    const trashed = (await listTrash(store)).find(({ pack }) => pack === hex);
    if (!trashed) throw thrown;
    return store.backend.get(trashed.name, part);
  }
}
