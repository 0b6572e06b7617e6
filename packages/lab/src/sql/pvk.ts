import { createHash, createPrivateKey, randomBytes } from "node:crypto";

const magic = 0xb0_b5_f1_1e;
const exchangeKey = 1;
/** Of a private key in version 2 of the blobs of CryptoAPI, for RSA key exchange. */
const blobHeader = Buffer.from([0x07, 0x02, 0x00, 0x00, 0x00, 0xa4, 0x00, 0x00]);

/**
 * A private key as a file of type PVK, the form in which SQL Server gives it away: a header, a salt, and a
 * key blob of CryptoAPI, of which all but its own header is encrypted. Without a password nothing is.
 * The form is known from programs that read it (OpenSSL's `pvkfmt.c`).
 */
export function renderPvk(privateKeyPem: string, password: string): Buffer {
  const isEncrypted = password !== "";
  const salt = isEncrypted ? randomBytes(16) : Buffer.alloc(0);
  const body = rsaBlob(privateKeyPem);
  const key = createHash("sha1").update(salt).update(password, "utf8").digest().subarray(0, 16);
  const sealed = isEncrypted ? rc4(key, body) : body;
  const header = [magic, 0, exchangeKey, Number(isEncrypted), salt.length, blobHeader.length + body.length];
  return Buffer.concat([...header.map(word), salt, blobHeader, sealed]);
}

/** The private key of a file of type PVK, as PKCS #8; throws where the password does not open it. */
export function readPvk(bytes: Buffer, password: string): string {
  const at = (index: number): number => bytes.readUInt32LE(index * 4);
  const headerBytes = 24;
  if (at(0) !== magic) throw new Error("This is no file of type PVK.");
  const [isEncrypted, saltBytes] = [at(3) !== 0, at(4)];
  const salt = bytes.subarray(headerBytes, headerBytes + saltBytes);
  const sealed = bytes.subarray(headerBytes + saltBytes + blobHeader.length);
  const key = createHash("sha1").update(salt).update(password, "utf8").digest().subarray(0, 16);
  const body = isEncrypted ? rc4(key, sealed) : sealed;
  if (body.toString("latin1", 0, 4) !== "RSA2") throw new Error("The password does not open it.");
  return pemOfBlob(body);
}

function pemOfBlob(body: Buffer): string {
  const bytes = body.readUInt32LE(4) / 8;
  let from = 12;
  const number = (length: number): string => {
    const part = Buffer.from(body.subarray(from, from + length).toReversed());
    from += length;
    return part.toString("base64url");
  };
  const exponent = Buffer.from(body.subarray(8, 11).toReversed());
  const n = number(bytes);
  const [p, q, dp, dq, qi] = Array.from({ length: 5 }, () => number(bytes / 2)) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const jwk = { kty: "RSA", n, e: exponent.toString("base64url"), d: number(bytes), p, q, dp, dq, qi };
  return createPrivateKey({ key: jwk, format: "jwk" }).export({ type: "pkcs8", format: "pem" }).toString();
}

/** The numbers of a key, each with its lowest byte first. */
function rsaBlob(privateKeyPem: string): Buffer {
  const jwk = createPrivateKey(privateKeyPem).export({ format: "jwk" });
  const number = (name: "n" | "d" | "p" | "q" | "dp" | "dq" | "qi", bytes: number): Buffer => {
    const big = Buffer.from(jwk[name]!, "base64url");
    return Buffer.from(Buffer.concat([Buffer.alloc(bytes - big.length), big]).toReversed());
  };
  const bytes = Buffer.from(jwk.n!, "base64url").length;
  const primes = (["p", "q", "dp", "dq", "qi"] as const).map((name) => number(name, bytes / 2));
  const exponent = Buffer.from(jwk.e!, "base64url").readUIntBE(0, 3);
  const start = [Buffer.from("RSA2", "latin1"), word(bytes * 8), word(exponent)];
  return Buffer.concat([...start, number("n", bytes), ...primes, number("d", bytes)]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** The cipher that the form asks for; Node's OpenSSL has put it away. */
function rc4(key: Buffer, text: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index);
  const swap = (left: number, right: number): void => {
    [state[left], state[right]] = [state[right]!, state[left]!];
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + state[i]! + key[i % key.length]!) & 0xff;
    swap(i, j);
  }
  let [i, j] = [0, 0];
  return Buffer.from(text).map((byte) => {
    i = (i + 1) & 0xff;
    j = (j + state[i]!) & 0xff;
    swap(i, j);
    return byte ^ state[(state[i]! + state[j]!) & 0xff]!;
  }) as Buffer;
}
