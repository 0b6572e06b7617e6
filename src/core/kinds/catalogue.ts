import type { SourceKind } from "../model/policy/source.ts";
import type { Kind } from "./kind.ts";
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
export const kinds: Readonly<Record<SourceKind, Kind>> = {
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

/** The kinds in the order in which a site's sources are given back. */
export const kindsInRestoreOrder: readonly Kind[] = sourceKinds
  .map((kind) => kinds[kind])
  .sort((left, right) => left.restoreOrder - right.restoreOrder);
