import type { Backend } from "../backends/backend.ts";
import { saltBytes } from "../format/encoding/envelope.ts";
import type { SlotLock } from "../format/key-slot.ts";
import { addKeySlot, openSlot, readKeySlots, type StoredSlot } from "./key-slots.ts";
import { type RepositoryKey, tryKey } from "./keys.ts";
import type { Random } from "../objects/object-store.ts";
import { readConfigIfAny } from "../objects/read-config.ts";
import {
  KeySlotMissing,
  KeySlotNeeded,
  NotARepository,
  NotEncrypted,
  RepositoryLocked,
} from "../objects/repository-errors.ts";

/** What can be said of a slot. */
export interface ListedSlot {
  readonly id: string;
  readonly by: SlotLock["by"] | "unreadable";
  /** How many of its two objects can be read. One is enough to open it. */
  readonly copies: number;
  /** Which of the keys given open the slot, by their positions. */
  readonly opensWith: readonly number[];
}

/** A place with an encrypted repository, and keys of which one opens it. */
export interface KeyRing {
  readonly backend: Backend;
  readonly keys: readonly RepositoryKey[];
}

/** Says of each slot which of the keys open it. `NotEncrypted` where there are none to list. */
export async function listKeySlots({ backend, keys }: KeyRing): Promise<readonly ListedSlot[]> {
  const slots = await readKeySlots(backend, await encryptedRepository(backend));
  const listed: ListedSlot[] = [];
  // One after another: a password takes 128 MiB while it is tried.
  for (const { id, slot, objects } of slots) {
    const copies = objects.filter((it) => it.slot).length;
    const opensWith = slot ? await positionsThatOpen(slot, keys) : [];
    listed.push({ id, by: slot?.lock.by ?? "unreadable", copies, opensWith });
  }
  return listed;
}

/** `RepositoryLocked` unless a key of the ring opens the repository. */
export async function requireOpen({ backend, keys }: KeyRing): Promise<void> {
  await openSlot(backend, await encryptedRepository(backend), keys);
}

/**
 * Lets a key open the repository, and makes sure that it does: the slot is read back and opened. A key that
 * opens it already gets no second slot. `RepositoryLocked` when no key of the ring opens it.
 */
export async function addKey(
  ring: KeyRing,
  key: RepositoryKey,
  { random, cost }: { readonly random: Random; readonly cost?: SlotLock },
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const { backend, keys } = ring;
  const repository = await encryptedRepository(backend);
  const { master } = await openSlot(backend, repository, keys);
  const known = await slotOpenedBy(backend, repository, key);
  if (known) return { id: known.id, isNew: false };
  const id = await addKeySlot(backend, { repository, master, salt: random(saltBytes) }, key, cost);
  const back = await openSlot(backend, repository, [key]);
  if (Buffer.compare(back.master, master) !== 0)
    throw new Error(`The slot ${id} opens to another key than was locked in it: this machine errs.`);
  return { id, isNew: true };
}

/**
 * Takes a slot away. `KeySlotNeeded` unless a key of the ring opens a slot that stays: nobody is locked out,
 * whatever else is known of the other keys.
 */
export async function removeKey({ backend, keys }: KeyRing, id: string): Promise<void> {
  const repository = await encryptedRepository(backend);
  const slots = await readKeySlots(backend, repository);
  const target = slots.find((it) => it.id === id);
  if (!target) throw new KeySlotMissing(id);
  const others = slots.filter((it) => it !== target && it.slot);
  if (others.length === 0) throw new KeySlotNeeded(id, "last");
  if (!(await opensAny(others, keys))) throw new KeySlotNeeded(id, "no-other-key");
  for (const { name } of target.objects) await backend.remove(name);
  await putBackIfLocked({ backend, keys }, repository, target);
}

/** Two who each remove the slot that the other counts on would leave none: then this one comes back. */
async function putBackIfLocked(
  { backend, keys }: KeyRing,
  repository: Uint8Array,
  { id, objects }: StoredSlot,
): Promise<void> {
  try {
    await openSlot(backend, repository, keys);
  } catch (thrown) {
    if (!(thrown instanceof RepositoryLocked)) throw thrown;
    for (const { name, bytes, slot } of objects) if (slot) await backend.put(name, bytes);
    throw new KeySlotNeeded(id, "no-other-key");
  }
}

async function encryptedRepository(backend: Backend): Promise<Uint8Array> {
  const config = await readConfigIfAny(backend);
  if (!config) throw new NotARepository(backend.title);
  if (!config.encrypted) throw new NotEncrypted(backend.title);
  return config.repository;
}

async function slotOpenedBy(
  backend: Backend,
  repository: Uint8Array,
  key: RepositoryKey,
): Promise<StoredSlot | undefined> {
  for (const stored of await readKeySlots(backend, repository))
    if (await opensAny([stored], [key])) return stored;
  return undefined;
}

async function opensAny(slots: readonly StoredSlot[], keys: readonly RepositoryKey[]): Promise<boolean> {
  for (const { slot } of slots) if (slot && (await positionsThatOpen(slot, keys)).length > 0) return true;
  return false;
}

async function positionsThatOpen(
  slot: NonNullable<StoredSlot["slot"]>,
  keys: readonly RepositoryKey[],
): Promise<readonly number[]> {
  const positions: number[] = [];
  for (const [at, key] of keys.entries()) if (await tryKey(slot, key)) positions.push(at);
  return positions;
}
