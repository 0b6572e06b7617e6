import { privateDecrypt, publicEncrypt, X509Certificate } from "node:crypto";
import type { SqlValue } from "../tds/sql-type.ts";

/**
 * Seals a value under a certificate, as ENCRYPTBYCERT does: whoever is shown the certificate can, and its
 * private key alone opens it. How SQL Server pads what it seals is not copied.
 */
export function sealByCertificate(certificateDer: Uint8Array, value: SqlValue): Uint8Array {
  const key = new X509Certificate(certificateDer).publicKey;
  return new Uint8Array(publicEncrypt(key, bytesOf(value)));
}

/** What was sealed; nothing where another certificate has sealed it. */
export function openByPrivateKey(privateKeyPem: string, sealed: SqlValue): Uint8Array | undefined {
  try {
    return new Uint8Array(privateDecrypt(privateKeyPem, bytesOf(sealed)));
  } catch {
    return undefined;
  }
}

/** Texts count as SQL Server keeps them in Unicode. */
function bytesOf(value: SqlValue): Buffer {
  return typeof value === "string" ? Buffer.from(value, "utf16le") : Buffer.from(value as Uint8Array);
}
