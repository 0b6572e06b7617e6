import type { DatabaseAddress, Staging } from "../../../core/model/policy/source.ts";
import type { CaptureMode, Snapshot } from "../../../core/model/repository/snapshot.ts";
import type { StagedFile } from "../staging/staging.ts";

/** One database that is to be backed up. */
export interface BackupRequest {
  readonly database: DatabaseAddress;
  readonly siteCode: string;
  /** Absent: SQL Server's own folder for backups. */
  readonly staging?: Staging;
  readonly where: string;
  readonly mode: CaptureMode;
  readonly base?: Snapshot;
  readonly compression: boolean;
  /** Whether the policy has a word for it, for the cure where there is too little room. */
  readonly mayCompress: boolean;
  /**
   * A full that differentials or logs are to follow moves the base of the next differential. Without them it
   * is copy-only and disturbs no other tool's chain.
   */
  readonly startsChain: boolean;
}

/** The name of a backup's set: that of its file. */
export function setNameOf({ sql }: StagedFile): string {
  return sql.split(/[\\/]/).at(-1)!;
}

/** `full backup of CM_PS1`. */
export function titleOf({ mode, database }: BackupRequest): string {
  return `${mode} backup of ${database.name}`;
}

/** Whether a backup moves no base: a full that nothing is to follow. */
export function isCopyOnly({ mode, startsChain }: BackupRequest): boolean {
  return mode === "full" && !startsChain;
}
