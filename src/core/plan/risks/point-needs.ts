import { pointPartOf } from "../../kinds/catalogue.ts";
import { isOfVersion } from "../../base/site-version.ts";
import type { PointFlaw } from "../../model/point-verdict.ts";
import type { Snapshot } from "../../model/repository/snapshot.ts";
import { backupFacts } from "../../model/facts/backup.ts";
import {
  type HeldKey,
  hiddenThumbprint,
  type KeyName,
  type KeyUse,
  keyUses,
} from "../../model/facts/key-fact.ts";
import { given } from "../../base/given.ts";
import type { LockedDatabase } from "../../model/facts/locked-database.ts";
import { bitlockerCertificate } from "../../outside/site/site-definition.ts";

/**
 * Setup recovers a database only with the files of its own version. They may lie in another point: those of
 * one version are the same for months.
 */
export function mediaFlaws(
  copy: Snapshot,
  parts: readonly Snapshot[],
  usable: readonly Snapshot[],
): { readonly no: readonly PointFlaw[]; readonly unknown: readonly PointFlaw[] } {
  const said = (words: string): readonly PointFlaw[] => [{ of: "media", words }];
  const version = backupFacts.get(copy.facts, "siteVersion");
  if (version === undefined) return { no: [], unknown: said("the site's version was not written down") };
  const media = usable.flatMap(({ kind, facts }) => pointPartOf(kind).mediaVersion?.(facts) ?? []);
  const versions = media.flatMap((it) => (it.is === "known" ? [it.value] : []));
  if (versions.some((it) => isOfVersion(it, version))) return { no: [], unknown: [] };
  if (parts.some(isSet)) return { no: [], unknown: [] };
  if (media.some((it) => it.is === "unknown"))
    return { no: [], unknown: said("the version of its CD.Latest could not be read") };
  const others = [...new Set(versions)];
  const held = others.length === 0 ? "" : `, only of ${others.join(", ")}`;
  return { no: said(`no CD.Latest of its version ${version} is kept${held}`), unknown: [] };
}

/**
 * The site's own task copies database, media and all: a set is of one moment, and of the version that the
 * site had then.
 */
export function isSet({ kind }: Pick<Snapshot, "kind">): boolean {
  return pointPartOf(kind).database === "set";
}

/** A copy of the site database that sitekeep holds itself. */
export function isHeldCopy({ kind, facts }: Snapshot): boolean {
  return pointPartOf(kind).isHeld?.(facts) ?? false;
}

/** By which keys a use is served, where no thumbprint tells. */
const servedBy: Readonly<Record<KeyUse, (key: KeyName) => boolean>> = {
  bitlocker: ({ certificate }) => certificate === bitlockerCertificate,
  tde: ({ certificate, database }) => certificate !== undefined && database === "master",
  backup: ({ certificate, database }) => certificate !== undefined && database === "master",
};

/** A backup that SQL Server was not allowed to read again may be one that it can't restore. */
export function proofFlaws({ facts }: Snapshot): readonly PointFlaw[] {
  if (backupFacts.get(facts, "verified") !== false) return [];
  return [
    { of: "database", words: "SQL Server was not asked to read its backup again, which the login may not" },
  ];
}

/**
 * Keys that copies of databases need, and that no usable snapshot holds, whichever point it is in: a
 * certificate serves every copy that was made since it came into use. What is held is told by thumbprints, as
 * SQL Server does that refuses a restore (33111).
 */
export function keyFlaws(
  parts: readonly Snapshot[],
  usable: readonly Snapshot[],
): { readonly no: readonly PointFlaw[]; readonly unknown: readonly PointFlaw[] } {
  const kept = usable.flatMap(({ kind, facts }) => pointPartOf(kind).keys?.(facts) ?? []);
  const newest = [...Map.groupBy(parts, (it) => it.source).values()].map((of) => of.at(-1)!);
  // Whoever has a copy of the site database beside the task's set recovers by that.
  const used = newest.some(isHeldCopy) ? newest.filter((it) => !isSet(it)) : newest;
  const databases = used.flatMap(({ kind, facts }) => pointPartOf(kind).locked?.(facts) ?? []);
  const locks = databases.flatMap(locksOf);
  // Another tool's copy and the task's set are of one database, and lack one key together.
  const distinct = locks.filter((lock, at) => locks.findIndex((it) => isSameLock(it, lock)) === at);
  const judged = distinct.flatMap((lock) => judgeLock(lock, kept));
  const of = (verdict: "no" | "unknown") => judged.flatMap((it) => (it.verdict === verdict ? [it.flaw] : []));
  return { no: of("no"), unknown: of("unknown") };
}

/** One use of a key by a database. Without a thumbprint the copy is older than such facts. */
interface Lock {
  readonly use: KeyUse;
  readonly thing: string;
  readonly isCertain: boolean;
  readonly thumbprint?: string;
}

function locksOf({ name, needsKeys, locks }: LockedDatabase): readonly Lock[] {
  const uses = (Object.keys(keyUses) as KeyUse[]).filter(
    (it) => needsKeys.includes(it) || Object.hasOwn(locks, it),
  );
  return uses.map((use) => ({
    use,
    thing: name === undefined ? keyUses[use] : `${keyUses[use]} of ${name}`,
    isCertain: needsKeys.includes(use),
    ...given({ thumbprint: locks[use] }),
  }));
}

function isSameLock(one: Lock, other: Lock): boolean {
  return (
    one.thing === other.thing && one.thumbprint === other.thumbprint && one.isCertain === other.isCertain
  );
}

function judgeLock(
  { use, thing, isCertain, thumbprint }: Lock,
  kept: readonly HeldKey[],
): readonly { readonly verdict: "no" | "unknown"; readonly flaw: PointFlaw }[] {
  const tell = (verdict: "no" | "unknown", words: string) => [
    { verdict, flaw: { of: "keys" as const, thing, words } },
  ];
  const served = kept.filter(servedBy[use]);
  if (thumbprint === undefined || thumbprint === hiddenThumbprint) {
    if (isCertain && served.length === 0) return tell("no", `the certificate of ${thing} is kept nowhere`);
    if (thumbprint === undefined) return [];
    const what = isCertain ? "which certificate" : "whether a certificate";
    // One certificate has a name of its own, so that it is the one that is kept.
    if (use === "bitlocker" && served.length > 0) return [];
    return tell("unknown", `${what} it needs for ${thing} could not be seen`);
  }
  if (kept.some((it) => it.thumbprint === thumbprint)) return [];
  const certificate = `the certificate of ${thing} with the thumbprint 0x${thumbprint}`;
  if (served.some((it) => it.thumbprint === undefined))
    return tell("unknown", `whether ${certificate} is kept was not written down`);
  return tell("no", `${certificate} is kept nowhere`);
}
