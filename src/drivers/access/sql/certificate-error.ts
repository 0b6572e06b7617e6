import { certificateRefused } from "../../../core/outside/site/windows.ts";
import { SqlError } from "./sql-runner.ts";

/** What is wrong with the certificate that a server shows, or that was named for it, with its own cure. */
export class CertificateError extends SqlError {
  readonly code: "sql-certificate" | "sql-certificate-differs";
  readonly hint: string;

  constructor(
    text: string,
    { code = "sql-certificate", hint }: { readonly code?: CertificateError["code"]; readonly hint: string },
    options?: ErrorOptions,
  ) {
    super("connection", [{ number: 0, severity: 16, text }], options);
    this.code = code;
    this.hint = hint;
  }
}

/** A server shows another certificate than the one that was named for it. */
export function otherCertificate(host: string, shown: string, named: string): CertificateError {
  return new CertificateError(
    `${host} shows the certificate with the SHA-256 fingerprint ${spaced(shown)}, and the machine file names the one with ${spaced(named)}.`,
    {
      code: "sql-certificate-differs",
      hint: `Find out whether SQL Server on ${host} was given another certificate: then name that one in the machine file (serverCertificates). Where it was not, another machine answers in its place.`,
    },
  );
}

/** A fingerprint as Node, Windows and OpenSSL write one, without what they put between. */
export function bareFingerprint(written: string): string {
  return written.replaceAll(/[^0-9a-f]/gi, "").toLowerCase();
}

function spaced(fingerprint: string): string {
  return fingerprint.toUpperCase().match(/../g)!.join(":");
}

/**
 * Whether the way to a server ends at its certificate. Node and OpenSSL name such faults by code; they lie
 * somewhere down the causes. The drivers of Windows say that it is TLS, or with which number Windows refused,
 * and the rest in its language.
 */
export function isCertificateFault(error: SqlError): boolean {
  const words =
    /certificate|altname|self[- ]signed|CERT_|UNABLE_TO_VERIFY|EENCRYPT|did not negotiate encryption/i;
  const driver = /\bDriver\b[^:]*: [^:]*\bSSL\b|SSL Provider|principal name/i;
  const isRefused = (text: string) => certificateRefused.codes.some((it) => text.toLowerCase().includes(it));
  return error.messages.some(({ text }) => words.test(text) || driver.test(text) || isRefused(text));
}
