import { scrypt } from "node:crypto";
import {
  decodeKeySlot,
  encodeKeySlot,
  type KeySlot,
  masterKeyBytes,
  openMaster,
  sealMaster,
  type SlotLock,
  slotNameOf,
} from "./format/key-slot.ts";
import { keyFolder, keySlotNames } from "./format/layout.ts";
import { Malformed, TooNew } from "./format/malformed.ts";
import type { Backend } from "./backends/backend.ts";
import { KeyFileInvalid, RepositoryLocked } from "./repository-errors.ts";

/** Something that opens a repository. */
export type RepositoryKey = { readonly keyFile: Uint8Array } | { readonly password: string };

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

/** Tries every key on every slot. `RepositoryLocked` when none fits. */
export async function findMasterKey(
  backend: Backend,
  repository: Uint8Array,
  keys: readonly RepositoryKey[],
): Promise<Uint8Array> {
  const slots = await readKeySlots(backend, repository);
  for (const key of keys) {
    for (const slot of slots) {
      const master = await tryKey(slot, key);
      if (master) return master;
    }
  }
  const given = keys.length === 0 ? "no key was given" : "none of the keys given opens it";
  throw new RepositoryLocked(`The repository in ${backend.title} is encrypted and ${given}.`);
}

/** Reads a key file: 32 bytes as they are, or as 64 hexadecimal digits. */
export function parseKeyFile(content: Uint8Array): Uint8Array {
  if (content.length === masterKeyBytes) return content;
  const text = Buffer.from(content).toString("latin1").trim();
  if (!/^[0-9a-fA-F]{64}$/.test(text))
    throw new KeyFileInvalid("A key file holds 32 random bytes, as they are or as 64 hexadecimal digits.");
  return Buffer.from(text, "hex");
}

async function readKeySlots(backend: Backend, repository: Uint8Array): Promise<readonly KeySlot[]> {
  const slots = new Map<string, KeySlot>();
  for await (const { name } of backend.list(keyFolder)) {
    const slot = decodeIfWhole(await backend.get(name));
    // A slot of another repository is left from an `init` that died, or was copied here.
    if (slot && Buffer.compare(slot.repository, repository) === 0) slots.set(slotNameOf(slot.salt), slot);
  }
  return [...slots.values()];
}

function decodeIfWhole(object: Uint8Array): KeySlot | undefined {
  try {
    return decodeKeySlot(object);
  } catch (error) {
    if (error instanceof Malformed || error instanceof TooNew) return undefined;
    throw error;
  }
}

async function tryKey(slot: KeySlot, key: RepositoryKey): Promise<Uint8Array | undefined> {
  if ("keyFile" in key !== (slot.lock.by === "key-file")) return undefined;
  try {
    return openMaster(slot, await lockKeyOf(key, slot));
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

async function lockKeyOf(key: RepositoryKey, slot: Omit<KeySlot, "sealedMaster">): Promise<Uint8Array> {
  if ("keyFile" in key) return parseKeyFile(key.keyFile);
  const { lock, salt } = slot;
  if (lock.by !== "password") throw new Error("A password needs a slot with a cost.");
  const cost = {
    N: 2 ** lock.log2N,
    r: lock.blockSize,
    p: lock.lanes,
    maxmem: 2 ** (lock.log2N + 12) * lock.blockSize,
  };
  return new Promise((resolve, reject) => {
    scrypt(key.password.normalize("NFC"), salt, 32, cost, (error, derived) =>
      error ? reject(error) : resolve(derived),
    );
  });
}
