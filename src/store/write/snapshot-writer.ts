import { given } from "../../core/base/given.ts";
import { createHash } from "node:crypto";
import type { Instant } from "../../core/base/instant.ts";
import { toHex } from "../../core/base/bytes.ts";
import type { FileOffer, FileRemark, Offer } from "../../core/model/offer.ts";
import type { Proof, Snapshot } from "../../core/model/repository/snapshot.ts";
import type { BlobReader } from "../index/blob-reader.ts";
import { ContentIntake, type ContentResult } from "./content-intake.ts";
import type { Crew } from "../crew/crew.ts";
import { snapshotName } from "../format/layout.ts";
import { encodeManifest } from "../format/manifest.ts";
import { blobTypes } from "../format/pack-table.ts";
import type { FileContent, StoredEntry } from "../format/tree-segment.ts";
import { encodeTreeRoot, type SegmentRow } from "../format/tree-root.ts";
import type { LoadedIndex } from "../index/index-loader.ts";
import type { SessionSetting } from "../ingest/messages.ts";
import { cacheNote } from "../objects/object-cache.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { digestBytes, digestOf } from "../format/encoding/envelope.ts";
import { Pacer } from "../../threads/pacer.ts";
import { PackSink } from "../crew/pack-sink.ts";
import type { PreviousEntry, PreviousTree } from "../tree/previous-tree.ts";
import type { Committed, ManifestFacts, SnapshotWriter, WriteOptions } from "../repository.ts";
import type { SharedClaims } from "../index/shared-claims.ts";
import { type StampCache, StampColumn } from "../tree/stamp-cache.ts";
import { TreeBuilder } from "../tree/tree-builder.ts";

/** Known files cost so little that not each of them is reported. */
const filesPerReport = 512;
const taken = Promise.resolve();
const emptySha256 = createHash("sha256").digest();

export interface WriterParts {
  readonly store: ObjectStore;
  readonly index: LoadedIndex;
  readonly crew: Crew;
  readonly setting: Omit<SessionSetting, "seed">;
  readonly now: () => Instant;
  readonly options: WriteOptions;
  readonly blobs: BlobReader;
  readonly shared: SharedClaims;
  readonly previous: PreviousTree | undefined;
  readonly stamps: StampCache | undefined;
}

/** Writes one snapshot: decides what must be read, has it stored, and commits the tree of it. */
export class TreeCapture implements SnapshotWriter {
  readonly #parts: WriterParts;
  readonly #packs: PackSink;
  readonly #intake: ContentIntake;
  readonly #tree = new TreeBuilder();
  readonly #stamps = new StampColumn();
  readonly #remarks: FileRemark[] = [];
  readonly #chance: () => number;
  readonly #seen = { files: 0, bytes: 0, readBytes: 0 };
  #ended = false;

  constructor(parts: WriterParts) {
    const { store, index, crew, setting, options } = parts;
    const { signal } = options;
    this.#parts = parts;
    this.#packs = new PackSink(store, index, parts.now);
    this.#chance = perMilleDraw(store.random(4));
    const pacer = new Pacer(options.bytesPerSecond ?? Infinity, signal);
    this.#intake = new ContentIntake({
      crew,
      setting,
      index,
      pacer,
      signal,
      random: store.random,
      packs: this.#packs,
      blobs: parts.blobs,
      shared: parts.shared,
    });
  }

  /** Known files are taken without a turn of the event loop: of a million nearly all are. */
  offer(entry: Offer): Promise<void> {
    try {
      this.#check();
      checkPath(entry.path);
      const before = this.#parts.previous?.find(entry.path);
      return before instanceof Promise
        ? before.then((it) => this.#takeEntry(entry, it))
        : this.#takeEntry(entry, before);
    } catch (thrown) {
      return Promise.reject(thrown as Error);
    }
  }

  async settle(): Promise<readonly FileRemark[]> {
    this.#check();
    await this.#intake.settle();
    this.#report();
    return [...this.#remarks];
  }

  async commit(facts: ManifestFacts): Promise<Committed> {
    try {
      return await this.#commit(facts);
    } catch (thrown) {
      await this.abort();
      throw thrown;
    }
  }

  async abort(): Promise<void> {
    this.#ended = true;
    await this.#intake.close();
  }

  async #commit(facts: ManifestFacts): Promise<Committed> {
    const remarks = await this.settle();
    const order = this.#tree.order();
    const tree = await this.#storeTree(order);
    await this.#intake.finish();

    const { files, bytes } = this.#tree;
    const snapshot = { ...facts, files, bytes, addedBytes: this.#packs.addedBytes };
    this.#check();
    await this.#writeManifest(snapshot, tree);
    this.#ended = true;
    await this.#intake.close();
    await this.#rememberStamps(facts.id, order);
    const proofs: readonly Proof[] = [];
    return { snapshot: { ...snapshot, proofs }, remarks, packs: this.#packs.names };
  }

  #check(): void {
    this.#parts.options.signal.throwIfAborted();
    if (this.#ended) throw new Error("The snapshot was committed or given up already.");
  }

  #takeEntry(entry: Offer, before: PreviousEntry | undefined): Promise<void> {
    if (entry.type === "folder") {
      const { path, modifiedAt, attributes } = entry;
      this.#addEntry({ path, modifiedAt, attributes, file: undefined }, before);
      return taken;
    }
    const known = this.#findKnown(entry, before);
    const isTaken = known && this.#chance() >= this.#parts.options.rereadPerMille;
    if (!isTaken) return this.#read(entry, { known, last: before?.entry.file?.sha256 });
    this.#takeKnown(entry, known, before);
    return taken;
  }

  /** The digest of a file's content when that is in the repository and need not be read. */
  #findKnown(offer: FileOffer, before: PreviousEntry | undefined): Uint8Array | undefined {
    // A name that states the content decides alone: an unchanged file may still be one that was damaged
    // before.
    const sha256 = offer.knownSha256
      ? Buffer.from(offer.knownSha256, "hex")
      : before && this.#isUnchanged(offer, before)
        ? before.entry.file!.sha256
        : undefined;
    if (sha256?.length !== digestBytes) return undefined;
    const isEmpty = offer.size === 0 && Buffer.compare(sha256, emptySha256) === 0;
    return isEmpty || this.#parts.index.chunks.findFile(sha256, offer.size) !== -1 ? sha256 : undefined;
  }

  /** Whether size, time and stamp are the ones that the file had then. */
  #isUnchanged({ size, modifiedAt, stamp }: FileOffer, { number, entry }: PreviousEntry): boolean {
    if (entry.file?.size !== size || entry.modifiedAt !== modifiedAt) return false;
    return !stamp || this.#parts.previous!.agrees(number, stamp);
  }

  #takeKnown(offer: FileOffer, sha256: Uint8Array, before: PreviousEntry | undefined): void {
    this.#addFile(offer, { size: offer.size, sha256 }, before);
    if (this.#seen.files % filesPerReport === 0) this.#report(offer.path);
  }

  /** Has a file read. `last`: the digest that it had at the snapshot before, whatever it is now. */
  #read(offer: FileOffer, { known, last }: ReadHints): Promise<void> {
    const { locator, size, modifiedAt } = offer;
    const source = "file" in locator ? locator.file : locator.bytes;
    const file = { source, size, modifiedAt, growing: offer.growing === true };
    return this.#intake.add({
      file,
      last: known ?? last,
      taken: (result) => this.#take(offer, known, result),
    });
  }

  #take(offer: FileOffer, known: Uint8Array | undefined, result: ContentResult): void {
    const { path } = offer;
    if ("failure" in result) {
      this.#remark(offer, result.failure);
      return;
    }
    const { size, sha256, changed } = result;
    this.#seen.readBytes += size;
    if (changed) this.#remark(offer, { what: "changed-while-read", detail: changed });
    const damage = damageOf(offer, known, sha256);
    if (damage) this.#remark(offer, { what: "damaged", detail: damage });
    this.#addFile(offer, { size, sha256 }, undefined);
    this.#report(path);
  }

  #remark({ path, essential }: FileOffer, found: Pick<FileRemark, "what" | "detail">): void {
    this.#remarks.push({ path, ...found, ...given({ essential }) });
  }

  #addFile(offer: FileOffer, file: FileContent, before: PreviousEntry | undefined): void {
    const { path, modifiedAt, attributes, stamp } = offer;
    const number = this.#addEntry({ path, modifiedAt, attributes, file }, before);
    if (stamp) this.#stamps.set(number, stamp);
    this.#seen.files++;
    this.#seen.bytes += file.size;
  }

  #addEntry(entry: StoredEntry, before: PreviousEntry | undefined): number {
    return this.#tree.add(entry, before && isSame(entry, before.entry) ? before.number : undefined);
  }

  #report(current?: string): void {
    this.#parts.options.onProgress?.({ ...this.#seen, ...given({ current }) });
  }

  async #storeTree(order: Uint32Array): Promise<Uint8Array> {
    const rows: SegmentRow[] = [];
    for (const { row, bytes } of this.#tree.segments(order, this.#parts.previous?.segments)) {
      rows.push(row);
      if (bytes) await this.#intake.store([{ type: blobTypes.tree, id: row.id, fileBytes: 0, bytes }]);
    }
    const root = encodeTreeRoot(rows);
    const id = digestOf(root);
    await this.#intake.store([{ type: blobTypes.root, id, fileBytes: 0, bytes: root }]);
    return id;
  }

  /** The commit: before this object is there, the snapshot is not. */
  async #writeManifest(snapshot: Omit<Snapshot, "proofs">, tree: Uint8Array): Promise<void> {
    const name = snapshotName(snapshot.id);
    const body = encodeManifest({ snapshot, tree, epoch: this.#parts.index.fences.epoch });
    const { isNew } = await this.#parts.store.putNew({ type: "manifest", name }, body);
    if (!isNew) throw new Error(`There is a snapshot ${snapshot.id} already.`);
  }

  /** The snapshot is committed; a cache that can't be written must not fail it. */
  async #rememberStamps(id: string, order: Uint32Array): Promise<void> {
    const { stamps, store } = this.#parts;
    await store.notes.write(cacheNote, async () => stamps?.write(id, this.#stamps.take(order)));
  }
}

/** What is known of a file that is read all the same. */
interface ReadHints {
  readonly known: Uint8Array | undefined;
  readonly last: Uint8Array | undefined;
}

function isSame(entry: StoredEntry, before: StoredEntry): boolean {
  if (entry.modifiedAt !== before.modifiedAt || entry.attributes !== before.attributes) return false;
  if (!entry.file || !before.file) return entry.file === before.file;
  const { size, sha256 } = before.file;
  return (
    entry.file.size === size &&
    (entry.file.sha256 === sha256 || Buffer.compare(entry.file.sha256, sha256) === 0)
  );
}

/** Says how a file's content differs from what its name or the snapshot before says of it. */
function damageOf(offer: FileOffer, known: Uint8Array | undefined, found: Uint8Array): string | undefined {
  const stated = offer.knownSha256?.toLowerCase();
  if (stated !== undefined)
    return toHex(found) === stated ? undefined : `content hashes to ${toHex(found)}, its name says ${stated}`;
  if (!known || Buffer.compare(known, found) === 0) return undefined;
  return `content hashes to ${toHex(found)}, it was ${toHex(known)} before, and neither size nor time has changed`;
}

/** An empty part, `.`, `..`, or a zero byte. */
const unsafePath = /^$|^\/|\/$|\/\/|(?:^|\/)\.\.?(?:\/|$)|\0/;

/** Paths are for restore to trust: one that leaves the tree is a fault of the driver. */
function checkPath(path: string): void {
  if (unsafePath.test(path) || !path.isWellFormed())
    throw new Error(`“${path}” is no path that a tree can hold.`);
}

/** Numbers from 0 to 999 (xorshift32): it only has to be unforeseen which files are read again. */
function perMilleDraw(seed: Uint8Array): () => number {
  let state = (seed[0]! | (seed[1]! << 8) | (seed[2]! << 16) | (seed[3]! << 24)) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state = (state ^ (state << 5)) >>> 0;
    return state % 1000;
  };
}
