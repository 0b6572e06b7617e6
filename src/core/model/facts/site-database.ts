import type { Instant } from "../../base/instant.ts";
import type { JsonObject } from "../../base/json.ts";
import { absent, type Fact, known, unknown } from "../../base/fact.ts";
import { digits, facts, flag, listOf, moment, text, whole } from "./codec.ts";
import { databaseProfile } from "./database-profile.ts";
import { lockFacts } from "./lock-facts.ts";
import { notUnderstood } from "./not-understood.ts";
import { replicaFacts } from "./replica.ts";
import { roomFacts } from "./room.ts";

/** A full backup that `msdb` lists. */
const listedFull = facts(
  { startedAt: moment },
  { setGuid: text, finishedAt: moment, copyOnly: flag, vss: flag, zoneKnown: flag, device: text, user: text },
);

/**
 * What a look at the site database tells, and all that is kept of it where another tool takes the backups.
 */
export const siteDatabaseLook = facts(
  { dataBytes: whole, differentialBases: listOf(text) },
  {
    state: text,
    recoveryModel: text,
    /** How the database and its instance are set. */
    profile: databaseProfile,
    /** Absent where the database is in no availability group, or nobody could tell. */
    replica: replicaFacts,
    changeTrackingVersion: digits,
    siteVersion: text,
    ...lockFacts,
    /** What a full backup will take where SQL Server writes it, and what is free there. */
    ...roomFacts,
    /** Absent where `msdb` is closed to the login. */
    lastFulls: listOf(listedFull),
    /** Absent where `msdb` knows of no log backup, or is closed. */
    lastLogAt: moment,
  },
);

/**
 * When the log was last backed up, by whomever. Absent: `msdb` was read, and knows of no such backup.
 * Unknown where it is closed to
 * the login, and where nobody looked.
 */
export function readLastLog(facts: JsonObject): Fact<Instant> {
  const at = siteDatabaseLook.get(facts, "lastLogAt");
  if (at !== undefined) return known(at);
  const isRead = siteDatabaseLook.get(facts, "lastFulls") !== undefined && facts["lastLogAt"] === undefined;
  return isRead ? absent : unknown(notUnderstood("lastLogAt"));
}
