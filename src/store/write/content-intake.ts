import { BasePages } from "./base-pages.ts";
import type { BlobReader } from "../index/blob-reader.ts";
import type { Crew, Post } from "../crew/crew.ts";
import { CrewSession } from "../crew/crew-session.ts";
import { digestBytes } from "../format/encoding/envelope.ts";
import type { Slice } from "../format/file-list.ts";
import { type BlobType, blobTypes } from "../format/pack-table.ts";
import { pageBytes } from "../format/encoding/pages.ts";
import type { LoadedIndex } from "../index/index-loader.ts";
import {
  type BuiltPack,
  type FileToRead,
  type HashedBatch,
  itemMarks,
  type MadeBlob,
  type PageRun,
  type ReadFailure,
  type Segment,
  type SessionSetting,
  type StreamPart,
} from "../ingest/messages.ts";
import { readAtOnceBytesMax } from "../ingest/read-file.ts";
import { ListBuilder } from "../tree/list-builder.ts";
import { PagePlanner, type PageSource } from "./page-plan.ts";
import type { Random } from "../objects/object-store.ts";
import type { Pacer } from "../../threads/pacer.ts";
import { flushContent, type Flushing, flushPacks } from "./flush-packs.ts";
import type { PackSink } from "../crew/pack-sink.ts";
import { PostLoads } from "../crew/post-loads.ts";
import { Turnstile } from "../../threads/parallel.ts";
import type { Claims, SharedClaims } from "../index/shared-claims.ts";

const batchBytesMax = 4 * 1024 * 1024;
const batchFilesMax = 256;
/**
 * Batches and parts in hand at once: one being read, one being packed, one on its way, for each of two posts.
 */
const inHandMax = 8;
const streamsMax = 2;
/**
 * What a stream weighs against a batch or part. Its post reads on and leaves parts to others as long as those
 * have less than two more than it has: who hashes all it reads lets the others starve.
 */
const streamWeight = 2;
const partWeight = 1;

/** What became of one file. */
export type ContentResult =
  | { readonly size: number; readonly sha256: Uint8Array; readonly changed: string | undefined }
  | { readonly failure: ReadFailure };

export interface IntakeOptions {
  readonly crew: Crew;
  readonly setting: Omit<SessionSetting, "seed">;
  readonly random: Random;
  readonly index: LoadedIndex;
  readonly packs: PackSink;
  readonly pacer: Pacer;
  readonly signal: AbortSignal;
  readonly shared: SharedClaims;
  /** Reads what the repository has of the files' last states. */
  readonly blobs: BlobReader;
}

/** A file to be read, and who wants to know what became of it. */
export interface FileToTake {
  readonly file: FileToRead;
  /** The digest of the file's last state, where the repository has one. */
  readonly last?: Uint8Array | undefined;
  taken(result: ContentResult): void;
}

/** What a post shall pack of a batch. */
interface Wanted {
  readonly needed: Uint8Array;
  readonly runs: readonly PageRun[];
}

interface SegmentPlan extends Wanted {
  readonly slices: readonly Slice[];
}

/**
 * Has the content of files read, and what is new of it stored. The main thread keeps the decisions: which
 * chunk is new, who stores it, and the order of a file's chunks.
 */
export class ContentIntake {
  readonly #options: IntakeOptions;
  readonly #session: CrewSession;
  /** What this capture stores; the repository's own index learns of it when it is on the store. */
  readonly #claims: Claims;
  readonly #inHand = new Turnstile(inHandMax);
  readonly #loads = new PostLoads();
  readonly #streams = new Turnstile(streamsMax);
  readonly #running = new Set<Promise<void>>();
  #batch: FileToTake[] = [];
  #batchBytes = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#claims = options.shared.begin({
      flush: () => flushPacks(this.#flushing),
      flushContent: () => flushContent(this.#flushing),
    });
    this.#session = new CrewSession(options.crew, options.setting, options.random);
  }

  /** Queues a file. Waits while too much is in hand; rejects when the capture is lost. */
  async add(taking: FileToTake): Promise<void> {
    this.#check();
    const { file } = taking;
    if (typeof file.source === "string" && file.size > readAtOnceBytesMax) {
      await this.#streams.enter();
      this.#run(() => this.#stream(taking).finally(() => this.#streams.leave()));
      return;
    }
    this.#batch.push(taking);
    this.#batchBytes += file.size;
    if (this.#batchBytes >= batchBytesMax || this.#batch.length >= batchFilesMax) await this.#dispatch();
  }

  /** Stores blobs that were made here, unless they are there. */
  async store(blobs: readonly MadeBlob[]): Promise<void> {
    this.#check();
    const isNew = blobs.filter(({ type, id, bytes }) => this.#claim(type, id, 0, bytes.length));
    if (isNew.length === 0) return;
    // Always the same post, so that trees and lists lie together.
    const [post] = this.#session.posts({ bytes: 0, files: 0 });
    await this.#put(await this.#session.ask(post!, { do: "store", blobs: isNew }));
  }

  /** Waits until all that was queued is read and its full packs are on the store. */
  async settle(): Promise<void> {
    await this.#dispatch();
    while (this.#running.size > 0) await Promise.all(this.#running);
    this.#check();
  }

  /**
   * Closes the packs that are open, and waits until they and what other captures store for this one are
   * found.
   */
  async finish(): Promise<void> {
    this.#check();
    await flushPacks(this.#flushing);
    await this.#claims.settle(this.#options.index.chunks, this.#options.signal);
  }

  get #flushing(): Flushing {
    const { packs, index, signal } = this.#options;
    return { session: this.#session, claims: this.#claims, packs, index: index.chunks, signal };
  }

  /** Ends the work, whatever is still in hand. */
  async close(): Promise<void> {
    this.#failure ??= { error: new Error("The capture was given up.") };
    while (this.#running.size > 0) await Promise.all(this.#running);
    // Another capture may rest on what was read here, and the next one finds it. Who stops, stops at once.
    if (!this.#options.signal.aborted) await flushPacks(this.#flushing).catch(() => undefined);
    this.#claims.end();
    await this.#session.close();
  }

  #check(): void {
    this.#options.signal.throwIfAborted();
    if (this.#failure) throw this.#failure.error;
  }

  /** Runs in the background. The first failure loses the capture, and is told to whoever asks next. */
  #run(work: () => Promise<void>): void {
    const running: Promise<void> = work()
      .catch((error: unknown) => void (this.#failure ??= { error }))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #dispatch(): Promise<void> {
    if (this.#batch.length === 0) return;
    const [batch, bytes] = [this.#batch, this.#batchBytes];
    this.#batch = [];
    this.#batchBytes = 0;
    await this.#options.pacer.take(bytes);
    await this.#inHand.enter();
    const posts = this.#session.posts({ bytes, files: batch.length });
    const reading = () => this.#loads.onLeast(posts, partWeight, (post) => this.#readBatch(post, batch));
    this.#run(() => reading().finally(() => this.#inHand.leave()));
  }

  async #readBatch(post: Post, batch: readonly FileToTake[]): Promise<void> {
    this.#check();
    const hashed = await this.#session.ask(post, { do: "read", files: batch.map(({ file }) => file) });
    await this.#keep(post, hashed.batch, { needed: this.#claimChunks(hashed), runs: [] });
    let chunk = 0;
    for (const [at, taking] of batch.entries()) {
      const { taken } = taking;
      const read = hashed.files[at]!;
      if ("failure" in read) taken(read);
      else if ("grown" in read) this.#run(() => this.#stream(taking));
      else {
        if (read.chunks > 1) await this.#storeList(read, hashed, chunk);
        chunk += read.chunks;
        taken(read);
      }
    }
  }

  async #storeList(
    read: { readonly sha256: Uint8Array; readonly size: number; readonly chunks: number },
    hashed: HashedBatch,
    first: number,
  ): Promise<void> {
    const list = new ListBuilder();
    const end = first + read.chunks;
    const slices: Slice[] = [];
    for (let at = first; at < end; at++) slices.push(wholeChunk(hashed, at));
    const pieces = list.add(slices);
    await this.store([...pieces, ...list.finish(read.sha256, read.size)]);
  }

  #stream(taking: FileToTake): Promise<void> {
    const posts = this.#session.posts({ bytes: taking.file.size, files: 1 });
    return this.#loads.onLeast(posts, streamWeight, (post) => this.#readStream(post, taking));
  }

  async #readStream(post: Post, { file, last, taken }: FileToTake): Promise<void> {
    this.#check();
    const opened = await this.#session.ask(post, { do: "open-stream", file });
    if ("failure" in opened) return taken(opened);
    const base = last && (await BasePages.open(this.#options.blobs, last));
    const list = new ListBuilder();
    let position = 0;
    let reading = this.#readPart(post, opened.stream);
    for (let listed = Promise.resolve(); ;) {
      const part = await reading;
      const isLast = part.end !== undefined || part.failure !== undefined;
      // The next part is asked for first: its reader has no rest while this one is hashed.
      if (!isLast) reading = this.#readPart(post, opened.stream);
      const hashing = this.#hashPart(part.segment, base, position).finally(() => this.#inHand.leave());
      position += part.segment.bytes.length;
      // Parts are hashed in any order, by any post, and listed in the file's own.
      listed = Promise.all([hashing, listed]).then(([slices]) => this.store(list.add(slices)));
      if (!isLast) {
        this.#run(() => listed);
        continue;
      }
      await listed;
      return part.end ? this.#endStream(list, part.end, taken) : taken({ failure: part.failure! });
    }
  }

  /** Reads the next part when there is room for it. Whoever hashes it gives the room free. */
  async #readPart(post: Post, stream: number): Promise<StreamPart> {
    await this.#options.pacer.take(readAtOnceBytesMax);
    await this.#inHand.enter();
    try {
      this.#check();
      return await this.#session.ask(post, { do: "read-stream", stream });
    } catch (thrown) {
      this.#inHand.leave();
      throw thrown;
    }
  }

  /** Has a segment hashed and what is new of it packed. Gives its slices of the file. */
  #hashPart(segment: Segment, base: BasePages | undefined, position: number): Promise<readonly Slice[]> {
    const posts = this.#session.posts({ bytes: 0, files: 0 });
    return this.#loads.onLeast(posts, partWeight, async (post) => {
      const { marks } = segment;
      const hashed = await this.#session.ask(post, { do: "hash", segment }, [segment.bytes.buffer]);
      await base?.moveTo(position);
      const { slices, ...wanted } = this.#planSegment(marks, hashed, base);
      await this.#keep(post, hashed.batch, wanted);
      return slices;
    });
  }

  /** Decides for each chunk and page of a segment whether it is new. */
  #planSegment(marks: Uint8Array, hashed: HashedBatch, base: BasePages | undefined): SegmentPlan {
    const needed = new Uint8Array(marks.length);
    const slices: Slice[] = [];
    const runs: PageRun[] = [];
    const pages = new PagePlanner(hashed.ids, this.#pageSource(base));
    for (let at = 0; at < marks.length;) {
      if (marks[at] === itemMarks.chunk) {
        needed[at] = this.#claim(blobTypes.data, hashed.ids, at * digestBytes, hashed.lengths[at]!) ? 1 : 0;
        slices.push(wholeChunk(hashed, at++));
        continue;
      }
      for (; at < marks.length && marks[at] !== itemMarks.chunk;) {
        const first = at++;
        while (marks[at] === itemMarks.nextPage) at++;
        pages.add(Array.from({ length: at - first }, (_, page) => first + page));
      }
      const plan = pages.end();
      slices.push(...plan.slices);
      runs.push(...plan.runs);
    }
    return { slices, needed, runs };
  }

  #pageSource(base: BasePages | undefined): PageSource {
    const has = (run: Uint8Array) =>
      this.#options.index.chunks.find(blobTypes.pages, run) !== -1 || this.#claims.has(blobTypes.pages, run);
    return {
      has,
      claim: (run, pages) => this.#claim(blobTypes.pages, run, 0, pages * pageBytes),
      find(digests, at) {
        const known = base?.find(digests, at);
        return known && has(known.run) ? known : undefined;
      },
    };
  }

  async #endStream(
    list: ListBuilder,
    end: NonNullable<StreamPart["end"]>,
    taken: (result: ContentResult) => void,
  ): Promise<void> {
    // A file that shrank to nothing needs no list.
    if (end.size > 0) await this.store(list.finish(end.sha256, end.size));
    taken(end);
  }

  #claimChunks({ ids, lengths }: HashedBatch): Uint8Array {
    return Uint8Array.from(lengths, (length, at) =>
      this.#claim(blobTypes.data, ids, at * digestBytes, length) ? 1 : 0,
    );
  }

  /** Tells a post what is new of its batch, and takes the packs that became full. */
  async #keep(post: Post, batch: number, { needed, runs }: Wanted): Promise<void> {
    await this.#put(await this.#session.ask(post, { do: "keep", batch, needed, runs }));
  }

  async #put(packs: readonly BuiltPack[]): Promise<void> {
    const isIndexed = await this.#options.packs.put(packs);
    if (isIndexed) this.#claims.dropStored(this.#options.index.chunks);
  }

  #claim(type: BlobType, ids: Uint8Array, at: number, length: number): boolean {
    if (this.#options.index.chunks.find(type, ids, at) !== -1) return false;
    return this.#claims.claim(type, ids, at, length);
  }
}

function wholeChunk({ ids, lengths }: HashedBatch, at: number): Slice {
  return { id: ids.subarray(at * digestBytes, (at + 1) * digestBytes), offset: 0, length: lengths[at]! };
}
