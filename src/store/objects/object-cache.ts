import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { saltBytes } from "../format/encoding/envelope.ts";
import { ByteReader } from "../format/encoding/byte-reader.ts";
import { ByteWriter } from "../format/encoding/byte-writer.ts";
import { decodeSealedObject, encodeSealedObject, type ObjectPlace } from "../format/sealed-object.ts";
import type { ObjectStore } from "./object-store.ts";

/** Reads an object that a listing has just named, with the size that the listing told. */
export interface ListedReader {
  get(place: ObjectPlace, size: number): Promise<Uint8Array>;
}

interface Kept {
  readonly size: number;
  readonly body: Uint8Array;
}

/** Some 100,000 manifests. A cache that grows beyond it is read as an empty one, and begins anew. */
const cacheBytesMax = 1 << 28;

/** Under this place the cache file is sealed: nothing else is ever read as it. */
const place: ObjectPlace = { type: "record", name: "cache/objects" };

/**
 * Bodies of small write-once objects that this machine has verified before: a thousand manifests are then one
 * read. The listing still says which of them are there. A body from here was whole when it was read; whether
 * its object still is, only a reader without the cache can tell, so nothing is ever forgotten on the cache's
 * word.
 */
export class ObjectCache implements ListedReader {
  readonly #file: string;
  readonly #store: ObjectStore;
  readonly #known: ReadonlyMap<string, Kept>;
  readonly #used = new Map<string, Kept>();

  private constructor(file: string, store: ObjectStore, known: ReadonlyMap<string, Kept>) {
    this.#file = file;
    this.#store = store;
    this.#known = known;
  }

  /** Opens the cache file. One that is absent, torn or of another key is an empty one. */
  static async open(file: string, store: ObjectStore): Promise<ObjectCache> {
    return new ObjectCache(file, store, await readKnown(file, store));
  }

  async get(at: ObjectPlace, size: number): Promise<Uint8Array> {
    const known = this.#known.get(at.name);
    const kept = known?.size === size ? known : { size, body: await this.#store.get(at) };
    this.#used.set(at.name, kept);
    return kept.body;
  }

  /**
   * Writes what was used, when it differs from what was known. A cache that can't be written is no cache, and
   * no fault.
   */
  async save(): Promise<void> {
    const used = [...this.#used];
    if (used.length === this.#known.size && used.every(([name, kept]) => this.#known.get(name) === kept))
      return;
    const sealed = encodeSealedObject(
      this.#store.secret,
      place,
      this.#store.random(saltBytes),
      encodeAll(used),
    );
    const half = `${this.#file}.${process.pid}.half`;
    await this.#store.notes.write(cacheNote, async () => {
      await mkdir(dirname(this.#file), { recursive: true });
      try {
        await writeFile(half, sealed, { mode: 0o600 });
        await rename(half, this.#file);
      } catch (thrown) {
        await rm(half, { force: true }).catch(() => undefined);
        throw thrown;
      }
    });
  }
}

/** The next run reads the objects themselves, as this one did. */
export const cacheNote = {
  what: "in this machine's cache what was read of the repository",
  means: "The next run reads it again, and takes longer.",
};

async function readKnown(file: string, store: ObjectStore): Promise<ReadonlyMap<string, Kept>> {
  try {
    return decodeAll(decodeSealedObject(store.secret, place, await readFile(file), cacheBytesMax));
  } catch {
    return new Map();
  }
}

function encodeAll(entries: readonly (readonly [string, Kept])[]): Uint8Array {
  const writer = new ByteWriter();
  for (const [name, { size, body }] of entries) {
    const nameBytes = Buffer.from(name);
    writer.varint(nameBytes.length).bytes(nameBytes).varint(size).varint(body.length).bytes(body);
  }
  return writer.take();
}

function decodeAll(bytes: Uint8Array): ReadonlyMap<string, Kept> {
  const reader = new ByteReader(bytes);
  const entries = new Map<string, Kept>();
  while (!reader.done) {
    const name = Buffer.from(reader.bytes(reader.varint())).toString();
    entries.set(name, { size: reader.varint(), body: reader.bytes(reader.varint()) });
  }
  return entries;
}
