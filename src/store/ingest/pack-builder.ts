import { type Effort, efforts } from "../format/encoding/compression.ts";
import { type BlobRow, blobTypes } from "../format/pack-table.ts";
import type { RepositorySecret } from "../format/encoding/seal.ts";
import type { BuiltPack } from "./messages.ts";
import { OpenPack } from "./open-pack.ts";

/** How blobs of one sort are put together to groups. */
interface GroupSetting {
  /** A group is closed when it has this much … */
  readonly fullBytes: number;
  /** … and never filled beyond this by a blob that fits elsewhere. */
  readonly bytesMax: number;
  readonly effort: Effort;
}

const kibi = 1024;

/**
 * Small groups: a small file is restored from one of them. Of 128 KiB they would be 2 % larger; zstd's first
 * level finds no more in larger ones.
 */
const chunkGroups: GroupSetting = { fullBytes: 240 * kibi, bytesMax: 256 * kibi, effort: efforts.thorough };

/**
 * Pages of a database are like each other over long stretches, and are restored in their order: large groups
 * make them a quarter smaller (docs/decisions/0006).
 */
const pageGroups: GroupSetting = { fullBytes: 512 * kibi, bytesMax: 576 * kibi, effort: efforts.quick };

/** Fills packs with blobs: groups are compressed, sealed and appended as they become full. */
export class PackBuilder {
  readonly #secret: RepositorySecret;
  readonly #packBytes: number;
  readonly #nextSalt: () => Uint8Array;
  readonly #chunks = new OpenGroup(chunkGroups);
  readonly #pages = new OpenGroup(pageGroups);
  #pack: OpenPack | undefined;
  #built: BuiltPack[] = [];

  constructor(secret: RepositorySecret, packBytes: number, nextSalt: () => Uint8Array) {
    this.#secret = secret;
    this.#packBytes = packBytes;
    this.#nextSalt = nextSalt;
  }

  /** Adds a blob, whose bytes may come in several parts. */
  add(blob: BlobRow, ...parts: readonly Uint8Array[]): void {
    const group = blob.type === blobTypes.pages ? this.#pages : this.#chunks;
    const { bytesMax, fullBytes, effort } = group.setting;
    if (group.length + blob.length > bytesMax) this.#close(group);
    if (blob.length > bytesMax) {
      this.#append(parts.length === 1 ? parts[0]! : Buffer.concat(parts), [blob], effort);
      return;
    }
    group.add(blob, parts);
    if (group.length >= fullBytes) this.#close(group);
  }

  /** Closes the open pack, full or not. */
  finish(): void {
    this.#close(this.#chunks);
    this.#close(this.#pages);
    if (this.#pack) this.#built.push(this.#pack.close());
    this.#pack = undefined;
  }

  /** The packs that became whole since the last call. */
  takeBuilt(): BuiltPack[] {
    const built = this.#built;
    this.#built = [];
    return built;
  }

  #close(group: OpenGroup): void {
    // An empty blob alone makes an empty group: it has a name and a place all the same.
    if (group.blobs.length === 0) return;
    this.#append(group.bytes, group.blobs, group.setting.effort);
    group.clear();
  }

  #append(plain: Uint8Array, blobs: readonly BlobRow[], effort: Effort): void {
    this.#pack ??= new OpenPack(this.#secret, this.#nextSalt(), this.#packBytes + pageGroups.bytesMax);
    this.#pack.append(plain, blobs, effort);
    if (!this.#pack.isFull(this.#packBytes)) return;
    this.#built.push(this.#pack.close());
    this.#pack = undefined;
  }
}

/** Blobs that wait until they make a group. */
class OpenGroup {
  readonly setting: GroupSetting;
  #room: Uint8Array | undefined;
  #length = 0;
  #blobs: BlobRow[] = [];

  constructor(setting: GroupSetting) {
    this.setting = setting;
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): Uint8Array {
    return this.#room?.subarray(0, this.#length) ?? new Uint8Array(0);
  }

  get blobs(): readonly BlobRow[] {
    return this.#blobs;
  }

  add(blob: BlobRow, parts: readonly Uint8Array[]): void {
    this.#room ??= new Uint8Array(this.setting.bytesMax);
    for (const bytes of parts) {
      this.#room.set(bytes, this.#length);
      this.#length += bytes.length;
    }
    this.#blobs.push(blob);
  }

  clear(): void {
    this.#length = 0;
    this.#blobs = [];
  }
}
