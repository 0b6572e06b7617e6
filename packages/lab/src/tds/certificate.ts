import { isIP } from "node:net";
import { generate } from "selfsigned";

/** PEM texts of a certificate authority and of one server certificate that it signed. */
export interface LabCertificate {
  readonly ca: string;
  readonly key: string;
  readonly cert: string;
}

/** Long enough that no lab outlives it, whatever its clock says. */
const validUntil = new Date("2050-01-01T00:00:00Z");
const validFrom = new Date("2020-01-01T00:00:00Z");

const common = { keyType: "ec", curve: "P-256", algorithm: "sha256" } as const;

/** Makes a certificate for servers of these names (or addresses), and the authority to trust. */
export async function makeLabCertificate(hostNames: readonly string[]): Promise<LabCertificate> {
  const authority = await generate([{ name: "commonName", value: "sitekeep lab authority" }], {
    ...common,
    notBeforeDate: validFrom,
    notAfterDate: validUntil,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: "commonName", value: hostNames[0] ?? "localhost" }], {
    ...common,
    notBeforeDate: validFrom,
    notAfterDate: validUntil,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: hostNames.map((it) => (isIP(it) === 0 ? { type: 2, value: it } : { type: 7, ip: it })),
      },
    ],
  });
  return { ca: authority.cert, key: server.private, cert: server.cert };
}
