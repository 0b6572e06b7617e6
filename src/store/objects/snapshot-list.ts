import type { Proof, Snapshot, SnapshotId } from "../../core/model/repository/snapshot.ts";
import { type Backend, ObjectMissing } from "../backends/backend.ts";
import { isConfirmed } from "./confirmation.ts";
import { type Fences, readFences } from "./fences.ts";
import { proofFolder, proofName, snapshotFolder, snapshotName } from "../format/layout.ts";
import { decodeManifest, type Manifest } from "../format/manifest.ts";
import { decodeProof, encodeProof } from "../format/proof-object.ts";
import type { ListedReader } from "./object-cache.ts";
import { asDamage, type ObjectStore, putDrawn, unlessAbsent } from "./object-store.ts";
import { forEachLimited } from "../../threads/parallel.ts";
import { ObjectDamaged, ObjectTooNew, SnapshotMissing } from "./repository-errors.ts";

const requestsMax = 32;

/** Reads one manifest. `SnapshotMissing` when it is not there, `ObjectDamaged` when it can't be verified. */
export async function readManifest(store: ObjectStore, id: SnapshotId): Promise<Manifest> {
  try {
    return await decodeStored(store, snapshotName(id));
  } catch (thrown) {
    if (thrown instanceof ObjectMissing) throw new SnapshotMissing(id);
    throw thrown;
  }
}

/**
 * The newest manifest that can be read: an id begins with its time. `undefined` where there is no snapshot,
 * `ObjectDamaged` where none of them can be read.
 */
export async function readNewestManifest(store: ObjectStore): Promise<Manifest | undefined> {
  const names = await Array.fromAsync(store.backend.list(snapshotFolder), ({ name }) => name);
  let damage: ObjectDamaged | undefined;
  for (const name of names.sort().toReversed()) {
    try {
      return await decodeStored(store, name);
    } catch (thrown) {
      if (!(thrown instanceof ObjectDamaged)) throw thrown;
      damage ??= thrown;
    }
  }
  if (damage) throw damage;
  return undefined;
}

/**
 * All committed snapshots with their proofs, oldest first, and the names of manifests that can't be verified.
 */
export async function readSnapshots(
  store: ObjectStore,
  reader: ListedReader,
): Promise<{ readonly snapshots: readonly Snapshot[]; readonly unreadable: readonly string[] }> {
  const { backend } = store;
  const found = new Map<SnapshotId, Manifest>();
  const unreadable: string[] = [];
  await forEachLimited(backend.list(snapshotFolder), requestsMax, async ({ name, size }) => {
    const body = reader.get({ type: "manifest", name }, size);
    const manifest = await unlessAbsent(decodeBody(name, body)).catch(passUnlessTooNew);
    if (manifest) found.set(manifest.snapshot.id, manifest);
    else unreadable.push(name);
  });
  const proofs = await readProofs(backend, reader);
  const fences = await readFences(store);
  const snapshots = [...found.values()]
    .sort((left, right) => (left.snapshot.id < right.snapshot.id ? -1 : 1))
    .map((manifest) => withProofs(manifest, proofs.get(manifest.snapshot.id) ?? [], fences));
  return { snapshots, unreadable: unreadable.sort() };
}

function withProofs({ snapshot, epoch }: Manifest, proofs: readonly Proof[], fences: Fences): Snapshot {
  const confirmed = isConfirmed(fences, { id: snapshot.id, epoch, proofs });
  return { ...snapshot, proofs, ...(confirmed ? {} : { unconfirmed: true }) };
}

export interface FoundManifests {
  readonly manifests: readonly Manifest[];
  readonly unreadable: readonly string[];
}

/** All manifests, each read and verified now, oldest first: an id begins with its time. */
export async function readManifests(store: ObjectStore): Promise<FoundManifests> {
  const manifests: Manifest[] = [];
  const unreadable: string[] = [];
  await forEachLimited(store.backend.list(snapshotFolder), requestsMax, async ({ name }) => {
    try {
      manifests.push(await readManifest(store, name.slice(snapshotFolder.length)));
    } catch (thrown) {
      if (thrown instanceof ObjectDamaged || thrown instanceof ObjectTooNew) unreadable.push(name);
      // Forgotten since the folder was read.
      else if (!(thrown instanceof SnapshotMissing)) throw thrown;
    }
  });
  manifests.sort((left, right) => (left.snapshot.id < right.snapshot.id ? -1 : 1));
  return { manifests, unreadable: unreadable.sort() };
}

/** A later version's manifest is one that can't be read here; the others are shown all the same. */
function passUnlessTooNew(error: unknown): undefined {
  if (!(error instanceof ObjectTooNew)) throw error;
  return undefined;
}

/** Adds a proof under a name of its own: proofs of two machines never meet. */
export async function addProof(store: ObjectStore, id: SnapshotId, proof: Proof): Promise<void> {
  const nameOf = (digits: string) => proofName(id, digits);
  await putDrawn(store, { type: "proof", randomBytes: 10, nameOf }, encodeProof(proof));
}

async function decodeStored(store: ObjectStore, name: string): Promise<Manifest> {
  return decodeBody(name, store.get({ type: "manifest", name }));
}

async function decodeBody(name: string, reading: Promise<Uint8Array>): Promise<Manifest> {
  const body = await reading;
  return asDamage(name, () => decodeManifest(body));
}

/** By snapshot, oldest first. A proof that can't be verified proves nothing and is left out. */
export async function readProofs(
  backend: Backend,
  reader: ListedReader,
): Promise<ReadonlyMap<SnapshotId, readonly Proof[]>> {
  const proofs = new Map<SnapshotId, Proof[]>();
  await forEachLimited(backend.list(proofFolder), requestsMax, async ({ name, size }) => {
    const body = await unlessAbsent(reader.get({ type: "proof", name }, size));
    const proof = body && (await unlessAbsent((async () => asDamage(name, () => decodeProof(body)))()));
    if (!proof) return;
    const id = name.slice(proofFolder.length, name.lastIndexOf("/"));
    proofs.set(id, [...(proofs.get(id) ?? []), proof]);
  });
  for (const ofOne of proofs.values()) ofOne.sort((left, right) => left.at - right.at);
  return proofs;
}
