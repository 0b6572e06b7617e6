import type { Instant } from "../../core/base/instant.ts";
import { bytesOf, jobsMax, jobsOf, takeOverJob } from "../crew/blob-jobs.ts";
import type { Crew } from "../crew/crew.ts";
import { CrewSession } from "../crew/crew-session.ts";
import type { BlobType } from "../format/pack-table.ts";
import type { LoadedIndex } from "../index/index-loader.ts";
import type { MadeBlob, SessionSetting } from "../ingest/messages.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { flushContent, type Flushing, flushPacks } from "./flush-packs.ts";
import { PackSink } from "../crew/pack-sink.ts";
import { forEachLimited } from "../../threads/parallel.ts";
import { CopySourceDamaged } from "../objects/repository-errors.ts";
import type { Claims, SharedClaims } from "../index/shared-claims.ts";

/** The repository that a snapshot is copied from. */
export interface CopySource {
  readonly store: ObjectStore;
  readonly index: LoadedIndex;
}

/** The repository that a snapshot is copied to. */
export interface CopyTarget {
  readonly store: ObjectStore;
  readonly index: LoadedIndex;
  readonly crew: Crew;
  readonly setting: Omit<SessionSetting, "seed">;
  readonly shared: SharedClaims;
  readonly now: () => Instant;
}

export interface IntakeHooks {
  readonly signal: AbortSignal;
  /** Waits until so many bytes may be read. */
  pace(bytes: number): Promise<void>;
  onCopied(bytes: number): void;
}

/** Stores in one repository what is read from another: each blob once, whoever else stores to it now. */
export class CopyIntake {
  readonly #from: CopySource;
  readonly #to: CopyTarget;
  readonly #hooks: IntakeHooks;
  readonly #session: CrewSession;
  readonly #claims: Claims;
  readonly #packs: PackSink;

  constructor(from: CopySource, to: CopyTarget, hooks: IntakeHooks) {
    this.#from = from;
    this.#to = to;
    this.#hooks = hooks;
    this.#session = new CrewSession(to.crew, to.setting, to.store.random);
    this.#claims = to.shared.begin({
      flush: () => flushPacks(this.#flushing),
      flushContent: () => flushContent(this.#flushing),
    });
    this.#packs = new PackSink(to.store, to.index, to.now);
  }

  get addedBytes(): number {
    return this.#packs.addedBytes;
  }

  get packNames(): ReadonlySet<string> {
    return this.#packs.names;
  }

  /** True when the target lacks a blob and it is now to be stored here. */
  claim(type: BlobType, id: Uint8Array, length: number): boolean {
    if (this.#to.index.chunks.find(type, id) !== -1) return false;
    return this.#claims.claim(type, id, 0, length);
  }

  /** Copies blobs by their entries in the source's index, each group of the source read once. */
  async copy(entries: Uint32Array): Promise<void> {
    const { chunks } = this.#from.index;
    entries.sort((left, right) => chunks.compare(left, right));
    await forEachLimited(jobsOf(chunks, entries), jobsMax, (job) => this.#copyJob(job));
  }

  /** Stores trees and lists, unless they are there. */
  async store(blobs: readonly MadeBlob[]): Promise<void> {
    const isNew = blobs.filter(({ type, id, bytes }) => this.claim(type, id, bytes.length));
    if (isNew.length === 0) return;
    // Always the same post, so that trees and lists lie together.
    const [post] = this.#session.posts({ bytes: 0, files: 0 });
    await this.#packs.put(await this.#session.ask(post!, { do: "store", blobs: isNew }));
  }

  /** Waits until all that was copied, and all that others store of it, can be found on the target. */
  async finish(): Promise<void> {
    await flushPacks(this.#flushing);
    await this.#claims.settle(this.#to.index.chunks, this.#hooks.signal);
  }

  /**
   * Ends the work. What was packed of a copy that fails is put: the next one finds it. Who stops, stops at
   * once.
   */
  async close(): Promise<void> {
    if (!this.#hooks.signal.aborted) await flushPacks(this.#flushing).catch(() => undefined);
    this.#claims.end();
    await this.#session.close();
  }

  get #flushing(): Flushing {
    const [session, claims] = [this.#session, this.#claims];
    return { session, claims, packs: this.#packs, index: this.#to.index.chunks, signal: this.#hooks.signal };
  }

  async #copyJob(job: Uint32Array): Promise<void> {
    this.#hooks.signal.throwIfAborted();
    const bytes = bytesOf(this.#from.index.chunks, job);
    await this.#hooks.pace(bytes);
    const bad = await takeOverJob({ ...this.#from, session: this.#session }, job, this.#packs);
    if (bad) throw new CopySourceDamaged(bad.blob, bad.reason);
    this.#hooks.onCopied(bytes);
  }
}
