import type { SourceKind, SourceOf } from "../model/policy/source.ts";
import { inFollowingOrder } from "./follow.ts";
import type { Kind, PointPart } from "./kind.ts";
import { contentLibrary } from "./content-library.ts";
import { folder } from "./folder.ts";
import { packageSources } from "./package-sources.ts";
import { reportingServer } from "./reporting-server.ts";
import { scupDatabase } from "./scup-database.ts";
import { siteDatabase } from "./site-database.ts";
import { siteFiles } from "./site-files.ts";
import { sqlDatabase } from "./sql-database.ts";
import { sqlKeys } from "./sql-keys.ts";
import { taskBackup } from "./task-backup.ts";
import { userState } from "./user-state.ts";
import { windowsRegistry } from "./windows-registry.ts";

/**
 * Every kind of source, in the order in which pages and explanations list them. The compiler asks for each.
 */
const kinds: { readonly [One in SourceKind]: Kind<SourceOf<One>> } = {
  "site-database": siteDatabase,
  "task-backup": taskBackup,
  "windows-registry": windowsRegistry,
  "site-files": siteFiles,
  "content-library": contentLibrary,
  "package-sources": packageSources,
  "scup-database": scupDatabase,
  "reporting-server": reportingServer,
  "user-state": userState,
  "sql-keys": sqlKeys,
  "sql-database": sqlDatabase,
  folder,
};

/** The names of all kinds, in the same order. */
export const sourceKinds = Object.keys(kinds) as readonly SourceKind[];

/**
 * What is known of a kind. A caller that holds any source gets what takes any: the table pairs kinds with
 * sources.
 */
export function kindOf<One extends SourceKind>(kind: One): Kind<SourceOf<One>> {
  return kinds[kind];
}

/**
 * What a snapshot of a kind gives to a recovery. One that a later version of sitekeep captured may be of a
 * kind that is not known here: it gives nothing that we could name.
 */
export function pointPartOf(kind: SourceKind): PointPart {
  const known: Kind | undefined = kinds[kind];
  return known?.inPoint ?? {};
}

/** The kinds in the order in which a site's sources are given back. */
export const kindsInRestoreOrder: readonly SourceKind[] = inFollowingOrder(
  new Map(sourceKinds.map((kind) => [kind, kinds[kind].restored])),
);
