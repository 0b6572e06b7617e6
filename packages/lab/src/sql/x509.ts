import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A self-signed certificate with its private key, as SQL Server's CREATE CERTIFICATE makes one. */
export interface KeyMaterial {
  readonly certificateDer: Buffer;
  /** PKCS #8. */
  readonly privateKeyPem: string;
  /** SHA-1 of the certificate, as `sys.certificates` shows it. */
  readonly thumbprint: Buffer;
  readonly serialNumber: Buffer;
}

const oid = {
  sha256WithRsa: [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b],
  commonName: [0x55, 0x04, 0x03],
};

/** Makes a key pair and certifies it by itself. */
export function makeKeyMaterial(subject: string, fromMs: number, untilMs: number): KeyMaterial {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const serialNumber = randomBytes(16);
  serialNumber[0]! &= 0x7f;
  serialNumber[0]! |= 0x40;
  const algorithm = der(0x30, der(0x06, Buffer.from(oid.sha256WithRsa)), der(0x05));
  const name = distinguishedName(subject);
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serialNumber),
    algorithm,
    name,
    der(0x30, time(fromMs), time(untilMs)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = sign("sha256", body, privateKey);
  const certificateDer = der(0x30, body, algorithm, der(0x03, Buffer.from([0]), signature));
  return {
    certificateDer,
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    thumbprint: createHash("sha1").update(certificateDer).digest(),
    serialNumber,
  };
}

function distinguishedName(subject: string): Buffer {
  const attribute = der(
    0x30,
    der(0x06, Buffer.from(oid.commonName)),
    der(0x0c, Buffer.from(subject, "utf8")),
  );
  return der(0x30, der(0x31, attribute));
}

function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, "");
  return der(0x18, Buffer.from(digits, "latin1"));
}

/** One element of DER: tag, length, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const shortest = length.subarray(length.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([tag, 0x80 | shortest.length]), shortest, content]);
}
