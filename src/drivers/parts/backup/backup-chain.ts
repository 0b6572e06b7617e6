import { given } from "../../../core/base/given.ts";
import type { Problem } from "../../../core/base/problem.ts";
import { describeFull } from "../../../core/model/foreign-full.ts";
import type { Snapshot } from "../../../core/model/repository/snapshot.ts";
import type { BackupRecord } from "../../access/sql/backup-history.ts";
import { plainGuid } from "../../access/sql/backup-header.ts";
import { exactLsn, isBeyond, type Lsn, mayBeEqual, showLsn } from "../../access/sql/lsn.ts";
import { backupFacts } from "../../../core/model/facts/backup.ts";

/**
 * Says why a differential would not fit on the full that it is meant for, or `undefined` when it would.
 *
 * SQL Server makes a differential on the last full that was not copy-only, whoever took it.
 * `differential_base_guid` of the data files names that full; `msdb` may have forgotten it, else `history`
 * tells whose it is.
 */
export function movedBaseProblem(
  base: Snapshot | undefined,
  bases: readonly string[],
  where: string,
  history: readonly BackupRecord[] = [],
): Problem | undefined {
  const expected = base && backupFacts.get(base.facts, "setGuid");
  if (base !== undefined && bases.length === 1 && expected !== undefined && bases[0] === plainGuid(expected))
    return undefined;
  const reason =
    base === undefined
      ? "there is no full backup of ours to follow"
      : bases.length === 0
        ? "the database has no full backup that counts"
        : `another full backup was taken since ours${whose(bases, history)}`;
  return movedProblem(reason, where);
}

function movedProblem(reason: string, where: string): Problem {
  return {
    code: "differential-base-moved",
    severity: "risk",
    message: `A full was taken instead of a differential, as ${reason}.`,
    where,
    hint: "Make the other tool's full backups copy-only, or find it in msdb.dbo.backupset (is_copy_only = 0).",
  };
}

/**
 * Says why a differential was not made on the full that it is meant for, by the full's checkpoint, or
 * `undefined` when it was or nobody knows. A GUID tells it better, and not every server tells one.
 */
export function otherCheckpointProblem(
  base: Snapshot | undefined,
  databaseBackupLsn: Lsn | undefined,
  where: string,
): Problem | undefined {
  const checkpoint = base && backupFacts.get(base.facts, "checkpointLsn");
  if (checkpoint === undefined || databaseBackupLsn === undefined) return undefined;
  if (mayBeEqual(exactLsn(checkpoint), databaseBackupLsn)) return undefined;
  const [made, ours] = [showLsn(databaseBackupLsn), checkpoint];
  return movedProblem(
    `it was made on a full whose checkpoint is at ${made}, and that of ours is at ${ours}`,
    where,
  );
}

function whose(bases: readonly string[], history: readonly BackupRecord[]): string {
  const record = history.find(({ setGuid }) => bases.includes(setGuid));
  if (record === undefined) return "";
  const { startedAt, zoneKnown, user, device, isSnapshot: vss } = record;
  const unknown = zoneKnown ? {} : { zoneUnknown: true as const };
  return ` (${describeFull({ startedAt, ...unknown, ...given({ user }), device, vss })})`;
}

/** Where a log backup begins and ends, as far as it is known. */
interface LogReach {
  readonly firstLsn?: Lsn;
  readonly lastLsn?: Lsn;
  /** The recovery fork. */
  readonly fork?: string;
}

/** Says why a log backup does not follow its predecessor, or `undefined` when it does. */
export function logGapProblem(
  base: Snapshot | undefined,
  { firstLsn, lastLsn, fork }: LogReach,
  where: string,
): Problem | undefined {
  const last = base && backupFacts.get(base.facts, "lastLsn");
  const before = base && backupFacts.get(base.facts, "fork");
  if (before !== undefined && fork !== undefined && before !== fork)
    return {
      code: "log-chain-broken",
      severity: "risk",
      message:
        "A full was taken instead of a log backup: the database was restored since the backup before it, and its log goes on from there.",
      where,
      hint: "Nothing is to be done: differentials and logs follow the new full.",
    };
  if (last === undefined) return undefined;
  const why = whyNoNext(exactLsn(last), { firstLsn, lastLsn });
  if (why === undefined) return undefined;
  return {
    code: "log-chain-broken",
    severity: "risk",
    message: `A full was taken instead of a log backup: the log ${why}, and the backup before it ends at ${last}.`,
    where,
    hint: "Let one tool alone take log backups of this database.",
  };
}

function whyNoNext(before: Lsn, { firstLsn, lastLsn }: Record<"firstLsn" | "lastLsn", Lsn | undefined>) {
  if (firstLsn !== undefined && isBeyond(firstLsn, before)) return `begins at ${showLsn(firstLsn)}`;
  if (lastLsn !== undefined && isBeyond(before, lastLsn)) return `ends at ${showLsn(lastLsn)}`;
  return undefined;
}
