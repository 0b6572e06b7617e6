import { createHash, type Hash } from "node:crypto";
import type { Effort } from "../format/encoding/compression.ts";
import { digestBytes, encodeHeader, encodeTrailerLength, trailerBytes } from "../format/encoding/envelope.ts";
import { encodeGroup, packFeatures, packSeal, tableLengthBytes, tablePosition } from "../format/pack.ts";
import { type BlobRow, blobTypes, groupsPerPackMax, PackTableWriter } from "../format/pack-table.ts";
import type { ObjectSeal, RepositorySecret } from "../format/encoding/seal.ts";
import type { BuiltPack } from "./messages.ts";

/** A million files of a few bytes make little content and much table; no pack gets more of it than this. */
const tableBytesMax = 2 * 1024 * 1024;

/** The bytes of one pack while it grows. */
export class OpenPack {
  readonly #salt: Uint8Array;
  readonly #seal: ObjectSeal;
  readonly #table = new PackTableWriter();
  readonly #digest: Hash = createHash("sha256");
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;
  #hasLists = false;

  constructor(secret: RepositorySecret, salt: Uint8Array, room: number) {
    this.#salt = salt;
    this.#seal = packSeal(secret, salt);
    // Not zeroed: only what was written is ever looked at, and most packs of small captures stay small.
    this.#bytes = new Uint8Array(Buffer.allocUnsafeSlow(room).buffer);
    this.#write(encodeHeader({ type: "pack", features: packFeatures(secret), salt }));
  }

  isFull(packBytes: number): boolean {
    const { groupCount, length } = this.#table;
    return this.#length >= packBytes || groupCount >= groupsPerPackMax || length >= tableBytesMax;
  }

  /** Appends a group. */
  append(plain: Uint8Array, blobs: readonly BlobRow[], effort: Effort): void {
    const { sealed, compressed } = encodeGroup(this.#seal, this.#table.groupCount, plain, effort);
    this.#table.group({ compressed, sealedBytes: sealed.length, plainBytes: plain.length }, blobs);
    this.#write(sealed);
    this.#hasLists ||= blobs.some(({ type }) => type === blobTypes.list || type === blobTypes.piece);
  }

  close(): BuiltPack {
    const table = this.#table.take();
    const sealed = this.#seal.seal(tablePosition, table);
    this.#write(sealed);
    const length = new Uint8Array(tableLengthBytes);
    new DataView(length.buffer).setUint32(0, sealed.length, true);
    this.#write(length);
    this.#write(encodeTrailerLength(this.#length + trailerBytes));
    const digest = this.#digest.digest();
    this.#room(digestBytes);
    this.#bytes.set(digest, this.#length);
    const bytes = this.#bytes.subarray(0, this.#length + digestBytes);
    const hasLists = this.#hasLists;
    return { bytes, digest: new Uint8Array(digest), salt: this.#salt, table, hasLists };
  }

  #write(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    this.#digest.update(bytes);
  }

  #room(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#length + count, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
