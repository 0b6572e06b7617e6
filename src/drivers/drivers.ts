import type { SourceKind, SourceOf } from "../core/model/policy/source.ts";
import { contentLibrary } from "./content-library.ts";
import type { Driver } from "./driver.ts";
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

const drivers: { readonly [Kind in SourceKind]: Driver<SourceOf<Kind>> } = {
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

/**
 * The driver of a kind. A caller that holds any source gets one that takes any: the table pairs kinds with
 * drivers.
 */
export function driverOf<Kind extends SourceKind>(kind: Kind): Driver<SourceOf<Kind>> {
  return drivers[kind];
}
