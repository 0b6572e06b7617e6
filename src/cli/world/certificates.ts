import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { bareFingerprint, CertificateError } from "../../drivers/access/sql/certificate-error.ts";

/** The one certificate that a server has to show, as a machine file names it. */
export type NamedCertificate =
  | { readonly by: "file"; readonly file: string; readonly pem: string }
  | { readonly by: "fingerprint"; readonly fingerprint: string };

/** Groups of two hexadecimal digits, with what Windows, OpenSSL and people put between and before them. */
const fingerprint =
  /^(?:sha-?\d+(?: fingerprint)?\s*[=:]\s*|sha-?\d+\s+)?([0-9a-f]{2}(?:[ :-]?[0-9a-f]{2})+)$/i;
const digits = { sha1: 40, sha256: 64 };

/** What a machine file names for a server: a file, in text (PEM) or not (DER), or a SHA-256 fingerprint. */
export async function readNamedCertificate(written: string): Promise<NamedCertificate> {
  const bare = bareFingerprint(fingerprint.exec(written.trim())?.[1] ?? "");
  if (bare.length === digits.sha256) return { by: "fingerprint", fingerprint: bare };
  if (bare.length === digits.sha1)
    throw new CertificateError(
      `serverCertificates names a SHA-1 thumbprint (${written.trim()}), by which certificates can no longer be told apart.`,
      {
        hint: "Name the SHA-256 fingerprint: docs/machine.md has the PowerShell line that shows it on the server. Windows itself shows SHA-1. Or name a file with the certificate.",
      },
    );
  const [certificate] = await readCertificates(written, "serverCertificates");
  return { by: "file", file: written, pem: certificate!.toString() };
}

/** Certificates of authorities, as PEM text, from a file in PEM or one in DER. */
export async function readAuthorities(file: string): Promise<string> {
  const all = await readCertificates(file, "certificateAuthority");
  return all.map((it) => it.toString()).join("");
}

type Key = "certificateAuthority" | "serverCertificates";

async function readCertificates(file: string, key: Key): Promise<readonly X509Certificate[]> {
  const bytes = await readFile(file).catch((thrown: Error) => {
    throw new CertificateError(
      `The certificate in ${file}, which the machine file names (${key}), can't be read: ${thrown.message}.`,
      {
        hint: `Correct the path under ${key} in the machine file, and let the account that runs sitekeep read the file.`,
      },
      { cause: thrown },
    );
  });
  const blocks = bytes.toString("latin1").match(pemBlocks) ?? [bytes];
  try {
    return blocks.map((it) => new X509Certificate(it));
  } catch (thrown) {
    throw new CertificateError(
      `${file}, which the machine file names (${key}), holds no certificate${bytes.length === 0 ? ": it is empty" : ""}.`,
      {
        hint: "Export the certificate again, without its key, as a .cer file: Base-64 (PEM) or DER (docs/machine.md).",
      },
      { cause: thrown },
    );
  }
}

const pemBlocks =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;
