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

/** How a SQL Server is logged in to: as the account that runs sitekeep, or as a login of SQL Server. */
export type Authentication =
  { readonly as: "windows" } | { readonly as: "login"; readonly user: string; readonly password: SecretRef };

/**
 * The folder where SQL Server puts a backup, under the two names it has: the one that the SQL Server service
 * sees, and the one by which this machine reads it.
 */
export interface Staging {
  /** The folder as the SQL Server service sees it: `E:\stage`. */
  readonly sql: string;
  /**
   * The folder as this machine reaches it: `\\sql01\stage$`. The same as `sql` where nothing else was
   * written.
   */
  readonly read: string;
}

/** Which part of a file tree is meant, by patterns of paths below its root (docs/policy.md, "Patterns"). */
export interface TreeFilter {
  /** Patterns of which a file must fit one to be captured. */
  readonly include: readonly string[];
  /**
   * Patterns of what is left out, even where `include` names it too; one that begins with `!` takes back
   * what those before it leave out.
   */
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
  /** How often a differential is made, counted from the point's due instant. Absent: none. */
  readonly differentialEveryMs?: DurationMs;
  /**
   * How often the log is backed up, counted in the same way. Absent: never, as it must be in the recovery
   * model SIMPLE.
   */
  readonly logEveryMs?: DurationMs;
  /**
   * Whether SQL Server compresses the backup. What it compressed is stored anew each time, so it's off by
   * default.
   */
  readonly compression: boolean;
}

/** What the Backup Site Server task left, before its next run deletes it. */
export interface TaskBackup extends Common<"task-backup"> {
  /** The task's destination folder: the one that holds `PS1Backup`. */
  readonly site: string;
  /** The destination of the database part, where it is another one. */
  readonly database?: string;
}

/** Keys of the site server's registry, as `reg export` writes them. */
export interface WindowsRegistry extends Common<"windows-registry"> {
  /** Full key names: `HKLM\SOFTWARE\Microsoft\SMS`. */
  readonly keys: readonly string[];
}

/** Files below the site's installation folder: what the site's own task copies, and `CD.Latest`. */
export interface SiteFiles extends Common<"site-files">, TreeFilter {
  /** The folder that patterns are relative to: the site's installation folder by default. */
  readonly root: string;
}

/** The content library of the site: DataLib, PkgLib and FileLib (docs/glossary.md). */
export interface ContentLibrary extends Common<"content-library"> {
  /** Ask the site server's registry where the library is. */
  readonly discover: boolean;
  /** Library folders: the first holds DataLib and PkgLib; every one may hold a FileLib. */
  readonly folders: readonly string[];
  /** The share of objects that is read again as proof though it is known, in per mille. */
  readonly verifyPerMille: number;
}

/** The folders that packages and applications are made from. */
export interface PackageSources extends Common<"package-sources"> {
  /** Ask the site database for every package's and application's source folder. */
  readonly discover: boolean;
  /** The site database, which names the folders. */
  readonly database: DatabaseAddress;
  /** Folders beside the discovered ones. */
  readonly folders: readonly string[];
  /** Patterns of what is left out of each folder. */
  readonly exclude: readonly string[];
}

/** Databases of System Center Updates Publisher, one in each publisher's profile. */
export interface ScupDatabase extends Common<"scup-database"> {
  /** Where the profiles are: `C:\Users`. */
  readonly profiles: string;
  /** The machines with such profiles. Empty: this one. */
  readonly machines: readonly string[];
}

/** A reporting services point: its databases, its encryption key and its files. */
export interface ReportingServer extends Common<"reporting-server"> {
  /** The report server's databases; their names are those of the catalogue database and its temp database. */
  readonly databases: readonly DatabaseAddress[];
  /** Absent: SQL Server's own default backup folder. */
  readonly staging?: Staging;
  /**
   * The instance whose key is exported. `password`: a second lock, as in `sql-keys`. Absent: the key is not
   * captured, which is a risk.
   */
  readonly encryptionKey?: { readonly password?: SecretRef; readonly instance: string };
  /** Find the folder of the report server's configuration where the setup of its instance puts it. */
  readonly discover: boolean;
  /** Folders with configuration, assemblies and report sources, beside the discovered one. */
  readonly folders: readonly string[];
}

/** User states that a state migration point holds for computers in between. */
export interface UserState extends Common<"user-state"> {
  /** Ask the site database for every state migration point's folders. */
  readonly discover: boolean;
  /** The site database, which names the folders. */
  readonly database: DatabaseAddress;
  /** Folders beside the discovered ones. */
  readonly folders: readonly string[];
}

/** Certificates and keys of SQL Server that a restored site database can't be used without. */
export interface SqlKeys extends Common<"sql-keys"> {
  /** The site database; keys of its server's `master` are exported over the same login. */
  readonly database: DatabaseAddress;
  /** The folder that SQL Server exports to. Absent: its own default backup folder. */
  readonly staging?: Staging;
  /**
   * `bitlocker`: the certificate of BitLocker Management in the site database. `tde`, `backup-encryption`:
   * either one stands for all certificates of `master` that have a private key. `master-key`: the database
   * master keys of both.
   */
  readonly include: readonly ("bitlocker" | "tde" | "backup-encryption" | "master-key")[];
  /**
   * A second lock: the password of each export is made from it. Absent: that is made by chance and lies in
   * the snapshot, and the source does not answer where a repository is not encrypted and there is a key to
   * export.
   */
  readonly password?: SecretRef;
  /** Of certificates whose private keys are protected by passwords of their own, by name: those passwords. */
  readonly passwords?: Readonly<Record<string, SecretRef>>;
}

/** Any other database, such as SUSDB. */
export interface SqlDatabase extends Common<"sql-database"> {
  readonly database: DatabaseAddress;
  /** Absent: SQL Server's own default backup folder. */
  readonly staging?: Staging;
  /** Whether SQL Server compresses the backup. */
  readonly compression: boolean;
}

/** Any folder. */
export interface Folder extends Common<"folder">, TreeFilter {
  /** The folder that patterns are relative to. */
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

/** The source of a kind. */
export type SourceOf<Kind extends SourceKind> = Extract<Source, { kind: Kind }>;
