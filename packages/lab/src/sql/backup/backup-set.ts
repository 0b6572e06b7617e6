import type { RecoveryModel } from "../instance-definition.ts";

/** What a media header says. */
export interface MediaLabel {
  readonly mediaSetGuid: string;
  readonly mediaFamilyGuid: string;
  readonly mediaName: string | null;
  readonly mediaDescription: string | null;
  readonly isCompressed: boolean;
  readonly writtenAt: string;
}

/** The database of a backup set, as it was then. */
export interface BackedUpDatabase {
  readonly name: string;
  readonly createdAtMs: number;
  readonly familyGuid: string;
  readonly forkGuid: string;
  readonly fileGuid: string;
  readonly brokerGuid: string;
  readonly recoveryModel: RecoveryModel;
  readonly logicalData: string;
  readonly logicalLog: string;
  readonly dataFile: string;
  readonly logFile: string;
  readonly siteCode: string | null;
  readonly isSingleUser: boolean;
  /** The certificate that encrypts the database, in hexadecimal. */
  readonly tdeThumbprint?: string;
}

/** What is known of a backup when it starts. D is full, I differential, L log. */
export interface SetStart {
  readonly position: number;
  readonly setGuid: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly type: "D" | "I" | "L";
  readonly isCopyOnly: boolean;
  readonly isCompressed: boolean;
  readonly hasChecksums: boolean;
  readonly userName: string;
  readonly serverName: string;
  readonly database: BackedUpDatabase;
  readonly startedAtMs: number;
  readonly utcOffsetMinutes: number;
  readonly firstLsn: string;
  readonly checkpointLsn: string;
  readonly databaseBackupLsn: string | null;
  readonly differentialBaseLsn: string | null;
  readonly differentialBaseGuid: string | null;
  readonly beginsLogChain: boolean;
  /** What the backup itself is encrypted with. */
  readonly encryption?: BackupEncryption;
}

/** The algorithm of an encrypted backup, and the thumbprint of its certificate in hexadecimal. */
export interface BackupEncryption {
  readonly algorithm: string;
  readonly thumbprint: string;
}

/** What is known only when it has ended. */
export interface SetEnd {
  readonly lastLsn: string;
  readonly finishedAtMs: number;
  /** Pages of the database file at the end. */
  readonly databasePages: number;
  readonly dataPages: number;
  readonly tailPages: number;
  readonly backupBytes: number;
  readonly compressedBytes: number;
  /** SHA-256 of everything from the start of the set to its end block. */
  readonly digest: string;
}

/** A whole backup set, as the history and the headers show it. */
export type BackupSet = SetStart & SetEnd;
