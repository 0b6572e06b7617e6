import { facts, listOf, text } from "./codec.ts";

/**
 * Which databases of Updates Publisher there are, by their paths in a snapshot, and what could not be had
 * of them:
 * `readMissing` reads that.
 */
export const scupDatabaseFacts = facts({ databases: listOf(text) }, { missing: listOf(text) });
