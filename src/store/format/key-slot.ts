import { createHmac } from "node:crypto";
import { toHex } from "../../core/base/bytes.ts";
import { decodeEnvelope, encodeEnvelope, saltBytes } from "./encoding/envelope.ts";
import {
  bytesMember,
  countMember,
  decodeJson,
  encodeJson,
  objectMember,
  textMember,
} from "./encoding/json-body.ts";
import { Malformed, TooNew } from "./encoding/malformed.ts";
import { deriveKey, objectSeal } from "./encoding/seal.ts";

export const masterKeyBytes = 32;

/** The master key, locked by one key file or one password. A repository has one slot for each of them. */
export interface KeySlot {
  readonly repository: Uint8Array;
  readonly lock: SlotLock;
  /** Mixed into the key that locks this slot, and into scrypt. */
  readonly salt: Uint8Array;
  readonly sealedMaster: Uint8Array;
}

/** scrypt's cost: memory is 128 × N × blockSize bytes. A key file is random already and needs none. */
export type SlotLock =
  | { readonly by: "key-file" }
  | { readonly by: "password"; readonly log2N: number; readonly blockSize: number; readonly lanes: number };

/**
 * A forged slot must not make a reader take gigabytes or hours: 1 GiB, and sixteen times the work of a new
 * slot.
 */
const scryptBytesMax = 2 ** 30;
const scryptWorkMax = 2 ** 24;

export function encodeKeySlot(slot: KeySlot): Uint8Array<ArrayBuffer> {
  const body = encodeJson({
    repository: toHex(slot.repository),
    lock: slot.lock,
    sealedMaster: toHex(slot.sealedMaster),
  });
  return encodeEnvelope({ type: "keySlot", features: 0, salt: slot.salt }, body);
}

export function decodeKeySlot(object: Uint8Array): KeySlot {
  const { header, body } = decodeEnvelope("keySlot", object);
  const json = decodeJson(body);
  const lock = objectMember(json, "lock");
  return {
    repository: bytesMember(json, "repository", 16),
    lock: textMember(lock, "by") === "password" ? passwordLock(lock) : keyFileLock(textMember(lock, "by")),
    salt: header.salt.slice(0, saltBytes),
    sealedMaster: bytesMember(json, "sealedMaster", masterKeyBytes + 16),
  };
}

/** Locks the master key with 32 bytes: the key file's, or scrypt's for a password. */
export function sealMaster(
  slot: Omit<KeySlot, "sealedMaster">,
  lockKey: Uint8Array,
  master: Uint8Array,
): KeySlot {
  return { ...slot, sealedMaster: slotSeal(slot, lockKey).seal(0, master) };
}

/** The master key; `Malformed` when this is not the slot's key. */
export function openMaster(slot: KeySlot, lockKey: Uint8Array): Uint8Array {
  return slotSeal(slot, lockKey).open(0, slot.sealedMaster);
}

/** A short name for a slot that tells nothing of its key. */
export function slotNameOf(salt: Uint8Array): string {
  return toHex(createHmac("sha256", "sitekeep key slot").update(salt).digest().subarray(0, 8));
}

function slotSeal(slot: Omit<KeySlot, "sealedMaster">, lockKey: Uint8Array): ReturnType<typeof objectSeal> {
  const { repository, salt } = slot;
  const master = deriveKey({ repository, master: lockKey }, salt, "key slot");
  return objectSeal({ repository, master }, "keySlot", salt);
}

function passwordLock(lock: ReturnType<typeof decodeJson>): SlotLock {
  const [log2N, blockSize, lanes] = [
    countMember(lock, "log2N"),
    countMember(lock, "blockSize"),
    countMember(lock, "lanes"),
  ];
  // scrypt itself is defined below 2^(16 r) only.
  const isDefined = log2N >= 1 && blockSize >= 1 && lanes >= 1 && log2N < 16 * blockSize;
  const blocks = 2 ** log2N * blockSize;
  if (!isDefined || 128 * blocks > scryptBytesMax || blocks * lanes > scryptWorkMax)
    throw new Malformed("its scrypt cost is out of bounds");
  return { by: "password", log2N, blockSize, lanes };
}

function keyFileLock(by: string): SlotLock {
  if (by !== "key-file") throw new TooNew(`it is locked by ${by}`);
  return { by };
}
