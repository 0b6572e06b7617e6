import { absent, type Fact, known } from "../../../core/base/fact.ts";
import type { Problem } from "../../../core/base/problem.ts";
import { aboutMachine } from "../../../core/base/subject.ts";
import type { DatabaseProfile } from "../../../core/model/facts/database-profile.ts";
import type { FactsOf } from "../../../core/model/facts/codec.ts";
import type { replicaFacts } from "../../../core/model/facts/replica.ts";
import type { DatabaseAddress } from "../../../core/model/policy/source.ts";
import { replicaRow } from "../../access/sql/replica-queries.ts";
import { flagCell, textCell } from "../../access/sql/sql-row.ts";
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
