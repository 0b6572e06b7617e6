import type { Problem } from "../base/problem.ts";
import type { SqlKeys } from "../model/policy/source.ts";
import type { LintedSite } from "./linted-site.ts";
import { risk } from "./risk.ts";
import type { Finding } from "./risk.ts";

/**
 * Keys that the site uses and the policy does not capture: a restore without them gives back what nobody can
 * read.
 */
export function lintKeys(site: LintedSite): readonly Finding[] {
  const { keys, database } = site.look;
  const wanted: readonly (readonly [include: SqlKeys["include"][number], what: string, seen: boolean])[] = [
    ["bitlocker", "BitLocker Management (BitLockerManagement_CERT)", keys?.bitlocker === true],
    ["tde", "transparent data encryption", database?.isEncrypted === true],
    ["backup-encryption", "the encryption of backups", (keys?.encryptedBackups ?? 0) > 0],
  ];
  const captured = new Set(site.policy.sources.flatMap((it) => (it.kind === "sql-keys" ? it.include : [])));
  const missing = wanted.filter(([include, , seen]) => seen && !captured.has(include));
  const things = missing.map(([, what]) => what);
  const tell = (some: readonly string[]) =>
    notCaptured(
      site,
      missing.filter(([, what]) => some.includes(what)),
    );
  return [...(things.length === 0 ? [] : [{ things, tell }]), ...notOpenable(site)];
}

function notCaptured(
  site: LintedSite,
  missing: readonly (readonly [include: string, what: string, seen: boolean])[],
): Problem {
  const includes = missing.map(([include]) => include).join(", ");
  return risk("keys-not-captured", {
    where: site.where,
    message: `${site.databaseName} needs keys that the policy does not capture: ${missing.map(([, what]) => what).join(", ")}.`,
    hint: `Add a source \`sqlKeys: { kind: sql-keys, include: [${includes}], password: { file: … } }\`, or these to its \`include\`.`,
  });
}

function notOpenable(site: LintedSite): readonly Problem[] {
  const { encryptedBackups = 0, openableBackups = 0 } = site.look.keys ?? {};
  const shut = encryptedBackups - openableBackups;
  if (shut <= 0) return [];
  return [
    risk("backup-certificate-missing", {
      where: site.where,
      message: `msdb knows of ${shut} encrypted ${shut === 1 ? "backup" : "backups"} of ${site.databaseName} whose certificate this login does not find on the server: without it they restore nowhere (33111).`,
      hint: "Find the certificate with its private key and keep it with the backups; if it is there, GRANT VIEW DEFINITION ON it to the login.",
    }),
  ];
}
