import { absent, type Fact, known, unknown } from "../../../core/base/fact.ts";
import { type DurationMs, second } from "../../../core/base/instant.ts";
import type { Problem } from "../../../core/base/problem.ts";
import { aboutMachine } from "../../../core/base/subject.ts";
import type { DatabaseProfile } from "../../../core/model/facts/database-profile.ts";
import type { FactsOf } from "../../../core/model/facts/codec.ts";
import type { replicaFacts } from "../../../core/model/facts/replica.ts";
import type { DatabaseAddress } from "../../../core/model/policy/source.ts";
import { replicaBehind, replicaRow } from "../../access/sql/replica-queries.ts";
import { flagCell, numberCell, textCell } from "../../access/sql/sql-row.ts";
import type { SqlRunner } from "../../access/sql/sql-runner.ts";
import { ask, type Asking } from "../session/ask.ts";

/** The part that a server plays for a database in an availability group. */
export type Replica = FactsOf<typeof replicaFacts>;

/** Asks which replica of its group a database is. Absent: the database is in none. */
export async function readReplica(sql: SqlRunner, asking: Asking): Promise<Fact<Replica>> {
  const rows = await ask(sql, replicaRow, asking);
  if (rows.is !== "known") return rows;
  const [row] = rows.value;
  if (!flagCell(row, "in_group")) return absent;
  const role = textCell(row, "updateability") === "READ_ONLY" ? "secondary" : "primary";
  return known({ role, isPreferred: flagCell(row, "is_preferred") ?? false });
}

/**
 * How far what a secondary replica holds is behind, by its newest transaction. Absent: the database is on no
 * secondary.
 */
export async function readBehind(
  sql: SqlRunner,
  asking: Asking,
  replica: Fact<Replica>,
): Promise<Fact<DurationMs>> {
  if (replica.is !== "known" || replica.value.role !== "secondary") return absent;
  const rows = await ask(sql, replicaBehind, asking);
  if (rows.is !== "known")
    return rows.is === "absent" ? rows : unknown(ageUnknown(asking, rows.why.message, rows.why.hint));
  const seconds = numberCell(rows.value[0], "behind_seconds");
  if (seconds !== undefined && seconds >= 0) return known(seconds * second);
  const why =
    seconds === undefined
      ? "It has received no transaction yet."
      : "Its newest transaction is later than its clock.";
  return unknown(
    ageUnknown(asking, why, "Set the clocks and zones of the group's servers alike, and see its dashboard."),
  );
}

/** What is written down of a replica. */
export function replicaWith(replica: Fact<Replica>, behind: Fact<DurationMs>): Replica | undefined {
  if (replica.is !== "known") return undefined;
  return behind.is === "known" ? { ...replica.value, behindMs: behind.value } : replica.value;
}

function ageUnknown({ task }: Asking, why: string, cure: string | undefined): Problem {
  const { server, name } = task.database;
  return {
    code: "replica-age-unknown",
    severity: "risk",
    message: `${server} is a secondary replica of ${name}, and how far it is behind is not known: ${why} A copy from there may be older than it says.`,
    where: task.where,
    hint: `${cure ?? ""} Or name the listener or the primary as the server of \`site.database\`.`.trim(),
    about: aboutMachine({ kind: "database", server, name }),
  };
}

/** From this version on a secondary replica takes any backup. */
const takesAnySince = 17;

/** What is to be backed up, and whether it moves a base. */
export interface WantedBackup {
  readonly database: DatabaseAddress;
  readonly where: string;
  /** Whether the backup is a differential, or a full that others are to follow. */
  readonly movesBase: boolean;
}

/**
 * Says that SQL Server would refuse a backup, as this server is a secondary replica: better told by a look,
 * and before anything is written. `undefined` where it would not, and where nobody knows which replica this
 * is.
 */
export function replicaRefusal(
  { database, where, movesBase }: WantedBackup,
  replica: Fact<Replica>,
  { engineVersion }: DatabaseProfile,
): Problem | undefined {
  if (!movesBase || replica.is !== "known" || replica.value.role !== "secondary") return undefined;
  if (engineVersion.is === "known" && Number(engineVersion.value.split(".")[0]) >= takesAnySince)
    return undefined;
  const { server, name } = database;
  return {
    code: "replica-refuses-backup",
    severity: "error",
    message: `${server} is a secondary replica of the availability group of ${name}: SQL Server takes copy-only fulls and logs there alone, and differentials and logs of the policy need a full that is none.`,
    where,
    hint: `Name the listener of the group, or its primary, as the server of \`site.database\`; or remove \`differential\` and \`log\` from the source, so that its fulls are copy-only.`,
    about: aboutMachine({ kind: "database", server, name }),
  };
}
