import { digestBytes, digestOf, headerBytes } from "../format/encoding/envelope.ts";
import { Malformed, TooNew } from "../format/encoding/malformed.ts";
import {
  decodeGroup,
  decodePackHeader,
  firstGroupAt,
  isWholePack,
  locateTable,
  packSeal,
  packTailBytes,
  tablePosition,
} from "../format/pack.ts";
import { type BlobType, blobTypes, readPackTable } from "../format/pack-table.ts";
import { pagesIdOf } from "../format/encoding/pages.ts";
import type { RepositorySecret } from "../format/encoding/seal.ts";

/** What was found of a pack's bytes: its own table, or what is wrong with it. */
export type PackProof = { readonly table: Uint8Array } | { readonly fault: string };

/** Proves every byte of a pack: its digest, then each group is opened, and each blob hashed. */
export function provePack(secret: RepositorySecret, bytes: Uint8Array, digest: Uint8Array): PackProof {
  if (!isWholePack(bytes, digest)) return { fault: "its bytes are not those that were written" };
  try {
    return { table: openAll(secret, bytes) };
  } catch (thrown) {
    if (!(thrown instanceof Malformed || thrown instanceof TooNew)) throw thrown;
    return { fault: thrown.message };
  }
}

function openAll(secret: RepositorySecret, bytes: Uint8Array): Uint8Array {
  const { salt } = decodePackHeader(secret, bytes.subarray(0, headerBytes));
  const seal = packSeal(secret, salt);
  const { offset, length } = locateTable(bytes.length, bytes.subarray(-packTailBytes));
  const table = new Uint8Array(seal.open(tablePosition, bytes.subarray(offset, offset + length)));
  let next = firstGroupAt;
  let plain: Uint8Array = new Uint8Array(0);
  readPackTable(table, {
    group(number, row) {
      plain = decodeGroup(seal, number, bytes.subarray(next, next + row.sealedBytes), row);
      next += row.sealedBytes;
    },
    blob(_, at, { type, id, length: blobBytes }) {
      requireDigest(type, id, plain.subarray(at, at + blobBytes));
    },
  });
  if (next !== offset) throw new Malformed("its groups do not fill it");
  return table;
}

/** The list of a file has the name of the file, so its seal alone speaks for it. */
function requireDigest(type: BlobType, id: Uint8Array, bytes: Uint8Array): void {
  if (type === blobTypes.list) return;
  const digest = type === blobTypes.pages ? pagesIdOf(bytes) : digestOf(bytes);
  for (let at = 0; at < digestBytes; at++)
    if (digest[at] !== id[at]) throw new Malformed("a blob has another digest than its table says");
}
