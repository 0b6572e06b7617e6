import { given } from "../../base/given.ts";
import type {
  DatabaseAddress,
  ReportingServer,
  SiteDatabase,
  Source,
  SourceKind,
  SqlKeys,
} from "../../model/policy/source.ts";
import {
  databaseAt,
  durationAt,
  isTrueAt,
  perMilleAt,
  secretAt,
  stagingOf,
  textAt,
  textsAt,
} from "../text/values.ts";
import { find, findText, type Written } from "../text/written.ts";

/** Turns one completed source into what the program works with. */
export function resolveSource(name: string, source: Written, site: Written): Source {
  const kind = textAt(source, "kind") as SourceKind;
  const on = findText(source, "on");
  const machine = on === undefined ? {} : { on };
  const database = (): DatabaseAddress => databaseAt(site, "database");
  switch (kind) {
    case "site-database":
      return resolveSiteDatabase(name, source, database());
    case "task-backup": {
      const other = findText(source, "database");
      return { kind, name, ...machine, site: textAt(source, "site"), ...(other ? { database: other } : {}) };
    }
    case "windows-registry":
      return { kind, name, keys: textsAt(source, "keys") };
    case "site-files":
    case "folder":
      return { kind, name, ...machine, root: textAt(source, "root"), ...filterOf(source) };
    case "content-library":
      return {
        kind,
        name,
        ...machine,
        discover: isTrueAt(source, "discover"),
        folders: textsAt(source, "folders"),
        verifyPerMille: perMilleAt(source, "verify"),
      };
    case "package-sources": {
      const exclude = textsAt(source, "exclude");
      return {
        kind,
        name,
        discover: isTrueAt(source, "discover"),
        database: database(),
        folders: textsAt(source, "folders"),
        exclude,
      };
    }
    case "scup-database":
      return { kind, name, profiles: textAt(source, "profiles"), machines: textsAt(source, "on") };
    case "reporting-server":
      return resolveReportingServer(name, source);
    case "user-state":
      return {
        kind,
        name,
        discover: isTrueAt(source, "discover"),
        database: database(),
        folders: textsAt(source, "folders"),
      };
    case "sql-keys":
      return resolveSqlKeys(name, source, database());
    case "sql-database": {
      const compression = isTrueAt(source, "compression");
      return { kind, name, database: databaseAt(source, "database"), ...stagingOf(source), compression };
    }
  }
}

function filterOf(source: Written): {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
} {
  return { include: textsAt(source, "include"), exclude: textsAt(source, "exclude") };
}

function resolveSiteDatabase(name: string, source: Written, database: DatabaseAddress): SiteDatabase {
  const differential = find(source, "differential");
  const log = find(source, "log");
  return {
    kind: "site-database",
    name,
    method: textAt(source, "method") as SiteDatabase["method"],
    database,
    ...stagingOf(source),
    full: "every-run",
    ...(differential ? { differentialEveryMs: durationAt(differential) } : {}),
    ...(log ? { logEveryMs: durationAt(log) } : {}),
    compression: isTrueAt(source, "compression"),
  };
}

function resolveReportingServer(name: string, source: Written): ReportingServer {
  const on = findText(source, "on");
  const catalogue = databaseAt(source, "database");
  return {
    kind: "reporting-server",
    name,
    ...given({ on }),
    databases: [catalogue, { ...catalogue, name: `${catalogue.name}TempDB` }],
    ...stagingOf(source),
    ...(find(source, "encryptionKey")
      ? { encryptionKey: { password: secretAt(source, "encryptionKey", "password") } }
      : {}),
    folders: textsAt(source, "folders"),
  };
}

function resolveSqlKeys(name: string, source: Written, database: DatabaseAddress): SqlKeys {
  return {
    kind: "sql-keys",
    name,
    database,
    ...stagingOf(source),
    include: textsAt(source, "include") as SqlKeys["include"],
    ...(find(source, "password") ? { password: secretAt(source, "password") } : {}),
  };
}
