import { backupFacts } from "./backup.ts";
import { facts, listOf, mapOf, text } from "./codec.ts";
import { roomFacts } from "./room.ts";

/** The state of each database of a report server, and which of them are in an availability group. */
export const reportingServerLook = facts(
  { databases: mapOf(text) },
  { availabilityGroup: listOf(text), ...roomFacts },
);

/**
 * What a snapshot of a report server tells. `encryptionKey`: the name of its file, `not-asked` or `failed`.
 */
export const reportingServerCapture = facts({ databases: mapOf(backupFacts), encryptionKey: text });
