import { facts, flag, text } from "./codec.ts";

/** The part that a server plays for a database in an availability group. */
export const replicaFacts = facts({
  /** `primary` or `secondary`. */
  role: text,
  /** Whether the group wants backups of the database on this replica. */
  isPreferred: flag,
});
