import { toHex } from "../../core/base/bytes.ts";
import { given } from "../../core/base/given.ts";
import { bytesOf, findBad, jobsMax, jobsOf } from "../crew/blob-jobs.ts";
import { BlobReader } from "../index/blob-reader.ts";
import { findContent, findSlice, listSlices } from "../tree/file-content.ts";
import { packFolder, packName } from "../format/layout.ts";
import { blobTypes } from "../format/pack-table.ts";
import type { SegmentRow } from "../format/tree-root.ts";
import type { StoredEntry } from "../format/tree-segment.ts";
import { ownBuffer } from "../index/group-fetcher.ts";
import { forEachLimited } from "../../threads/parallel.ts";
import type { Verified, VerifyOptions } from "../repository.ts";
import { ObjectDamaged } from "../objects/repository-errors.ts";
import type { ReadParts } from "../crew/read-parts.ts";
import { type LostSegment, walkTree } from "../tree/tree-reader.ts";

/** Whole packs in memory at once. */
const packsMax = 3;

/** What a look at a tree gave. */
export interface VerifiedTree extends Verified {
  /** Digests, in hexadecimal, of the packs that were read and are not as they were written. */
  readonly wrong: ReadonlySet<string>;
}

/**
 * Proves a snapshot: the tree is read as a whole, every chunk must be known and its pack there, and a share
 * of the chunks is read and compared with its digest. Packs that were just written are read whole instead and
 * compared with theirs: what is in them was compared when they were made (`encodeGroup`). Packs that are
 * doubted are read as if they were just written: the capture may have begun before they were found bad.
 */
export async function verifyTree(
  parts: ReadParts,
  tree: Uint8Array,
  options: VerifyOptions,
): Promise<VerifiedTree> {
  const check = new TreeCheck(parts, tree, options);
  await check.findChunks();
  await check.readSample();
  await check.nameDamage();
  return check.result();
}

/** Packs by their number in the index. */
interface FoundPacks {
  readonly present: ReadonlySet<number>;
  /** Packs whose content is to be read. */
  readonly asked: ReadonlySet<number>;
}

class TreeCheck {
  readonly #parts: ReadParts;
  readonly #tree: Uint8Array;
  readonly #options: VerifyOptions;
  readonly #blobs: BlobReader;
  /** By entry of the index: 0 not of this tree, 1 known only, 2 to be read, 3 bad. */
  readonly #states: Uint8Array;
  readonly #damage: string[] = [];
  /** Numbers of the packs that were read and are not as they were written, but for those of `#blobs`. */
  readonly #wrong = new Set<number>();
  #bytes = 0;
  #objects = 0;
  #bad = 0;

  constructor(parts: ReadParts, tree: Uint8Array, options: VerifyOptions) {
    this.#parts = parts;
    this.#tree = tree;
    this.#options = options;
    this.#blobs = new BlobReader(parts.store, parts.index.chunks);
    this.#states = new Uint8Array(parts.index.chunks.count);
  }

  result(): VerifiedTree {
    const result = this.#damage.length === 0 ? "passed" : "failed";
    const wrong = new Set([...this.#wrong, ...this.#blobs.wrongPacks].map((pack) => this.#digestOf(pack)));
    return { result, objects: this.#objects, bytes: this.#bytes, damage: this.#damage, wrong };
  }

  async findChunks(): Promise<void> {
    const packs = await this.#findPacks();
    for await (const entry of this.#entries((segment) => this.#isLookedAt(segment, packs))) {
      this.#options.signal.throwIfAborted();
      await this.#eachChunk(entry, (chunk) => this.#mark(chunk, packs));
    }
  }

  /** Reads the marked chunks in the order in which they lie. */
  async readSample(): Promise<void> {
    const { chunks } = this.#parts.index;
    const wanted = Uint32Array.from(this.#states.keys().filter((entry) => this.#states[entry] === 2));
    wanted.sort((left, right) => chunks.compare(left, right));
    if (this.#options.packs)
      await forEachLimited(this.#byPack(wanted), packsMax, (job) => this.#readPack(job));
    else await forEachLimited(jobsOf(chunks, wanted), jobsMax, (job) => this.#readJob(job));
  }

  /** Chunks have no names that mean anything: the files that need a bad one are named. */
  async nameDamage(): Promise<void> {
    if (this.#bad === 0) return;
    for await (const entry of this.#entries()) {
      let isDamaged = false;
      await this.#eachChunk(entry, (chunk) => (isDamaged ||= this.#states[chunk] === 3));
      if (isDamaged) this.#damage.push(entry.path);
    }
    // What could not be followed was named both times.
    this.#damage.splice(0, this.#damage.length, ...new Set(this.#damage));
  }

  #entries(wants?: (segment: SegmentRow) => boolean): AsyncIterable<StoredEntry> {
    const lost = ({ firstPath, reason }: LostSegment): void =>
      void this.#damage.push(firstPath === "" ? reason : `${firstPath}: ${reason}`);
    return walkTree(this.#blobs, this.#tree, [], { lost, ...given({ wants }) });
  }

  /**
   * A read-back after a capture leaves out what the tree before has too: that was followed when it was
   * written, the writer has found each content in the index, and every pack of the index is there. Not where
   * a pack is doubted: the writer may have found content there, and did not know yet.
   */
  #isLookedAt({ id }: SegmentRow, { present, asked }: FoundPacks): boolean {
    const { chunks, namesDoubted } = this.#parts.index;
    if (!this.#options.packs || present.size < chunks.packs.length || namesDoubted) return true;
    const segment = chunks.find(blobTypes.tree, id);
    return segment === -1 || asked.has(chunks.place(segment).pack);
  }

  async #eachChunk(entry: StoredEntry, take: (chunk: number) => void): Promise<void> {
    if (!entry.file) return;
    const { size, sha256 } = entry.file;
    const { chunks } = this.#parts.index;
    const content = findContent(chunks, size, sha256);
    if (content === "empty") return;
    if (content === "missing") this.#damage.push(entry.path);
    else if ("chunk" in content) take(content.chunk);
    else await this.#eachListed(entry.path, sha256, take);
  }

  async #eachListed(path: string, sha256: Uint8Array, take: (chunk: number) => void): Promise<void> {
    try {
      for await (const slice of listSlices(this.#blobs, sha256))
        take(findSlice(this.#parts.index.chunks, slice));
    } catch (thrown) {
      if (!(thrown instanceof ObjectDamaged)) throw thrown;
      this.#damage.push(path);
    }
  }

  #mark(chunk: number, { present, asked }: FoundPacks): void {
    if (this.#states[chunk] !== 0) return;
    const { pack } = this.#parts.index.chunks.place(chunk);
    if (!present.has(pack)) this.#setBad(chunk);
    else this.#states[chunk] = asked.has(pack) && this.#isSampled() ? 2 : 1;
  }

  #setBad(chunk: number): void {
    this.#states[chunk] = 3;
    this.#bad++;
  }

  /** The first chunk is always read, so that a small snapshot is not passed unread. */
  #isSampled(): boolean {
    const { perMille } = this.#options;
    const isFirst = this.#objects === 0;
    if (perMille <= 0) return false;
    const isSampled = isFirst || perMille >= 1000 || this.#draw() < perMille;
    if (isSampled) this.#objects++;
    return isSampled;
  }

  #draw(): number {
    const draw = this.#parts.store.random(2);
    return ((draw[0]! << 8) | draw[1]!) % 1000;
  }

  async #findPacks(): Promise<FoundPacks> {
    const found = new Set<string>();
    for await (const { name } of this.#parts.store.backend.list(packFolder)) found.add(name);
    const present = this.#packsNamed(found);
    const { packs } = this.#options;
    return { present, asked: packs ? this.#packsNamed(packs).union(this.#doubted()) : present };
  }

  #doubted(): ReadonlySet<number> {
    const { chunks, fences } = this.#parts.index;
    return new Set(chunks.packs.keys().filter((pack) => fences.doubted.has(this.#digestOf(pack))));
  }

  #digestOf(pack: number): string {
    return toHex(this.#parts.index.chunks.packs[pack]!.digest);
  }

  #packsNamed(names: ReadonlySet<string>): ReadonlySet<number> {
    const { packs } = this.#parts.index.chunks;
    return new Set(packs.keys().filter((pack) => names.has(packName(packs[pack]!.digest))));
  }

  /** Runs of one pack, of entries in the order in which they lie. */
  *#byPack(wanted: Uint32Array): Iterable<Uint32Array> {
    const packOf = (at: number) => this.#parts.index.chunks.place(wanted[at]!).pack;
    for (let first = 0, at = 1; first < wanted.length; at++) {
      if (at < wanted.length && packOf(at) === packOf(first)) continue;
      yield wanted.subarray(first, at);
      first = at;
    }
  }

  /**
   * A pack whose bytes are those that were put is read whole; of any other, chunk by chunk, to name what is
   * damaged.
   */
  async #readPack(entries: Uint32Array): Promise<void> {
    const { store, index, session } = this.#parts;
    this.#options.signal.throwIfAborted();
    const { pack } = index.chunks.place(entries[0]!);
    const { digest } = index.chunks.packs[pack]!;
    const bytes = await store.backend.get(packName(digest)).then(ownBuffer, () => undefined);
    const post = session.idlest({ bytes: bytes?.length ?? 0, files: 1 });
    const isWhole =
      bytes && (await session.ask(post, { do: "check-pack", bytes, digest }, [bytes.buffer])).isWhole;
    if (bytes && !isWhole) this.#wrong.add(pack);
    if (!isWhole) return this.#nameHurt(packName(digest), entries);
    for (const entry of entries) this.#bytes += index.chunks.place(entry).length;
    this.#options.onProgress?.({ files: 0, bytes: this.#bytes, readBytes: this.#bytes });
  }

  /** Damage beside all content hurts too: a pack's own table is what the index is made anew from. */
  async #nameHurt(pack: string, entries: Uint32Array): Promise<void> {
    for (const job of jobsOf(this.#parts.index.chunks, entries)) await this.#readJob(job);
    if (!entries.some((entry) => this.#states[entry] === 3))
      this.#damage.push(`${pack}: its bytes are not those that were written, though no content is hurt`);
  }

  async #readJob(job: Uint32Array): Promise<void> {
    this.#options.signal.throwIfAborted();
    const { bad, wrong } = await findBad(this.#parts, job);
    for (const entry of bad) this.#setBad(entry);
    for (const entry of wrong) this.#wrong.add(this.#parts.index.chunks.place(entry).pack);
    this.#bytes += bytesOf(this.#parts.index.chunks, job);
    this.#options.onProgress?.({ files: 0, bytes: this.#bytes, readBytes: this.#bytes });
  }
}
