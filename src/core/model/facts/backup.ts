import { digits, facts, flag, moment, text, whole } from "./codec.ts";
import { lockFacts } from "./lock-facts.ts";
import { databaseProfile } from "./database-profile.ts";
import { replicaFacts } from "./replica.ts";

/** What is known of a native backup: from before it, from its header, and from its row in `msdb`. */
export const backupFacts = facts(
  { database: text, dataBytes: whole, setGuid: text, copyOnly: flag, serverVersion: text },
  {
    recoveryModel: text,
    collation: text,
    /** Which replica it was taken on. Absent where the database was in no availability group. */
    replica: replicaFacts,
    /** How the database and its instance were set. */
    profile: databaseProfile,
    changeTrackingVersion: digits,
    siteVersion: text,
    ...lockFacts,
    serverStartedAt: moment,
    clockOffsetMs: whole,
    differentialBaseGuid: text,
    /** Whether SQL Server has read it again. Not, where the login may not ask it to. */
    verified: flag,
    /** Bytes that the backup holds, and that its file takes. */
    backupBytes: whole,
    storedBytes: whole,
    /** A GUID of the database from its making on, and its recovery fork at the backup's end. */
    family: text,
    fork: text,
    /** How the backup itself is encrypted: `aes_256`. Absent: it is not. */
    encryption: text,
    /** `not-readable`: of what follows only what the header tells digit by digit is known. */
    msdb: text,
    firstLsn: digits,
    lastLsn: digits,
    checkpointLsn: digits,
    databaseBackupLsn: digits,
    serverFinishedAt: moment,
  },
);
