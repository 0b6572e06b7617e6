import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProductName } from "./product.ts";
import type { LoginDefinition, RecoveryModel } from "./instance-definition.ts";

/** The full backup that differentials of a database are taken against. */
export interface DifferentialBase {
  readonly lsn: string;
  readonly guid: string;
  readonly atMs: number;
}

/** A database that a RESTORE WITH NORECOVERY left unfinished. */
export interface RestoringState {
  /** Log up to here has been applied. */
  redoLsn: string;
  /** The full backup that was restored: a differential must rest on it. */
  readonly baseGuid: string;
}

export interface DatabaseState {
  readonly id: number;
  name: string;
  /** Path below the instance's folder. */
  readonly localFile: string;
  readonly localLog: string;
  /** Paths as SQL Server shows them. */
  readonly dataFile: string;
  readonly logFile: string;
  readonly logicalData: string;
  readonly logicalLog: string;
  readonly createdAtMs: number;
  readonly familyGuid: string;
  readonly fileGuid: string;
  readonly siteCode: string | null;
  /** The login that made or restored it; without one it is a sysadmin's. */
  owner?: string | undefined;
  /** Whether another server's key was over its master key: it was restored from that one's backup. */
  isForeign?: boolean;
  /** The certificate that encrypts it, where it came encrypted from a backup. */
  readonly tdeThumbprint?: string;
  brokerGuid: string;
  forkGuid: string;
  recoveryModel: RecoveryModel;
  isBrokerEnabled: boolean;
  isTrustworthyOn: boolean;
  isHonorBrokerPriorityOn: boolean;
  isSingleUser: boolean;
  /** The newest log sequence number, as decimal digits. */
  lsn: string;
  differentialBase: DifferentialBase | null;
  /** Checkpoint of the newest full backup that is no copy. */
  lastFullLsn: string | null;
  /** Where the next log backup starts; null while there is no chain. */
  logChainLsn: string | null;
  restoring: RestoringState | null;
  /** Whether somebody has taken it offline. */
  isOffline?: boolean;
}

/** The states of `sys.databases` that a database of the lab can be in. */
const databaseStates = { ONLINE: 0, RESTORING: 1, OFFLINE: 6 } as const;

/** What `sys.databases` says a database is: its number, and its word. */
export function stateOf({ restoring, isOffline }: DatabaseState): readonly [number, string] {
  const state = restoring !== null ? "RESTORING" : isOffline === true ? "OFFLINE" : "ONLINE";
  return [databaseStates[state], state];
}

/** Whether a database can be used. */
export function isOnline(database: DatabaseState): boolean {
  return stateOf(database)[0] === databaseStates.ONLINE;
}

/** The moving state of an instance, kept in `instance.json`. */
export interface InstanceState {
  readonly version: 1;
  readonly host: string;
  readonly serviceAccount: string;
  readonly utcOffsetMinutes: number;
  readonly createdAtMs: number;
  readonly drives: Readonly<Record<string, string>>;
  readonly shares: Readonly<Record<string, string>>;
  readonly logins: readonly LoginDefinition[];
  /** A lab that was made before it could be chosen is of 2022. */
  readonly product?: ProductName;
  nextDatabaseId: number;
  databases: DatabaseState[];
}

const fileName = "instance.json";

export function readInstanceState(folder: string): InstanceState {
  return JSON.parse(readFileSync(join(folder, fileName), "utf8")) as InstanceState;
}

/** Writes the state whole or not at all. */
export function writeInstanceState(folder: string, state: InstanceState): void {
  const file = join(folder, fileName);
  writeFileSync(`${file}.new`, `${JSON.stringify(state, undefined, 2)}\n`);
  renameSync(`${file}.new`, file);
}
