import { given } from "../../base/given.ts";
import type { JsonObject } from "../../base/json.ts";
import { backupFacts } from "./backup.ts";

/** What a copy of a database is locked by (`lockFacts`). */
export interface LockedDatabase {
  /** Absent: the site database. */
  readonly name?: string;
  readonly needsKeys: readonly string[];
  readonly locks: Readonly<Record<string, string>>;
}

/** What the facts of a backup tell of its locks. */
export function lockedIn(facts: JsonObject, name?: string): LockedDatabase {
  return {
    ...given({ name }),
    needsKeys: backupFacts.get(facts, "needsKeys") ?? [],
    locks: backupFacts.get(facts, "locks") ?? {},
  };
}
