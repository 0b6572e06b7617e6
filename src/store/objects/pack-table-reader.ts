import { ObjectMissing } from "../backends/backend.ts";
import { headerBytes } from "../format/encoding/envelope.ts";
import type { IndexedPack } from "../format/index-file.ts";
import { Malformed, TooNew } from "../format/encoding/malformed.ts";
import { decodePackHeader, locateTable, packSeal, packTailBytes, tablePosition } from "../format/pack.ts";
import type { ObjectStore } from "./object-store.ts";
import { ObjectTooNew } from "./repository-errors.ts";

/** What a pack says of itself; `undefined` when that can't be verified. Two or three small reads. */
export async function readPackTable(
  { backend, secret }: ObjectStore,
  name: string,
  packBytes: number,
): Promise<IndexedPack | undefined> {
  try {
    const head = await backend.get(name, { offset: 0, length: headerBytes });
    const tail = await backend.get(name, { offset: -packTailBytes, length: packTailBytes });
    const { salt } = decodePackHeader(secret, head);
    const { offset, length, digest } = locateTable(packBytes, tail);
    const sealed = await backend.get(name, { offset, length });
    return { digest, salt, packBytes, table: packSeal(secret, salt).open(tablePosition, sealed) };
  } catch (thrown) {
    if (thrown instanceof Malformed || thrown instanceof ObjectMissing) return undefined;
    if (thrown instanceof TooNew) throw new ObjectTooNew(name, thrown.message, { cause: thrown });
    throw thrown;
  }
}
