import { given } from "../../core/base/given.ts";
import type { Snapshot, SnapshotId } from "../../core/model/repository/snapshot.ts";
import { BlobReader } from "../index/blob-reader.ts";
import { CopyContent } from "./copy-content.ts";
import { CopyIntake, type CopySource, type CopyTarget } from "./copy-intake.ts";
import { snapshotName } from "../format/layout.ts";
import { encodeManifest, type Manifest } from "../format/manifest.ts";
import { ObjectMissing } from "../backends/backend.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { Pacer } from "../../threads/pacer.ts";
import type { CopiedSnapshot, CopyOptions } from "../repository.ts";
import {
  BaseNotCopied,
  CopySourceDamaged,
  ObjectDamaged,
  SnapshotMissing,
} from "../objects/repository-errors.ts";
import { readManifest } from "../objects/snapshot-list.ts";

/** The two repositories of a copy. */
export interface CopyEnds {
  readonly from: ObjectStore;
  readonly to: ObjectStore;
  /** Reads the indexes of both. */
  ready(): Promise<{ readonly from: CopySource; readonly to: CopyTarget }>;
}

/**
 * Copies one snapshot from a repository to another, of other keys and perhaps another chunker. The copy keeps
 * the snapshot's id, facts and base. Only content that the target lacks is read, and each blob of it is
 * compared with its digest on the way; the manifest is written last. Cut off at any moment, the next copy
 * finds what was stored.
 *
 * `CopySourceDamaged` when the snapshot can't be read whole: then there is no copy. `BaseNotCopied` when the
 * target lacks what the snapshot is laid on.
 */
export async function copySnapshot(
  ends: CopyEnds,
  id: SnapshotId,
  options: CopyOptions,
): Promise<CopiedSnapshot> {
  const manifest = await readManifest(ends.from, id).catch(asSourceDamage);
  const there = await manifestAt(ends.to, id);
  if (there) requireSame(manifest, there);
  if (there && !options.again)
    return { snapshot: withoutProofs(there.snapshot), isNew: false, packs: new Set() };
  await requireBase(ends.to, manifest);
  // Manifest before index: what the manifest names is then in the index that is read after it.
  const { from, to } = await ends.ready();
  const { intake, content } = makeParts(from, to, options);
  try {
    await content.copyTree(manifest.tree).catch(asSourceDamage);
    return await commit(to, intake, manifest, options);
  } finally {
    await intake.close();
  }
}

function makeParts(
  from: CopySource,
  to: CopyTarget,
  options: CopyOptions,
): { readonly intake: CopyIntake; readonly content: CopyContent } {
  const { signal } = options;
  const pacer = new Pacer(options.bytesPerSecond ?? Infinity, signal);
  const seen = { files: 0, bytes: 0, readBytes: 0 };
  const tell = (change: Partial<typeof seen>, current?: string) => {
    Object.assign(seen, change);
    options.onProgress?.({ ...seen, ...given({ current }) });
  };
  const intake = new CopyIntake(from, to, {
    signal,
    pace: (bytes) => pacer.take(bytes),
    onCopied: (bytes) => tell({ readBytes: seen.readBytes + bytes }),
  });
  const content = new CopyContent(
    { blobs: new BlobReader(from.store, from.index.chunks), from: from.index.chunks, to: to.index.chunks },
    intake,
    { signal, onFile: (path, bytes) => tell({ files: seen.files + 1, bytes: seen.bytes + bytes }, path) },
  );
  return { intake, content };
}

/** The commit: before this object is there, the copy is not. */
async function commit(
  { store, index }: CopyTarget,
  intake: CopyIntake,
  { snapshot, tree }: Manifest,
  { signal }: CopyOptions,
): Promise<CopiedSnapshot> {
  signal.throwIfAborted();
  const copied = { ...snapshot, addedBytes: intake.addedBytes };
  const name = snapshotName(snapshot.id);
  const body = encodeManifest({ snapshot: copied, tree, epoch: index.fences.epoch });
  const { isNew } = await store.putNew({ type: "manifest", name }, body);
  // Another machine was first: its copy is as good as this one.
  return { snapshot: withoutProofs(copied), isNew, packs: intake.packNames };
}

async function manifestAt(store: ObjectStore, id: SnapshotId): Promise<Manifest | undefined> {
  try {
    return await readManifest(store, id);
  } catch (thrown) {
    if (thrown instanceof SnapshotMissing) return undefined;
    throw thrown;
  }
}

function requireSame({ tree }: Manifest, there: Manifest): void {
  if (Buffer.compare(tree, there.tree) !== 0)
    throw new ObjectDamaged(snapshotName(there.snapshot.id), "it is another snapshot of the same id");
}

/** An increment without what it is laid on is no copy of anything. */
async function requireBase(to: ObjectStore, { snapshot }: Manifest): Promise<void> {
  const { id, mode, base } = snapshot;
  if (mode === "full" || base === undefined) return;
  if (!(await manifestAt(to, base))) throw new BaseNotCopied(id, base);
}

function withoutProofs(snapshot: Omit<Snapshot, "proofs">): Snapshot {
  return { ...snapshot, proofs: [] };
}

/** What is damaged here is the original: the target was not asked for anything of it. */
function asSourceDamage(error: unknown): never {
  if (error instanceof ObjectDamaged)
    throw new CopySourceDamaged(error.object, error.message, { cause: error });
  if (error instanceof ObjectMissing)
    throw new CopySourceDamaged(error.object, error.message, { cause: error });
  throw error;
}
