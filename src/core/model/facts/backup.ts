import { digits, facts, flag, moment, text, whole } from "./codec.ts";
import { lockFacts } from "./lock-facts.ts";
import { databaseProfile } from "./database-profile.ts";

/** What is known of a native backup: from before it, from its header, and from its row in `msdb`. */
export const backupFacts = facts(
  { database: text, dataBytes: whole, setGuid: text, copyOnly: flag, serverVersion: text },
  {
    recoveryModel: text,
    collation: text,
    /** How the database and its instance were set. */
    profile: databaseProfile,
    changeTrackingVersion: digits,
    siteVersion: text,
    ...lockFacts,
    serverStartedAt: moment,
    clockOffsetMs: whole,
    differentialBaseGuid: text,
    /** `not-readable`: what follows is not known. */
    msdb: text,
    firstLsn: digits,
    lastLsn: digits,
    checkpointLsn: digits,
    databaseBackupLsn: digits,
    serverFinishedAt: moment,
  },
);
