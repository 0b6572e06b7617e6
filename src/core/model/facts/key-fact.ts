import { bitlockerCertificate } from "../../outside/site/site-definition.ts";
import type { Codec } from "./codec.ts";

/** A key of SQL Server, in the database that holds it. The master key has no name of its own. */
export interface KeyName {
  /** The database that holds it. */
  readonly database: string;
  /** Absent: it is the database's master key. */
  readonly certificate?: string;
}

/** What a copy of the site database may need a key for, as it says so itself, and how that is called. */
export const keyUses = { bitlocker: "BitLocker Management", tde: "transparent data encryption" } as const;

const masterKey = "master key of ";
const certificate = "certificate ";
const within = " of ";

/**
 * How a key is called, for people and among facts: `certificate BackupCert of master`,
 * `master key of CM_PS1`.
 */
export function keyTitle(key: KeyName): string {
  return key.certificate === undefined
    ? `${masterKey}${key.database}`
    : `${certificate}${key.certificate}${within}${key.database}`;
}

/** A key by how it is called. */
export const keyName: Codec<KeyName> = {
  write: keyTitle,
  read: (json) => {
    if (typeof json !== "string") return undefined;
    if (json.startsWith(masterKey)) return { database: json.slice(masterKey.length) };
    const known = `${certificate}${bitlockerCertificate}${within}`;
    const end = json.startsWith(known) ? known.length - within.length : json.lastIndexOf(within);
    if (!json.startsWith(certificate) || end < certificate.length) return undefined;
    return { certificate: json.slice(certificate.length, end), database: json.slice(end + within.length) };
  },
};
