import { bitlockerCertificate } from "../../outside/site/site-definition.ts";
import type { Codec } from "./codec.ts";

/** A key of SQL Server, in the database that holds it. The master key has no name of its own. */
export interface KeyName {
  /** The database that holds it. */
  readonly database: string;
  /** Absent: it is the database's master key. */
  readonly certificate?: string;
}

/** A key in a snapshot. Without a thumbprint: it is no certificate, or that was not written down yet. */
export interface HeldKey extends KeyName {
  readonly thumbprint?: string;
}

/** What a copy of a database may need a key for, as it says so itself, and how that is called. */
export const keyUses = {
  bitlocker: "BitLocker Management",
  tde: "transparent data encryption",
  backup: "the encryption of backups",
} as const;

/** One of these uses. */
export type KeyUse = keyof typeof keyUses;

/**
 * What stands in place of a certificate's thumbprint where nobody could see it, nor perhaps whether there is
 * one.
 */
export const hiddenThumbprint = "unknown";

/** A thumbprint as SQL Server writes one, and as it stands among facts, whoever wrote it. */
export function plainThumbprint(text: string): string {
  return text.replace(/^0x/i, "").toUpperCase();
}

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
