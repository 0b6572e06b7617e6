import { join } from "node:path";
import type { Instant } from "../core/base/instant.ts";
import { toHex } from "../core/base/bytes.ts";
import type { JsonObject } from "../core/base/json.ts";
import type { RepositoryCheck } from "../core/model/repository-check.ts";
import type { RepositoryStats } from "../core/model/repository-stats.ts";
import type { Proof, SnapshotId } from "../core/model/snapshot.ts";
import { BlobReader } from "./blob-reader.ts";
import { checkRepository } from "./check.ts";
import { copySnapshot } from "./copy-snapshot.ts";
import type { Crew } from "./crew.ts";
import { CrewSession } from "./crew-session.ts";
import { snapshotName } from "./format/layout.ts";
import type { RepositoryConfig } from "./format/repository-config.ts";
import { LoadedIndex } from "./index-loader.ts";
import type { SessionSetting } from "./ingest/messages.ts";
import { type ListedReader, ObjectCache } from "./object-cache.ts";
import { type ObjectStore, unlessAbsent } from "./object-store.ts";
import { PreviousTree } from "./previous-tree.ts";
import type { ReadParts } from "./read-parts.ts";
import { addRecord, readRecords } from "./records.ts";
import type {
  CheckOptions,
  CopiedSnapshot,
  CopyOptions,
  Repair,
  Repository,
  RestoreOptions,
  RestoreReport,
  SnapshotLook,
  SnapshotWriter,
  TreeEntry,
  Verified,
  VerifyOptions,
  WriteOptions,
} from "./repository.ts";
import { planRepair } from "./repair.ts";
import { gatherStats } from "./repository-stats.ts";
import { restoreTree } from "./restore.ts";
import { ObjectDamaged } from "./repository-errors.ts";
import { SharedClaims } from "./shared-claims.ts";
import { addProof, readManifest, readSnapshots } from "./snapshot-list.ts";
import { TreeCapture } from "./snapshot-writer.ts";
import { StampCache } from "./stamp-cache.ts";
import { walkTree } from "./tree-reader.ts";
import { verifyTree } from "./verify.ts";

const packBytes = 16 * 1024 * 1024;

export interface RepositoryParts {
  readonly store: ObjectStore;
  readonly config: RepositoryConfig;
  readonly crew: Crew;
  readonly now: () => Instant;
  readonly cacheFolder: string | undefined;
}

/** A repository on any backend. The index is read when content is first asked for, not when it is opened. */
export class FolderRepository implements Repository {
  readonly id: string;
  readonly isEncrypted: boolean;
  readonly #store: ObjectStore;
  readonly #crew: Crew;
  readonly #now: () => Instant;
  readonly #cacheFolder: string | undefined;
  readonly #setting: Omit<SessionSetting, "seed">;
  #index: LoadedIndex;
  readonly #shared = new SharedClaims();

  constructor({ store, config, crew, now, cacheFolder }: RepositoryParts) {
    this.id = toHex(config.repository);
    this.isEncrypted = config.encrypted;
    this.#store = store;
    this.#crew = crew;
    this.#now = now;
    this.#cacheFolder = cacheFolder;
    this.#setting = { secret: store.secret, chunker: config.chunker, packBytes };
    this.#index = new LoadedIndex(store);
  }

  snapshots(look: SnapshotLook = "listed"): ReturnType<Repository["snapshots"]> {
    const read = (reader: ListedReader) => readSnapshots(this.#store, reader);
    return look === "objects" ? read(this.#store) : this.#cached("snapshots", read);
  }

  async beginSnapshot(options: WriteOptions): Promise<SnapshotWriter> {
    const { site, source, previous } = options;
    const stamps = this.#cacheFolder ? new StampCache(this.#cacheFolder, this.id, site, source) : undefined;
    // Manifest before index: what the manifest names is then in the index that is read after it.
    const manifest = previous ? await unlessAbsent(readManifest(this.#store, previous)) : undefined;
    await this.#index.refresh();
    return new TreeCapture({
      store: this.#store,
      index: this.#index,
      crew: this.#crew,
      setting: this.#setting,
      now: this.#now,
      options,
      blobs: this.#blobs(),
      shared: this.#shared,
      stamps,
      previous:
        manifest &&
        (await PreviousTree.read(this.#blobs(), manifest.tree, await stamps?.read(manifest.snapshot.id))),
    });
  }

  copyFrom(other: Repository, id: SnapshotId, options: CopyOptions): Promise<CopiedSnapshot> {
    if (!(other instanceof FolderRepository))
      throw new Error("Only a repository of ours can be copied from.");
    const from = { store: other.#store, index: other.#index };
    const to = { store: this.#store, index: this.#index, shared: this.#shared, now: this.#now };
    return copySnapshot(from, { ...to, crew: this.#crew, setting: this.#setting }, id, options);
  }

  async *tree(id: SnapshotId, path?: string): AsyncIterable<TreeEntry> {
    const { tree } = await readManifest(this.#store, id);
    await this.#index.refresh();
    for await (const entry of walkTree(this.#blobs(), tree, path ? [path] : [])) {
      const { path: name, modifiedAt, attributes, file } = entry;
      const size = file?.size ?? 0;
      yield {
        path: name,
        type: file ? "file" : "folder",
        size,
        modifiedAt,
        ...(attributes === undefined ? {} : { attributes }),
        ...(file ? { sha256: toHex(file.sha256) } : {}),
      };
    }
  }

  restore(id: SnapshotId, options: RestoreOptions): Promise<RestoreReport> {
    return this.#reading(id, (parts, tree) => restoreTree(parts, tree, options));
  }

  async verify(id: SnapshotId, options: VerifyOptions): Promise<Verified> {
    try {
      return await this.#reading(id, (parts, tree) => verifyTree(parts, tree, options));
    } catch (error) {
      // A damaged manifest is what verifying looks for, and an answer.
      if (!(error instanceof ObjectDamaged)) throw error;
      return { result: "failed", objects: 0, bytes: 0, damage: [error.message] };
    }
  }

  addProof(id: SnapshotId, proof: Proof): Promise<void> {
    return addProof(this.#store, id, proof);
  }

  async forget(id: SnapshotId): Promise<void> {
    await this.#store.backend.remove(snapshotName(id));
  }

  putRecord(name: string, record: JsonObject): Promise<boolean> {
    return addRecord(this.#store, name, record);
  }

  records(prefix: string): ReturnType<Repository["records"]> {
    return this.#cached("records", (reader) => readRecords(this.#store, reader, prefix));
  }

  check(options: CheckOptions): Promise<RepositoryCheck> {
    return this.#withSession((session) =>
      checkRepository({ store: this.#store, index: this.#index, session }, options, this.#now),
    );
  }

  async planRepair(options: Omit<CheckOptions, "readPerMille">): Promise<Repair> {
    const parts = { store: this.#store, crew: this.#crew, setting: this.#setting, now: this.#now };
    const { plan, apply } = await this.#withSession((session) =>
      planRepair(parts, { store: this.#store, index: new LoadedIndex(this.#store), session }, options),
    );
    const forgetIndex = () => void (this.#index = new LoadedIndex(this.#store));
    // What was loaded before names what is given up.
    return { plan, apply: (signal) => apply(signal).finally(forgetIndex) };
  }

  stats(signal: AbortSignal): Promise<RepositoryStats> {
    return gatherStats({ store: this.#store, index: this.#index, now: this.#now() }, signal);
  }

  close(): Promise<void> {
    return this.#crew.close();
  }

  /** Reads small objects through this machine's cache, where there is one. */
  async #cached<Result>(kind: string, read: (reader: ListedReader) => Promise<Result>): Promise<Result> {
    if (!this.#cacheFolder) return read(this.#store);
    const cache = await ObjectCache.open(join(this.#cacheFolder, this.id, `${kind}.cache`), this.#store);
    const result = await read(cache);
    await cache.save();
    return result;
  }

  #blobs(): BlobReader {
    return new BlobReader(this.#store, this.#index.chunks);
  }

  async #reading<Result>(
    id: SnapshotId,
    work: (parts: ReadParts, tree: Uint8Array) => Promise<Result>,
  ): Promise<Result> {
    const { tree } = await readManifest(this.#store, id);
    await this.#index.refresh();
    return this.#withSession((session) => work({ store: this.#store, index: this.#index, session }, tree));
  }

  async #withSession<Result>(work: (session: CrewSession) => Promise<Result>): Promise<Result> {
    const session = new CrewSession(this.#crew, this.#setting, this.#store.random);
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }
}
