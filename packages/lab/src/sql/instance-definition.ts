import type { DatabaseSync } from "node:sqlite";
import type { SqlIncident } from "./incidents.ts";
import type { LivingColumn } from "./living-columns.ts";
import type { SqlModule } from "./modules.ts";
import type { ProductName } from "./product.ts";

export type RecoveryModel = "SIMPLE" | "FULL";

/** What a login may do beyond logging in and reading user tables. */
export type Permission =
  | "sysadmin"
  | "backup"
  | "view-change-tracking"
  | "view-server-state"
  | "view-definition"
  | "view-any-definition"
  | "view-any-database"
  | "msdb"
  | "create-database"
  | "control";

export interface ChangeTrackingDefinition {
  readonly retention: number;
  /** 1 minutes, 2 hours, 3 days. */
  readonly units: 1 | 2 | 3;
  readonly autoCleanup: boolean;
  readonly tables: readonly string[];
}

export interface DatabaseDefinition {
  readonly name: string;
  readonly recoveryModel: RecoveryModel;
  readonly changeTracking?: ChangeTrackingDefinition;
  /** What somebody who is not simulated keeps up to date in it. */
  readonly living?: readonly LivingColumn[];
  /** Answer of `dbo.fnGetSiteCode()`. */
  readonly siteCode?: string;
  /** Texts of its views, procedures and functions; views among them are made by `seed`. */
  readonly modules?: readonly SqlModule[];
  /** Makes and fills the tables, on a new database. */
  seed(db: DatabaseSync): void;
}

export interface LoginDefinition {
  readonly user: string;
  readonly password: string;
  readonly can: readonly Permission[];
  /** Rights that it was denied, each named as DENY names it; `rightNames` says which are known. */
  readonly denied?: readonly string[];
}

export interface CertificateDefinition {
  readonly database: string;
  readonly name: string;
  readonly subject: string;
  readonly pvtKeyEncryptedBy: "MASTER KEY" | "PASSWORD";
  /** What opens a private key that is encrypted by a password. */
  readonly password?: string;
  /** Incidents during which alone it is there. */
  readonly onlyDuring?: readonly SqlIncident[];
}

/** What a simulated SQL Server instance is made from. */
export interface InstanceDefinition {
  readonly host: string;
  /** Who opens backup files: `LAB\sql01$`. */
  readonly serviceAccount: string;
  /**
   * Drive letters (`E:`) of the SQL host and the local folders behind them, relative to the instance's
   * folder.
   */
  readonly drives: Readonly<Record<string, string>>;
  /** Shares (`\\sql01.lab\stage$`) that the service account reaches, and the local folders behind them. */
  readonly shares: Readonly<Record<string, string>>;
  readonly databases: readonly DatabaseDefinition[];
  readonly logins: readonly LoginDefinition[];
  readonly certificates: readonly CertificateDefinition[];
  /** Databases that have a master key. */
  readonly masterKeys: readonly string[];
  /** SQL Server 2022 unless given. */
  readonly product?: ProductName;
  /** Minutes that the host's local time is ahead of UTC; 60 unless given, so that a mix-up shows. */
  readonly utcOffsetMinutes?: number;
}
