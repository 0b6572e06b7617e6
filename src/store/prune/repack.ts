import type { Instant } from "../../core/base/instant.ts";
import { bytesOf, jobsMax, jobsOf, takeOverJob } from "../crew/blob-jobs.ts";
import { BlobReader } from "../index/blob-reader.ts";
import { CrewSession } from "../crew/crew-session.ts";
import type { Crew } from "../crew/crew.ts";
import type { LoadedIndex } from "../index/index-loader.ts";
import type { SessionSetting } from "../ingest/messages.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { PackSink } from "../crew/pack-sink.ts";
import { forEachLimited } from "../../threads/parallel.ts";
import { ObjectDamaged } from "../objects/repository-errors.ts";
import { isContent } from "../index/usage-marks.ts";

export interface RepackParts {
  readonly store: ObjectStore;
  readonly index: LoadedIndex;
  readonly crew: Crew;
  readonly setting: Omit<SessionSetting, "seed">;
  readonly now: () => Instant;
}

export interface RepackOptions {
  readonly signal: AbortSignal;
  onBytes?(bytes: number): void;
}

/**
 * Stores blobs once more, in new packs with an index, each compared with its digest on the way.
 * `ObjectDamaged` names one that can't be read. What lists are made of comes before the lists, so that an
 * index never names a list without its chunks.
 */
export async function repack(
  parts: RepackParts,
  entries: readonly number[],
  options: RepackOptions,
): Promise<PackSink> {
  const { chunks } = parts.index;
  const sink = new PackSink(parts.store, parts.index, parts.now);
  const sorted = [...entries].sort((left, right) => chunks.compare(left, right));
  const session = new CrewSession(parts.crew, parts.setting, parts.store.random);
  const work = new Repacking({ ...parts, session, sink, options });
  try {
    await work.content(sorted.filter((entry) => isContent(chunks.typeOf(entry))));
    await work.finish();
    await work.made(sorted.filter((entry) => !isContent(chunks.typeOf(entry))));
    await work.finish();
    return sink;
  } finally {
    await session.close();
  }
}

interface RepackingParts extends RepackParts {
  readonly session: CrewSession;
  readonly sink: PackSink;
  readonly options: RepackOptions;
}

class Repacking {
  readonly #parts: RepackingParts;

  constructor(parts: RepackingParts) {
    this.#parts = parts;
  }

  async content(entries: readonly number[]): Promise<void> {
    await forEachLimited(jobsOf(this.#parts.index.chunks, Uint32Array.from(entries)), jobsMax, (job) =>
      this.#contentJob(job),
    );
  }

  /** Trees and lists: few, and packed by one post, so that they lie together. */
  async made(entries: readonly number[]): Promise<void> {
    const { session, sink, index, store, options } = this.#parts;
    const blobs = new BlobReader(store, index.chunks);
    const [post] = session.posts({ bytes: 0, files: 0 });
    for (const entry of entries) {
      options.signal.throwIfAborted();
      const [type, id] = [index.chunks.typeOf(entry), index.chunks.idOf(entry).slice()];
      // Own bytes: a view would take its whole group along to the thread.
      const bytes = new Uint8Array(await blobs.read(type, id));
      const blob = { type, id, fileBytes: index.chunks.fileBytesOf(entry), bytes };
      await sink.put(await session.ask(post!, { do: "store", blobs: [blob] }));
      options.onBytes?.(bytes.length);
    }
  }

  async finish(): Promise<void> {
    const { session, sink } = this.#parts;
    for (const post of session.usedPosts()) await sink.put(await session.ask(post, { do: "finish" }));
    await sink.writeIndex();
  }

  async #contentJob(job: Uint32Array): Promise<void> {
    const { sink, index, options } = this.#parts;
    options.signal.throwIfAborted();
    const bad = await takeOverJob(this.#parts, job, sink);
    if (bad) throw new ObjectDamaged(bad.blob, bad.reason);
    options.onBytes?.(bytesOf(index.chunks, job));
  }
}
