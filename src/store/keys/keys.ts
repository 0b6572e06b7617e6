import { scrypt } from "node:crypto";
import { readMarkedText } from "../../core/base/marked-text.ts";
import { type KeySlot, masterKeyBytes, openMaster } from "../format/key-slot.ts";
import { Malformed } from "../format/encoding/malformed.ts";
import { KeyFileInvalid } from "../objects/repository-errors.ts";

/** Something that opens a repository. */
export type RepositoryKey = { readonly keyFile: Uint8Array } | { readonly password: string };

/**
 * Reads a key file: 32 bytes as they are, or as 64 hexadecimal digits, in UTF-8 or in UTF-16 with its byte
 * order mark.
 */
export function parseKeyFile(content: Uint8Array): Uint8Array {
  if (content.length === masterKeyBytes) return content;
  const read = readMarkedText(content);
  const text = "text" in read ? read.text.trim() : "";
  if (!/^[0-9a-fA-F]{64}$/.test(text))
    throw new KeyFileInvalid("A key file holds 32 random bytes, as they are or as 64 hexadecimal digits.");
  return Buffer.from(text, "hex");
}

/** The master key, or nothing when this is not the slot's key. */
export async function tryKey(slot: KeySlot, key: RepositoryKey): Promise<Uint8Array | undefined> {
  if ("keyFile" in key !== (slot.lock.by === "key-file")) return undefined;
  try {
    return openMaster(slot, await lockKeyOf(key, slot));
  } catch (thrown) {
    if (thrown instanceof Malformed) return undefined;
    throw thrown;
  }
}

/** The 32 bytes that lock a slot: the key file's, or scrypt's for a password. */
export async function lockKeyOf(
  key: RepositoryKey,
  slot: Omit<KeySlot, "sealedMaster">,
): Promise<Uint8Array> {
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
