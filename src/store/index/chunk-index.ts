import { assert } from "../../core/base/assert.ts";
import { digestBytes } from "../format/encoding/envelope.ts";
import type { IndexedPack } from "../format/index-file.ts";
import { Malformed } from "../format/encoding/malformed.ts";
import { firstGroupAt } from "../format/pack.ts";
import { type BlobType, blobTypes, type GroupRow, readPackTable } from "../format/pack-table.ts";

/** Where a blob is: its group, and its place within it once that is opened. */
export interface BlobPlace {
  readonly pack: number;
  readonly group: number;
  readonly offset: number;
  readonly length: number;
}

/** A pack that the index knows, with the places of its groups. */
export interface KnownPack {
  readonly digest: Uint8Array;
  readonly salt: Uint8Array;
  /** Length of the whole object. */
  readonly bytes: number;
  readonly groups: readonly PlacedGroup[];
}

export interface PlacedGroup extends GroupRow {
  /** Where the group begins in the pack. */
  readonly at: number;
}

const none = 0xffffffff;
const firstCapacity = 1024;
/**
 * Digests never stand so many in a row in a table that is half empty. Forged ids that begin alike would take
 * hours.
 */
const stepsMax = 512;

/**
 * Tells which blobs a repository has, and where: columns of plain numbers, not an object for each. A blob
 * takes 47 bytes and its share of the hash table (5 to 11 bytes), a group about 100; packs are few.
 */
export class ChunkIndex {
  readonly packs: KnownPack[] = [];
  /** Sizes of the files that have a list, by the list's entry. They are the large files: few. */
  readonly #fileBytes = new Map<number, number>();
  readonly #packNames = new Set<string>();
  /** By pack: how many lists and pieces of lists its table names. */
  readonly #lists: number[] = [];
  #count = 0;
  #ids = new Uint8Array(firstCapacity * digestBytes);
  #types = new Uint8Array(firstCapacity);
  #packOf = new Uint32Array(firstCapacity);
  #groupOf = new Uint16Array(firstCapacity);
  #offsets = new Uint32Array(firstCapacity);
  #lengths = new Uint32Array(firstCapacity);
  #slots = new Uint32Array(firstCapacity * 2).fill(none);

  get count(): number {
    return this.#count;
  }

  /** The entry of a blob, or -1. `at` is where its id begins in `ids`. */
  find(type: BlobType, ids: Uint8Array, at = 0): number {
    const entry = this.#slots[this.#slotOf(type, ids, at)]!;
    return entry === none ? -1 : entry;
  }

  /**
   * The entry of a file's content of this digest and size, whatever its form, or -1. Empty files need none.
   */
  findFile(sha256: Uint8Array, size: number): number {
    const chunk = this.find(blobTypes.data, sha256);
    if (chunk !== -1 && this.#lengths[chunk] === size) return chunk;
    const list = this.find(blobTypes.list, sha256);
    return list !== -1 && this.#fileBytes.get(list) === size ? list : -1;
  }

  place(entry: number): BlobPlace {
    return {
      pack: this.#packOf[entry]!,
      group: this.#groupOf[entry]!,
      offset: this.#offsets[entry]!,
      length: this.#lengths[entry]!,
    };
  }

  typeOf(entry: number): BlobType {
    return this.#types[entry] as BlobType;
  }

  lengthOf(entry: number): number {
    return this.#lengths[entry]!;
  }

  /** The size of the file that a list stands for. */
  fileBytesOf(list: number): number {
    return this.#fileBytes.get(list) ?? 0;
  }

  /**
   * How many lists and pieces of lists a pack's table names, those included that are known from another pack.
   */
  listsIn(pack: number): number {
    return this.#lists[pack]!;
  }

  /** What the columns and the hash table take, the room to grow included. */
  get memoryBytes(): number {
    const columns = [this.#ids, this.#types, this.#packOf, this.#groupOf, this.#offsets, this.#lengths];
    return columns.reduce((sum, { byteLength }) => sum + byteLength, this.#slots.byteLength);
  }

  isSameGroup(left: number, right: number): boolean {
    return this.#packOf[left] === this.#packOf[right] && this.#groupOf[left] === this.#groupOf[right];
  }

  idOf(entry: number): Uint8Array {
    return this.#ids.subarray(entry * digestBytes, (entry + 1) * digestBytes);
  }

  /** Orders entries as they lie in the packs, so that each group is fetched and opened once. */
  compare(left: number, right: number): number {
    return (
      this.#packOf[left]! - this.#packOf[right]! ||
      this.#groupOf[left]! - this.#groupOf[right]! ||
      this.#offsets[left]! - this.#offsets[right]!
    );
  }

  /**
   * Takes in a pack's table. A pack that is known, and a blob that is known from another pack, change
   * nothing.
   */
  addPack(pack: IndexedPack): void {
    const name = Buffer.from(pack.digest).toString("latin1");
    if (this.#packNames.has(name)) return;
    const groups: PlacedGroup[] = [];
    // First: should the table end in nonsense, then what was read of it still points to this pack.
    const [digest, salt] = [ownBytes(pack.digest), ownBytes(pack.salt)];
    const number = this.packs.push({ digest, salt, bytes: pack.packBytes, groups }) - 1;
    this.#packNames.add(name);
    this.#lists.push(0);
    let at = firstGroupAt;
    readPackTable(pack.table, {
      group(_, row) {
        groups.push({ ...row, at });
        at += row.sealedBytes;
      },
      blob: (group, offset, { type, id, length, fileBytes }) => {
        if (type === blobTypes.list || type === blobTypes.piece) this.#lists[number]!++;
        if (this.find(type, id) !== -1) return;
        const entry = this.#add(type, id, { pack: number, group, offset, length });
        if (type === blobTypes.list) this.#fileBytes.set(entry, fileBytes);
      },
    });
  }

  /** Notes a blob that is about to be packed; false when it is known or noted already. */
  claim(type: BlobType, ids: Uint8Array, at: number, length: number): boolean {
    if (this.find(type, ids, at) !== -1) return false;
    this.#add(type, ids.subarray(at, at + digestBytes), { pack: none, group: 0, offset: 0, length });
    return true;
  }

  #add(type: BlobType, id: Uint8Array, place: BlobPlace): number {
    if (this.#count === this.#types.length) this.#growColumns();
    if (this.#count * 2 >= this.#slots.length) this.#growSlots();
    const entry = this.#count++;
    assert(entry < none, "the chunk index counts in 32 bits");
    this.#ids.set(id, entry * digestBytes);
    this.#types[entry] = type;
    this.#packOf[entry] = place.pack;
    this.#groupOf[entry] = place.group;
    this.#offsets[entry] = place.offset;
    this.#lengths[entry] = place.length;
    this.#slots[this.#slotOf(type, id, 0)] = entry;
    return entry;
  }

  /** The slot that holds the blob, or the free one where it belongs. Digests need no further hashing. */
  #slotOf(type: number, ids: Uint8Array, at: number): number {
    const mask = this.#slots.length - 1;
    const start = ids[at]! | (ids[at + 1]! << 8) | (ids[at + 2]! << 16) | (ids[at + 3]! << 24);
    for (let step = 0; step < stepsMax; step++) {
      const slot = (start + step) & mask;
      const entry = this.#slots[slot]!;
      if (entry === none || (this.#types[entry] === type && this.#hasId(entry, ids, at))) return slot;
    }
    throw new Malformed("ids in the index are no digests");
  }

  #hasId(entry: number, ids: Uint8Array, at: number): boolean {
    const own = entry * digestBytes;
    for (let byte = 0; byte < digestBytes; byte++) if (this.#ids[own + byte] !== ids[at + byte]) return false;
    return true;
  }

  #growColumns(): void {
    const capacity = Math.ceil(this.#types.length * 1.5);
    this.#ids = grown(this.#ids, new Uint8Array(capacity * digestBytes));
    this.#types = grown(this.#types, new Uint8Array(capacity));
    this.#packOf = grown(this.#packOf, new Uint32Array(capacity));
    this.#groupOf = grown(this.#groupOf, new Uint16Array(capacity));
    this.#offsets = grown(this.#offsets, new Uint32Array(capacity));
    this.#lengths = grown(this.#lengths, new Uint32Array(capacity));
  }

  #growSlots(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2).fill(none);
    for (let entry = 0; entry < this.#count; entry++)
      this.#slots[this.#slotOf(this.#types[entry]!, this.#ids, entry * digestBytes)] = entry;
  }
}

/**
 * Not `slice`: that of a `Buffer` is a view, which keeps the whole index file, and takes it along to other
 * threads.
 */
function ownBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

function grown<Column extends Uint8Array | Uint16Array | Uint32Array>(
  column: Column,
  larger: Column,
): Column {
  larger.set(column);
  return larger;
}
