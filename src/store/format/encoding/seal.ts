import { createCipheriv, createDecipheriv, createHash, createSecretKey, hkdfSync } from "node:crypto";
import { type ObjectType, objectTypes } from "./envelope.ts";
import { Malformed } from "./malformed.ts";

export const sealBytes = 16;
const cipher = "aes-256-gcm";

/** What every seal of a repository rests on. Without a master key nothing is hidden, only checked. */
export interface RepositorySecret {
  /** 16 bytes. */
  readonly repository: Uint8Array;
  /** 32 bytes; absent in an unencrypted repository. */
  readonly master?: Uint8Array;
}

/** Seals the parts of one object. The salt is new for each object, so a counter is a safe nonce. */
export interface ObjectSeal {
  /** Ciphertext and tag, or plain bytes and a digest of them: `sealBytes` longer either way. */
  seal(position: number, plain: Uint8Array): Uint8Array;
  /** `Malformed` when the bytes, the object or the position are not those of the seal. */
  open(position: number, sealed: Uint8Array): Uint8Array;
}

/**
 * The seal of an object: AES-256-GCM under a key of its own, or 16 bytes of SHA-256 when nothing is
 * encrypted. Both cover the repository, the object's type, the position and, where given, the object's name,
 * so that parts put in another's place are noticed.
 */
export function objectSeal(
  secret: RepositorySecret,
  type: ObjectType,
  salt: Uint8Array,
  name = "",
): ObjectSeal {
  const nameBytes = new TextEncoder().encode(name);
  const context = (position: number): Uint8Array => additionalData(secret, type, position, nameBytes);
  const { repository, master } = secret;
  if (master === undefined) return digestSeal(context);
  return gcmSeal(deriveKey({ repository, master }, salt, `object ${objectTypes[type]}`), context);
}

/** HKDF-SHA-256 of the master key: 32 bytes for one purpose of one repository. */
export function deriveKey(
  { repository, master }: { readonly repository: Uint8Array; readonly master: Uint8Array },
  salt: Uint8Array,
  purpose: string,
  length = 32,
): Uint8Array {
  const info = Buffer.concat([Buffer.from(`sitekeep ${purpose} `), repository]);
  return new Uint8Array(hkdfSync("sha256", master, salt, info, length));
}

/** Repository (16), type (1), position (4), then the name. */
function additionalData(
  secret: RepositorySecret,
  type: ObjectType,
  position: number,
  name: Uint8Array,
): Uint8Array {
  const data = new Uint8Array(21 + name.length);
  data.set(secret.repository);
  data[16] = objectTypes[type];
  new DataView(data.buffer).setUint32(17, position, true);
  data.set(name, 21);
  return data;
}

function gcmSeal(keyBytes: Uint8Array, context: (position: number) => Uint8Array): ObjectSeal {
  // Made once: the bytes would be made such an object for each part again.
  const key = createSecretKey(keyBytes);
  return {
    seal(position, plain) {
      const sealing = createCipheriv(cipher, key, nonceOf(position)).setAAD(context(position));
      return Buffer.concat([sealing.update(plain), sealing.final(), sealing.getAuthTag()]);
    },
    open(position, sealed) {
      const { body, tag } = split(sealed);
      const opening = createDecipheriv(cipher, key, nonceOf(position), { authTagLength: sealBytes });
      opening.setAAD(context(position)).setAuthTag(tag);
      const plain = opening.update(body);
      try {
        opening.final();
      } catch (thrown) {
        throw new Malformed("its seal does not match", { cause: thrown });
      }
      return plain;
    },
  };
}

function digestSeal(context: (position: number) => Uint8Array): ObjectSeal {
  const digest = (position: number, plain: Uint8Array): Uint8Array =>
    createHash("sha256").update(context(position)).update(plain).digest().subarray(0, sealBytes);
  return {
    seal: (position, plain) => Buffer.concat([plain, digest(position, plain)]),
    open(position, sealed) {
      const { body, tag } = split(sealed);
      if (!digest(position, body).every((byte, at) => byte === tag[at]))
        throw new Malformed("its seal does not match");
      return body;
    },
  };
}

/** The position as 32 bits, then eight zero bytes. */
function nonceOf(position: number): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(0, position, true);
  return nonce;
}

function split(sealed: Uint8Array): { readonly body: Uint8Array; readonly tag: Uint8Array } {
  if (sealed.length < sealBytes) throw new Malformed("it is too short for a seal");
  return { body: sealed.subarray(0, -sealBytes), tag: sealed.subarray(-sealBytes) };
}
