import { join } from "node:path";
import type { Instant } from "../core/base/instant.ts";
import { toHex } from "../core/base/bytes.ts";
import type { JsonObject } from "../core/base/json.ts";
import type { Hold, Holds, NewHold, Release } from "../core/model/repository/hold.ts";
import type { KeyProof, ProvenSlots } from "../core/model/repository/key-proof.ts";
import type { RepositoryCheck } from "../core/model/repository/repository-check.ts";
import type { RepositoryStats } from "../core/model/repository/repository-stats.ts";
import type { Proof, SnapshotId } from "../core/model/repository/snapshot.ts";
import { BlobReader } from "./index/blob-reader.ts";
import { checkRepository } from "./check/check.ts";
import { doubtPacks } from "./check/doubt-packs.ts";
import type { CopyableRepository, CopyOrigin } from "./copyable-repository.ts";
import { copySnapshot } from "./write/copy-snapshot.ts";
import type { Crew } from "./crew/crew.ts";
import { CrewSession } from "./crew/crew-session.ts";
import { snapshotName } from "./format/layout.ts";
import type { RepositoryConfig } from "./format/repository-config.ts";
import { addHold, addRelease, readHolds } from "./objects/holds.ts";
import type { LoadedIndex } from "./index/index-loader.ts";
import { LoadedIndexes } from "./index/loaded-indexes.ts";
import type { SessionSetting } from "./ingest/messages.ts";
import { addKeyProof, readProvenSlots } from "./keys/key-proofs.ts";
import { isRunning, readLeases, underLease } from "./objects/leases.ts";
import { lookWhole } from "./prune/look-whole.ts";
import { isConfirmed } from "./objects/confirmation.ts";
import { type Fences, readFences } from "./objects/fences.ts";
import { pruneRepository } from "./prune/prune.ts";
import type { RepackParts } from "./prune/repack.ts";
import { type ListedReader, ObjectCache } from "./objects/object-cache.ts";
import { type ObjectStore, unlessAbsent } from "./objects/object-store.ts";
import { PreviousTree } from "./tree/previous-tree.ts";
import type { ReadParts } from "./crew/read-parts.ts";
import { readSomeContent } from "./walk/read-some-content.ts";
import { addRecord, readRecords } from "./objects/records.ts";
import type {
  CheckOptions,
  CopiedSnapshot,
  CopyOptions,
  Repair,
  PruneOptions,
  PruneReport,
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
import { planRepair } from "./check/repair.ts";
import { gatherStats } from "./walk/repository-stats.ts";
import { restoreTree } from "./restore/restore.ts";
import { NothingToRead, NotEncrypted, ObjectDamaged, SnapshotInUse } from "./objects/repository-errors.ts";
import { addProof, readManifest, readNewestManifest, readSnapshots } from "./objects/snapshot-list.ts";
import { TreeCapture } from "./write/snapshot-writer.ts";
import { StampCache } from "./tree/stamp-cache.ts";
import { viewEntry } from "./tree/view-entry.ts";
import { walkTree } from "./tree/tree-reader.ts";
import { verifyTree, type VerifiedTree } from "./check/verify.ts";

const packBytes = 16 * 1024 * 1024;

export interface RepositoryParts {
  readonly store: ObjectStore;
  readonly config: RepositoryConfig;
  readonly openedBy: string | undefined;
  readonly crew: Crew;
  readonly now: () => Instant;
  readonly cacheFolder: string | undefined;
}

/** A repository on any backend. The index is read when content is first asked for, not when it is opened. */
export class BackendRepository implements CopyableRepository {
  readonly id: string;
  readonly isEncrypted: boolean;
  readonly openedBy: string | undefined;
  readonly #store: ObjectStore;
  readonly #crew: Crew;
  readonly #now: () => Instant;
  readonly #cacheFolder: string | undefined;
  readonly #setting: Omit<SessionSetting, "seed">;
  readonly #indexes: LoadedIndexes;

  constructor({ store, config, openedBy, crew, now, cacheFolder }: RepositoryParts) {
    this.id = toHex(config.repository);
    this.isEncrypted = config.encrypted;
    this.openedBy = openedBy;
    this.#store = store;
    this.#crew = crew;
    this.#now = now;
    this.#cacheFolder = cacheFolder;
    this.#indexes = new LoadedIndexes(store);
    this.#setting = { secret: store.secret, chunker: config.chunker, packBytes };
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
    const { index, shared } = await this.#indexes.readyToBuild();
    const blobs = new BlobReader(this.#store, index.chunks);
    return new TreeCapture({
      store: this.#store,
      index,
      crew: this.#crew,
      setting: this.#setting,
      now: this.#now,
      options,
      blobs,
      shared,
      stamps,
      previous:
        manifest && (await PreviousTree.read(blobs, manifest.tree, await stamps?.read(manifest.snapshot.id))),
    });
  }

  get origin(): CopyOrigin {
    return { store: this.#store, index: () => this.#indexes.readyToRead() };
  }

  async copyFrom(
    { origin }: CopyableRepository,
    id: SnapshotId,
    options: CopyOptions,
  ): Promise<CopiedSnapshot> {
    const { store } = origin;
    const ready = async () => ({
      from: { store, index: await origin.index() },
      to: { ...this.#workParts(), ...(await this.#indexes.readyToBuild()) },
    });
    return copySnapshot({ from: store, to: this.#store, ready }, id, options);
  }

  async *tree(id: SnapshotId, path?: string): AsyncIterable<TreeEntry> {
    const manifest = await readManifest(this.#store, id);
    const { tree } = manifest;
    const { chunks } = await this.#indexes.readyToGiveBack(manifest);
    for await (const entry of walkTree(new BlobReader(this.#store, chunks), tree, path ? [path] : []))
      yield viewEntry(entry);
  }

  async restore(id: SnapshotId, options: RestoreOptions): Promise<RestoreReport> {
    const manifest = await readManifest(this.#store, id);
    const { tree } = manifest;
    const order = { snapshot: id, tree, holder: options.holder ?? "a restore", now: this.#now };
    // Lease before index: what is read of the index then stays where a reader finds it.
    return underLease(this.#store, order, async () =>
      this.#reading(await this.#indexes.readyToGiveBack(manifest), (parts) =>
        restoreTree(parts, tree, options),
      ),
    );
  }

  /** What is found missing while a prune goes on may only have been moved: then it is looked for again. */
  async verify(id: SnapshotId, options: VerifyOptions): Promise<Verified> {
    for (;;) {
      const fences = await readFences(this.#store);
      const { wrong, ...verified } = await this.#verify(id, fences, options).catch(asDamageFound);
      if (verified.result === "passed") return verified;
      if ((await readFences(this.#store)).epoch !== fences.epoch) continue;
      if (wrong.size > 0) await this.#doubt(wrong, options);
      return verified;
    }
  }

  /**
   * Who only reads gets an answer also where nothing can be written; who has written must not go on there.
   */
  async #doubt(wrong: ReadonlySet<string>, { packs, signal }: VerifyOptions): Promise<void> {
    const filing = () => doubtPacks(this.#store, wrong, { at: this.#now(), signal });
    try {
      await (packs ? filing() : this.#store.notes.write(doubtNote, filing));
    } finally {
      this.#indexes.forget();
    }
  }

  /**
   * A snapshot that is not sure to have all that it needs is looked at as a whole first, whatever is to be
   * read of it.
   */
  async #verify(id: SnapshotId, fences: Fences, options: VerifyOptions): Promise<VerifiedTree> {
    const { tree, epoch } = await readManifest(this.#store, id);
    if (isConfirmed(fences, { id, epoch, proofs: [] })) {
      const index = await this.#indexes.readyToReadBack(fences, options);
      return this.#reading(index, (parts) => verifyTree(parts, tree, options));
    }
    const order = { fences, tree, isReader: options.packs === undefined };
    const { index, lacking, isAtRisk } = await lookWhole(this.#workParts(), order, options);
    if (lacking.length > 0) return { ...failed(lacking), isPruned: true };
    const verified = await this.#reading(index, (parts) => verifyTree(parts, tree, options));
    return verified.result === "passed" && !isAtRisk ? { ...verified, fence: fences.epoch } : verified;
  }

  addProof(id: SnapshotId, proof: Proof): Promise<void> {
    return addProof(this.#store, id, proof);
  }

  async forget(id: SnapshotId): Promise<void> {
    const leases = await readLeases(this.#store);
    const lease = leases.find((it) => it.snapshot === id && isRunning(it, this.#now()));
    if (lease) throw new SnapshotInUse(id, lease);
    await this.#store.backend.remove(snapshotName(id));
  }

  holds(look: SnapshotLook = "listed"): Promise<Holds> {
    const read = (reader: ListedReader) => readHolds(this.#store, reader);
    return look === "objects" ? read(this.#store) : this.#cached("holds", read);
  }

  addHold(hold: NewHold): Promise<Hold> {
    return addHold(this.#store, hold);
  }

  addRelease(release: Release): Promise<void> {
    return addRelease(this.#store, release);
  }

  putRecord(name: string, record: JsonObject): Promise<boolean> {
    return addRecord(this.#store, name, record);
  }

  records(prefix: string): ReturnType<Repository["records"]> {
    // A cache keeps what its last reading used: what is asked for by one name is not to push out what is by
    // another.
    const [kind = ""] = prefix.split("/");
    return this.#cached(`records-${kind}`, (reader) => readRecords(this.#store, reader, prefix));
  }

  provenSlots(): Promise<ProvenSlots> {
    return readProvenSlots(this.#store);
  }

  async proveKey(machine: string, signal: AbortSignal): Promise<KeyProof> {
    const { backend } = this.#store;
    if (this.openedBy === undefined) throw new NotEncrypted(backend.title);
    const manifest = await readNewestManifest(this.#store);
    if (!manifest) throw new NothingToRead(backend.title);
    const { tree, snapshot } = manifest;
    const bytes = await this.#reading(await this.#indexes.readyToRead(), (parts) =>
      readSomeContent(parts, tree, signal),
    );
    const proof = { at: this.#now(), slot: this.openedBy, machine, snapshot: snapshot.id, bytes };
    await this.#store.notes.write(keyProofNote, () => addKeyProof(this.#store, proof));
    return proof;
  }

  check(options: CheckOptions): Promise<RepositoryCheck> {
    return this.#inSession((parts) => checkRepository(parts, options, this.#now));
  }

  async planRepair(options: Omit<CheckOptions, "readPerMille">): Promise<Repair> {
    const { plan, apply } = await this.#inSession((parts) => planRepair(this.#workParts(), parts, options));
    // What was loaded before names what is given up.
    return { plan, apply: (signal) => apply(signal).finally(() => this.#indexes.forget()) };
  }

  prune(options: PruneOptions): Promise<PruneReport> {
    return pruneRepository(this.#workParts(), options);
  }

  async stats(signal: AbortSignal): Promise<RepositoryStats> {
    return gatherStats(
      { store: this.#store, index: await this.#indexes.readyToRead(), now: this.#now() },
      signal,
    );
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

  #workParts(): Omit<RepackParts, "index"> {
    return { store: this.#store, crew: this.#crew, setting: this.#setting, now: this.#now };
  }

  #reading<Result>(index: LoadedIndex, work: (parts: ReadParts) => Promise<Result>): Promise<Result> {
    return this.#inSession((parts) => work({ ...parts, index }));
  }

  async #inSession<Result>(work: (parts: Omit<ReadParts, "index">) => Promise<Result>): Promise<Result> {
    const session = new CrewSession(this.#crew, this.#setting, this.#store.random);
    try {
      return await work({ store: this.#store, session });
    } finally {
      await session.close();
    }
  }
}

const keyProofNote = {
  what: "in the repository that a key opened it",
  means: "It did; `status` does not know of it: prove the key again where the repository can be written to.",
};

const doubtNote = {
  what: "in the repository that packs were found bad",
  means: "New snapshots may still rest on them: `sitekeep repo repair` puts that in order.",
};

/** A damaged manifest is what verifying looks for, and an answer. */
function asDamageFound(error: unknown): VerifiedTree {
  if (!(error instanceof ObjectDamaged)) throw error;
  return failed([error.message]);
}

/** Nothing of it was read. */
function failed(damage: readonly string[]): VerifiedTree {
  return { result: "failed", objects: 0, bytes: 0, damage, wrong: new Set() };
}
