import { ByteReader } from "./encoding/byte-reader.ts";
import { ByteWriter } from "./encoding/byte-writer.ts";
import { digestBytes, saltBytes } from "./encoding/envelope.ts";

/** What an index says of one pack: enough to read any chunk of it with one ranged read. */
export interface IndexedPack {
  /** The digest that the pack ends in, and its name. */
  readonly digest: Uint8Array;
  readonly salt: Uint8Array;
  readonly packBytes: number;
  /** The pack's own table, byte for byte. */
  readonly table: Uint8Array;
}

/** An index file's plain body: packs behind one another. Files may overlap; their order means nothing. */
export function encodeIndexFile(packs: readonly IndexedPack[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().varint(packs.length);
  for (const pack of packs) {
    writer.bytes(pack.digest).bytes(pack.salt).varint(pack.packBytes);
    writer.varint(pack.table.length).bytes(pack.table);
  }
  return writer.take();
}

export function decodeIndexFile(body: Uint8Array): readonly IndexedPack[] {
  const reader = new ByteReader(body);
  const packs: IndexedPack[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    packs.push({
      digest: reader.bytes(digestBytes),
      salt: reader.bytes(saltBytes),
      packBytes: reader.varint(),
      table: reader.bytes(reader.varint()),
    });
  }
  reader.end();
  return packs;
}
