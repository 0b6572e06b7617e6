import { createHash, type Hash } from "node:crypto";
import { digestBytes, encodeHeader, encodeTrailerLength, trailerBytes } from "../format/envelope.ts";
import { encodeGroup, packFeatures, packSeal, tableLengthBytes, tablePosition } from "../format/pack.ts";
import { type BlobRow, groupsPerPackMax, PackTableWriter } from "../format/pack-table.ts";
import type { ObjectSeal, RepositorySecret } from "../format/seal.ts";
import type { BuiltPack } from "./messages.ts";

/** A group is closed when it has this much, and never filled beyond the second by a blob that fits elsewhere. */
const groupFullBytes = 128 * 1024;
const groupBytesMax = 256 * 1024;
/** A million files of a few bytes make little content and much table; no pack gets more of it than this. */
const tableBytesMax = 2 * 1024 * 1024;

/** Fills packs with blobs: groups are compressed, sealed and appended as they become full. */
export class PackBuilder {
  readonly #secret: RepositorySecret;
  readonly #packBytes: number;
  readonly #nextSalt: () => Uint8Array;
  readonly #group = new Uint8Array(groupBytesMax);
  #groupLength = 0;
  #blobs: BlobRow[] = [];
  #pack: OpenPack | undefined;
  #built: BuiltPack[] = [];

  constructor(secret: RepositorySecret, packBytes: number, nextSalt: () => Uint8Array) {
    this.#secret = secret;
    this.#packBytes = packBytes;
    this.#nextSalt = nextSalt;
  }

  add(blob: BlobRow, bytes: Uint8Array): void {
    if (this.#groupLength + bytes.length > groupBytesMax) this.#closeGroup();
    if (bytes.length > groupBytesMax) {
      this.#append(bytes, [blob]);
      return;
    }
    this.#group.set(bytes, this.#groupLength);
    this.#groupLength += bytes.length;
    this.#blobs.push(blob);
    if (this.#groupLength >= groupFullBytes) this.#closeGroup();
  }

  /** Closes the open pack, full or not. */
  finish(): void {
    this.#closeGroup();
    if (this.#pack) this.#built.push(this.#pack.close());
    this.#pack = undefined;
  }

  /** The packs that became whole since the last call. */
  takeBuilt(): BuiltPack[] {
    const built = this.#built;
    this.#built = [];
    return built;
  }

  #closeGroup(): void {
    // An empty blob alone makes an empty group: it has a name and a place all the same.
    if (this.#blobs.length === 0) return;
    this.#append(this.#group.subarray(0, this.#groupLength), this.#blobs);
    this.#groupLength = 0;
    this.#blobs = [];
  }

  #append(plain: Uint8Array, blobs: readonly BlobRow[]): void {
    this.#pack ??= new OpenPack(this.#secret, this.#nextSalt(), this.#packBytes + groupBytesMax);
    this.#pack.append(plain, blobs);
    if (!this.#pack.isFull(this.#packBytes)) return;
    this.#built.push(this.#pack.close());
    this.#pack = undefined;
  }
}

/** The bytes of one pack while it grows. */
class OpenPack {
  readonly #salt: Uint8Array;
  readonly #seal: ObjectSeal;
  readonly #table = new PackTableWriter();
  readonly #digest: Hash = createHash("sha256");
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(secret: RepositorySecret, salt: Uint8Array, room: number) {
    this.#salt = salt;
    this.#seal = packSeal(secret, salt);
    this.#bytes = new Uint8Array(room);
    this.#write(encodeHeader({ type: "pack", features: packFeatures(secret), salt }));
  }

  isFull(packBytes: number): boolean {
    const { groupCount, length } = this.#table;
    return this.#length >= packBytes || groupCount >= groupsPerPackMax || length >= tableBytesMax;
  }

  append(plain: Uint8Array, blobs: readonly BlobRow[]): void {
    const { sealed, compressed } = encodeGroup(this.#seal, this.#table.groupCount, plain);
    this.#table.group({ compressed, sealedBytes: sealed.length, plainBytes: plain.length }, blobs);
    this.#write(sealed);
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
    return { bytes, digest: new Uint8Array(digest), salt: this.#salt, table };
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
