import { type Backend, ObjectMissing } from "../backends/backend.ts";
import {
  decodeKeySlot,
  encodeKeySlot,
  type KeySlot,
  sealMaster,
  type SlotLock,
  slotNameOf,
} from "../format/key-slot.ts";
import { keyFolder, keySlotNames } from "../format/layout.ts";
import { Malformed, TooNew } from "../format/encoding/malformed.ts";
import { lockKeyOf, type RepositoryKey, tryKey } from "./keys.ts";
import { readWhole } from "../objects/object-store.ts";
import { ownObjects } from "../objects/own-objects.ts";
import { ObjectDamaged, RepositoryLocked } from "../objects/repository-errors.ts";

/** A slot as it lies in the repository. */
export interface StoredSlot {
  readonly id: string;
  /** Nothing when none of its objects can be read. */
  readonly slot: KeySlot | undefined;
  /** The slot's objects: whoever takes the slot away takes those that open nothing first. */
  readonly objects: readonly SlotObject[];
}

interface SlotObject {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly slot: KeySlot | undefined;
}

/** What scrypt costs: 128 MiB of memory and about half a second. */
const passwordCost: SlotLock = { by: "password", log2N: 17, blockSize: 8, lanes: 1 };

/** Locks the master key with a key, in a new slot. */
export async function addKeySlot(
  backend: Backend,
  slot: { readonly repository: Uint8Array; readonly salt: Uint8Array; readonly master: Uint8Array },
  key: RepositoryKey,
  cost: SlotLock = passwordCost,
): Promise<string> {
  const lock: SlotLock = "keyFile" in key ? { by: "key-file" } : cost;
  const open = { repository: slot.repository, salt: slot.salt, lock };
  const sealed = sealMaster(open, await lockKeyOf(key, open), slot.master);
  const name = slotNameOf(slot.salt);
  for (const object of keySlotNames(name)) await backend.put(object, encodeKeySlot(sealed));
  return name;
}

/** The master key, and the slot that gave it. */
export interface OpenedSlot {
  readonly id: string;
  readonly master: Uint8Array;
}

/** Tries every key on every slot. `RepositoryLocked` when none fits. */
export async function openSlot(
  backend: Backend,
  repository: Uint8Array,
  keys: readonly RepositoryKey[],
): Promise<OpenedSlot> {
  const slots = await readKeySlots(backend, repository);
  for (const key of keys) {
    for (const { id, slot } of slots) {
      const master = slot && (await tryKey(slot, key));
      if (master) return { id, master };
    }
  }
  const given = keys.length === 0 ? "no key was given" : "none of the keys given opens it";
  throw new RepositoryLocked(`The repository in ${backend.title} is encrypted and ${given}.`);
}

/** Every slot of the repository, by id. One that can't be read is there too, so that it can be taken away. */
export async function readKeySlots(backend: Backend, repository: Uint8Array): Promise<readonly StoredSlot[]> {
  const found = new Map<string, SlotObject[]>();
  for await (const { name } of ownObjects(backend).list(keyFolder)) {
    const object = await readSlotObject(backend, name);
    // A slot of another repository is left from an `init` that died, or was copied here.
    const isForeign = object?.slot && Buffer.compare(object.slot.repository, repository) !== 0;
    if (!object || isForeign) continue;
    const id = object.slot ? slotNameOf(object.slot.salt) : idOf(name);
    found.set(id, [...(found.get(id) ?? []), object]);
  }
  return [...found].sort(([left], [right]) => (left < right ? -1 : 1)).map(([id, it]) => storedSlot(id, it));
}

function storedSlot(id: string, objects: readonly SlotObject[]): StoredSlot {
  const rank = ({ slot }: SlotObject) => (slot ? 1 : 0);
  const sorted = objects.toSorted((left, right) => rank(left) - rank(right));
  return { id, slot: sorted.at(-1)?.slot, objects: sorted };
}

function idOf(name: string): string {
  return name.slice(keyFolder.length).replace(/\.copy$/, "");
}

async function readSlotObject(backend: Backend, name: string): Promise<SlotObject | undefined> {
  try {
    const bytes = await readWhole(backend, { type: "keySlot", name });
    return { name, bytes, slot: decodeIfWhole(bytes) };
  } catch (thrown) {
    // Somebody took it away since the folder was read.
    if (thrown instanceof ObjectMissing) return undefined;
    if (thrown instanceof ObjectDamaged) return { name, bytes: new Uint8Array(), slot: undefined };
    throw thrown;
  }
}

function decodeIfWhole(object: Uint8Array): KeySlot | undefined {
  try {
    return decodeKeySlot(object);
  } catch (thrown) {
    if (thrown instanceof Malformed || thrown instanceof TooNew) return undefined;
    throw thrown;
  }
}
