import { pointPartOf } from "../../kinds/catalogue.ts";
import { isOfVersion } from "../../base/site-version.ts";
import type { PointFlaw } from "../../model/point-verdict.ts";
import type { Snapshot } from "../../model/repository/snapshot.ts";
import { backupFacts } from "../../model/facts/backup.ts";
import { type KeyName, keyUses } from "../../model/facts/key-fact.ts";
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

/** A certificate serves every copy that was made since it came into use, whichever point it is kept in. */
const needs: Readonly<
  Record<string, { readonly thing: string; readonly isKept: (key: KeyName) => boolean }>
> = {
  bitlocker: {
    thing: keyUses.bitlocker,
    isKept: ({ certificate }) => certificate === bitlockerCertificate,
  },
  tde: {
    thing: keyUses.tde,
    isKept: ({ certificate, database }) => certificate !== undefined && database === "master",
  },
};

/** Keys that the database copy says it needs, and that no usable snapshot holds. */
export function keyFlaws(copy: Snapshot, usable: readonly Snapshot[]): readonly PointFlaw[] {
  const kept = usable.flatMap(({ kind, facts }) => pointPartOf(kind).keys?.(facts) ?? []);
  const needed = backupFacts.get(copy.facts, "needsKeys") ?? [];
  return needed.flatMap((name): readonly PointFlaw[] => {
    const need = needs[name];
    if (need === undefined || kept.some(need.isKept)) return [];
    const { thing } = need;
    return [{ of: "keys", thing, words: `the certificate of ${thing} is kept nowhere` }];
  });
}
