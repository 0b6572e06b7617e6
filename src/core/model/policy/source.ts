import type { DurationMs } from "../../base/instant.ts";

/**
 * Where a secret is to be found. A reference travels through the whole program; the value itself is read
 * by the access layer at the moment of use, and by nothing else.
 */
export type SecretRef =
  | { readonly env: string }
  | { readonly file: string }
  | { readonly command: readonly string[] }
  | { readonly credential: string };

/** How to reach one database. */
export interface DatabaseAddress {
  /** Host, `host\instance` or `host,port`, as SQL Server's own tools take it. */
  readonly server: string;
  /** The database's name: `CM_PS1`. */
  readonly name: string;
  readonly auth: Authentication;
  /** `true`: TLS within TDS 7.4. `strict`: TDS 8. `false`: plain text, the password included. */
  readonly encrypt: boolean | "strict";
  /** Accept any certificate. Off by default. */
  readonly trustServerCertificate: boolean;
}

export type Authentication =
  { readonly as: "windows" } | { readonly as: "login"; readonly user: string; readonly password: SecretRef };

/**
 * The folder where SQL Server puts a backup, under the two names it has: the one that the SQL Server service
 * sees, and the one by which this machine reads it.
 */
export interface Staging {
  readonly sql: string;
  readonly read: string;
}

/** Which part of a file tree is meant. Patterns are globs over `/`-separated relative paths. */
export interface TreeFilter {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

interface Common<Kind extends string> {
  readonly kind: Kind;
  /** The source's name for ever: its key in the policy. */
  readonly name: string;
  /** The machine whose drives the paths are on; absent: the site server itself. */
  readonly on?: string;
}

/** The site database, as native backups or through somebody else's. */
export interface SiteDatabase extends Common<"site-database"> {
  /** `external`: another product takes the backups, and `msdb` is the witness. Nothing is captured then. */
  readonly method: "native" | "external";
  readonly database: DatabaseAddress;
  /** Absent: SQL Server's own default backup folder, read on the machine where SQL Server runs. */
  readonly staging?: Staging;
  readonly full: "every-run";
  readonly differentialEveryMs?: DurationMs;
  readonly logEveryMs?: DurationMs;
  readonly compression: boolean;
}

/** What the Backup Site Server task left, before its next run deletes it. */
export interface TaskBackup extends Common<"task-backup"> {
  /** The task's destination folder: the one that holds `PS1Backup`. */
  readonly site: string;
  /** The destination of the database part, where it is another one. */
  readonly database?: string;
}

export interface WindowsRegistry extends Common<"windows-registry"> {
  /** Full key names: `HKLM\SOFTWARE\Microsoft\SMS`. */
  readonly keys: readonly string[];
}

export interface SiteFiles extends Common<"site-files">, TreeFilter {
  readonly root: string;
}

export interface ContentLibrary extends Common<"content-library"> {
  /** Ask the site server's registry where the library is. */
  readonly discover: boolean;
  /** Library folders: the first holds DataLib and PkgLib; every one may hold a FileLib. */
  readonly folders: readonly string[];
  /** The share of objects that is read again as proof though it is known, in per mille. */
  readonly verifyPerMille: number;
}

export interface PackageSources extends Common<"package-sources"> {
  /** Ask the site database for every package's and application's source folder. */
  readonly discover: boolean;
  readonly database: DatabaseAddress;
  /** Folders beside the discovered ones. */
  readonly folders: readonly string[];
  readonly exclude: readonly string[];
}

export interface ScupDatabase extends Common<"scup-database"> {
  /** Where the profiles are: `C:\Users`. */
  readonly profiles: string;
  /** The machines with such profiles. Empty: this one. */
  readonly machines: readonly string[];
}

export interface ReportingServer extends Common<"reporting-server"> {
  /** The report server's databases; their names are those of the catalogue database and its temp database. */
  readonly databases: readonly DatabaseAddress[];
  readonly staging?: Staging;
  readonly encryptionKey?: { readonly password: SecretRef };
  /** Folders with configuration, assemblies and report sources. */
  readonly folders: readonly string[];
}

export interface UserState extends Common<"user-state"> {
  readonly discover: boolean;
  readonly database: DatabaseAddress;
  readonly folders: readonly string[];
}

export interface SqlKeys extends Common<"sql-keys"> {
  readonly database: DatabaseAddress;
  readonly staging?: Staging;
  readonly include: readonly ("bitlocker" | "tde" | "backup-encryption" | "master-key")[];
  /**
   * Protects the exported private keys. Absent: the source does not answer as soon as there is a key to
   * export.
   */
  readonly password?: SecretRef;
}

export interface SqlDatabase extends Common<"sql-database"> {
  readonly database: DatabaseAddress;
  readonly staging?: Staging;
  readonly compression: boolean;
}

export interface Folder extends Common<"folder">, TreeFilter {
  readonly root: string;
}

/** One thing to protect, with every default filled in. */
export type Source =
  | SiteDatabase
  | TaskBackup
  | WindowsRegistry
  | SiteFiles
  | ContentLibrary
  | PackageSources
  | ScupDatabase
  | ReportingServer
  | UserState
  | SqlKeys
  | SqlDatabase
  | Folder;

/** The kinds of source. What is known of each stands in `core/kinds`. */
export type SourceKind = Source["kind"];

export type SourceOf<Kind extends SourceKind> = Extract<Source, { kind: Kind }>;
