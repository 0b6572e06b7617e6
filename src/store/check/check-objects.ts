import type { Damage } from "../../core/model/repository/repository-check.ts";
import { type Backend, ObjectMissing } from "../backends/backend.ts";
import type { ObjectType } from "../format/encoding/envelope.ts";
import { decodeFence } from "../format/fence-object.ts";
import { decodeHold } from "../format/hold-object.ts";
import { decodeIndexFile } from "../format/index-file.ts";
import { decodeJson } from "../format/encoding/json-body.ts";
import {
  configCopyName,
  configName,
  fenceFolder,
  holdFolder,
  indexFolder,
  keyProofFolder,
  keySlotNames,
  leaseFolder,
  ledgerFolder,
  lostFolder,
  proofFolder,
  recordFolder,
  snapshotFolder,
} from "../format/layout.ts";
import { decodeKeyProof } from "../format/key-proof-object.ts";
import { decodeLease } from "../format/lease-object.ts";
import { decodeLedgerPage } from "../format/ledger-page.ts";
import { decodeLost } from "../format/lost-object.ts";
import { decodeManifest, type Manifest } from "../format/manifest.ts";
import { decodeProof } from "../format/proof-object.ts";
import { decodeConfig, type RepositoryConfig } from "../format/repository-config.ts";
import { readKeySlots } from "../keys/key-slots.ts";
import { isSystemError } from "../backends/system-errors.ts";
import { asDamage, type ObjectStore, readWhole } from "../objects/object-store.ts";
import { forEachLimited } from "../../threads/parallel.ts";
import { ObjectDamaged, ObjectTooNew, ObjectUnreadable } from "../objects/repository-errors.ts";

const requestsMax = 32;

/** Objects that are small enough to be opened whole, by the folder they lie in. */
interface SealedFolder {
  readonly folder: string;
  readonly type: ObjectType;
  decode(body: Uint8Array): unknown;
}

const manifestFolder: SealedFolder = { folder: snapshotFolder, type: "manifest", decode: decodeManifest };
const sealedFolders: readonly SealedFolder[] = [
  { folder: proofFolder, type: "proof", decode: decodeProof },
  { folder: recordFolder, type: "record", decode: decodeJson },
  { folder: fenceFolder, type: "fence", decode: decodeFence },
  { folder: leaseFolder, type: "lease", decode: decodeLease },
  { folder: indexFolder, type: "index", decode: decodeIndexFile },
  { folder: ledgerFolder, type: "ledger", decode: decodeLedgerPage },
  { folder: lostFolder, type: "lost", decode: decodeLost },
  { folder: keyProofFolder, type: "keyProof", decode: decodeKeyProof },
  { folder: holdFolder, type: "hold", decode: decodeHold },
];

export interface CheckedObjects {
  /** Manifests that can be read, oldest first. */
  readonly manifests: readonly Manifest[];
  readonly damage: readonly Damage[];
  readonly objects: number;
}

/** Opens every object but packs: manifests first, so that what they name is in what is listed after them. */
export async function checkObjects(store: ObjectStore, signal: AbortSignal): Promise<CheckedObjects> {
  const look = new ObjectLook(store, signal);
  const manifests: Manifest[] = [];
  await look.folder({ ...manifestFolder, decode: (body) => manifests.push(decodeManifest(body)) });
  for (const folder of sealedFolders) await look.folder(folder);
  await look.openly(() => checkConfig(store.backend));
  if (store.secret.master) await look.openly(() => checkKeySlots(store));
  manifests.sort((left, right) => (left.snapshot.id < right.snapshot.id ? -1 : 1));
  return { manifests, damage: look.damage, objects: look.objects };
}

/**
 * Whether an object of a folder of small ones is there and damaged, now. `ObjectUnreadable` when that can't
 * be known.
 */
export async function isDamaged(store: ObjectStore, name: string): Promise<boolean> {
  const folder = [manifestFolder, ...sealedFolders].find((it) => name.startsWith(it.folder));
  const damage = folder && (await damageIn(store, folder, name));
  if (damage?.is === "unreadable") throw new ObjectUnreadable(name, damage.what);
  return damage?.is === "damaged";
}

async function damageIn(
  store: ObjectStore,
  { type, decode }: SealedFolder,
  name: string,
): Promise<Damage | undefined> {
  try {
    const body = await store.get({ type, name });
    asDamage(name, () => decode(body));
    return undefined;
  } catch (thrown) {
    return damageOf(name, thrown);
  }
}

class ObjectLook {
  readonly #store: ObjectStore;
  readonly #signal: AbortSignal;
  readonly damage: Damage[] = [];
  objects = 0;

  constructor(store: ObjectStore, signal: AbortSignal) {
    this.#store = store;
    this.#signal = signal;
  }

  async folder(folder: SealedFolder): Promise<void> {
    await forEachLimited(this.#store.backend.list(folder.folder), requestsMax, async ({ name }) => {
      this.#signal.throwIfAborted();
      this.objects++;
      const damage = await damageIn(this.#store, folder, name);
      // What is gone since the folder was read was taken away: by a forget, or by a prune.
      if (damage && damage.is !== "missing") this.damage.push(damage);
    });
  }

  /** Objects that are not sealed, and lie there twice. */
  async openly(check: () => Promise<OpenObjects>): Promise<void> {
    const { objects, damage } = await check();
    this.objects += objects;
    this.damage.push(...damage);
  }
}

interface OpenObjects {
  readonly objects: number;
  readonly damage: readonly Damage[];
}

async function checkConfig(backend: Backend): Promise<OpenObjects> {
  const damage: Damage[] = [];
  const found: RepositoryConfig[] = [];
  for (const name of [configName, configCopyName]) {
    try {
      const object = await readWhole(backend, { type: "config", name });
      found.push(asDamage(name, () => decodeConfig(object)));
    } catch (thrown) {
      damage.push(damageOf(name, thrown));
    }
  }
  const [one, other] = found.map((it) => Buffer.from(it.repository).toString("hex"));
  if (other !== undefined && one !== other)
    damage.push({ object: configCopyName, is: "damaged", what: "it is of another repository" });
  return { objects: 2, damage };
}

async function checkKeySlots({ backend, secret }: ObjectStore): Promise<OpenObjects> {
  const damage: Damage[] = [];
  const slots = await readKeySlots(backend, secret.repository);
  for (const { id, objects } of slots) {
    for (const name of keySlotNames(id)) {
      const object = objects.find((it) => it.name === name);
      if (!object) damage.push({ object: name, is: "missing", what: "it is missing" });
      else if (!object.slot) damage.push({ object: name, is: "damaged", what: "it is no whole key slot" });
    }
  }
  return { objects: slots.length * 2, damage };
}

/** What a failed reading says of an object. */
export function damageOf(object: string, error: unknown): Damage {
  if (error instanceof ObjectMissing) return { object, is: "missing", what: "it is missing" };
  if (error instanceof ObjectTooNew) return { object, is: "too-new", what: reasonOf(error) };
  if (error instanceof ObjectUnreadable) return { object, is: "unreadable", what: reasonOf(error) };
  if (error instanceof ObjectDamaged) return { object, is: "damaged", what: reasonOf(error) };
  if (!isSystemError(error)) throw error;
  return { object, is: "unreadable", what: error.message };
}

function reasonOf({ cause, message }: Error): string {
  return cause instanceof Error ? cause.message : message;
}
