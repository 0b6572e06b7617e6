import type { OutsideFact } from "../facts/outside-fact.ts";
import { replicaScripts, sqlDocs } from "../facts/witnesses.ts";

/** A built-in that is called, or a property that is asked for, with how the server is asked for it. */
export interface ExpressionFact extends OutsideFact {
  readonly kind: "built-in" | "property";
  /** An expression of T-SQL. */
  readonly asked: string;
  /** NULL is an answer. */
  readonly mayBeNull?: true;
}

/** SQL Server's own folder for backups. */
export const backupFolderProperty = {
  id: "SERVERPROPERTY InstanceDefaultBackupPath",
  kind: "property",
  says: "the server's own folder for backups",
  versions: "2019 and later; NULL before",
  witnesses: [sqlDocs("SERVERPROPERTY")],
  confidence: 90,
  otherwise: "the policy has to name a folder for staging, which is told",
  asked: "SERVERPROPERTY('InstanceDefaultBackupPath')",
  mayBeNull: true,
} as const satisfies ExpressionFact;

/** Where a server keeps data files by default. */
export const dataFolderProperty = {
  id: "SERVERPROPERTY InstanceDefaultDataPath",
  kind: "property",
  says: "the server's own folder for data files",
  versions: "2012 and later",
  witnesses: [sqlDocs("SERVERPROPERTY")],
  confidence: 97,
  otherwise: "a restored file goes to the folder that it had",
  asked: "SERVERPROPERTY('InstanceDefaultDataPath')",
  mayBeNull: true,
} as const satisfies ExpressionFact;

/** Where a server keeps logs by default. */
export const logFolderProperty = {
  id: "SERVERPROPERTY InstanceDefaultLogPath",
  kind: "property",
  says: "the server's own folder for log files",
  versions: "2012 and later",
  witnesses: [sqlDocs("SERVERPROPERTY")],
  confidence: 97,
  otherwise: "a restored file goes to the folder that it had",
  asked: "SERVERPROPERTY('InstanceDefaultLogPath')",
  mayBeNull: true,
} as const satisfies ExpressionFact;

function serverProperty(name: string, says: string, more: { mayBeNull?: true; versions?: string } = {}) {
  return {
    id: `SERVERPROPERTY ${name}`,
    kind: "property",
    says,
    ...more,
    witnesses: [sqlDocs("SERVERPROPERTY")],
    confidence: 99,
    otherwise: "it is written down as unknown, with the cause",
    asked: `SERVERPROPERTY('${name}')`,
  } as const satisfies ExpressionFact;
}

/** The edition: a site is recovered onto the same one. */
export const editionProperty = serverProperty("Edition", "the edition in words: Standard Edition (64-bit)");

/** The engine's version. */
export const versionProperty = serverProperty("ProductVersion", "the version: 16.0.4105.2");

/** The engine's level. */
export const levelProperty = serverProperty("ProductLevel", "RTM, SP1, CTP and so on");

/** The engine's update. */
export const updateProperty = serverProperty(
  "ProductUpdateLevel",
  "CU14 and so on; NULL where there is none",
  {
    mayBeNull: true,
    versions: "2012 and later",
  },
);

/** The collation of the instance. */
export const collationProperty = serverProperty("Collation", "the collation of the instance");

/** The server's name, also where its machine was renamed and SQL Server was not told. */
export const nameProperty = serverProperty(
  "ServerName",
  "machine and instance as they are called now; `@@SERVERNAME` keeps an older name until it is told the new one",
);

/** The counter of change tracking. */
export const trackingVersionFunction = {
  id: "CHANGE_TRACKING_CURRENT_VERSION",
  kind: "built-in",
  says: "the version of the last change in the session's database; NULL where tracking is off",
  witnesses: [sqlDocs("CHANGE_TRACKING_CURRENT_VERSION")],
  confidence: 99,
  otherwise: "points are judged by their age",
  asked: "CHANGE_TRACKING_CURRENT_VERSION()",
  mayBeNull: true,
} as const satisfies ExpressionFact;

/** Whether a database can be written to: within an availability group the primary's alone can. */
export const updateabilityProperty = {
  id: "DATABASEPROPERTYEX Updateability",
  kind: "property",
  says: "READ_WRITE, or READ_ONLY, which a database of an availability group is on a secondary replica",
  witnesses: [sqlDocs("DATABASEPROPERTYEX"), replicaScripts],
  confidence: 93,
  otherwise: "a full that moves a base is tried, and SQL Server refuses it with 3059",
  asked: "DATABASEPROPERTYEX(DB_NAME(), 'Updateability')",
} as const satisfies ExpressionFact;

/** Whether an availability group wants the backups of a database on this replica. */
export const preferredReplicaFunction = {
  id: "sys.fn_hadr_backup_is_preferred_replica",
  kind: "built-in",
  says: "1 where the group wants backups of a database on this replica, else 0; 1 for a database in no group. Jobs that find 0 end without an error",
  versions: "2012 and later",
  witnesses: [sqlDocs("sys.fn_hadr_backup_is_preferred_replica"), replicaScripts],
  confidence: 95,
  otherwise: "whether backups are wanted elsewhere is unknown, and told",
  asked: "sys.fn_hadr_backup_is_preferred_replica(DB_NAME())",
} as const satisfies ExpressionFact;

/** What a login may do. */
export const rightsFunction = {
  id: "HAS_PERMS_BY_NAME",
  kind: "built-in",
  says: "1 for a right that the login has, 0 for one that it lacks, NULL where the server can't tell",
  witnesses: [sqlDocs("HAS_PERMS_BY_NAME")],
  confidence: 99,
  otherwise: "what a right hides is unknown; a backup that lacks one is refused by the server",
  asked: "HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'CONNECT')",
} as const satisfies ExpressionFact;

/** The server's clock. */
export const clockFunction = {
  id: "SYSUTCDATETIME",
  kind: "built-in",
  says: "the server's time in UTC",
  witnesses: [sqlDocs("SYSUTCDATETIME")],
  confidence: 99,
  otherwise: "how far the clocks are apart is unknown, and the window is not proven",
  asked: "CONVERT(nvarchar(23), SYSUTCDATETIME(), 121)",
} as const satisfies ExpressionFact;

/** The database of the session, by its number. */
export const databaseNumberFunction = {
  id: "DB_ID",
  kind: "built-in",
  says: "the number of the session's database, or of one that is named; NULL: there is none",
  witnesses: [sqlDocs("DB_ID")],
  confidence: 99,
  otherwise: "the setting of change tracking is unknown",
  asked: "DB_ID()",
} as const satisfies ExpressionFact;
