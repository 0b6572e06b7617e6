import { facts, flag, text, whole } from "./codec.ts";

/** The part that a server plays for a database in an availability group. */
export const replicaFacts = facts(
  {
    /** `primary` or `secondary`. */
    role: text,
    /** Whether the group wants backups of the database on this replica. */
    isPreferred: flag,
  },
  {
    /** Of a secondary: how far what it held was behind. Absent there: nobody could tell. */
    behindMs: whole,
  },
);
