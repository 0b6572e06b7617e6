import type { Instant } from "../../core/base/instant.ts";
import type { ListedBackup } from "../access/sql/backup-witnesses.ts";

/** What a differential or a log lacks without which it can't be restored, or makes no copy younger. */
export type Lack = "base missing" | "behind a gap" | "nothing newer";

/**
 * What each of these backups lacks, all of which are there and of one database: a differential is worth
 * nothing without its full, and a log without every log since a full or a differential. A log that ends no
 * later than what is there holds nothing newer, whenever it was taken; an empty one is that of a quiet
 * database, which is as its last log left it.
 *
 * @param knownSince Before it more logs were taken than are listed, and none of them is taken for missing.
 */
export function lacksOf(
  backups: readonly ListedBackup[],
  knownSince: Instant,
): ReadonlyMap<ListedBackup, Lack> {
  const lacks = new Map<ListedBackup, Lack>();
  const fulls = new Set(backups.flatMap((it) => (it.type === "full" ? [it.setGuid] : [])));
  for (const it of backups)
    if (it.type === "differential" && !fulls.has(it.differentialBaseGuid ?? ""))
      lacks.set(it, "base missing");
  // The log up to this place is there: of the newest data backup, and of the logs that follow it.
  let reached: bigint | undefined;
  for (const it of backups.filter((one) => !lacks.has(one)).toSorted(byEnd)) {
    const [first, last] = [numberOf(it.firstLsn), numberOf(it.lastLsn)];
    if (it.type === "log" && it.startedAt > knownSince && (reached === undefined || first > reached))
      lacks.set(it, "behind a gap");
    else if (it.type === "log" && first < last && reached !== undefined && last <= reached)
      lacks.set(it, "nothing newer");
    else if (it.type !== "other" && (reached === undefined || last > reached)) reached = last;
  }
  return lacks;
}

/** A log that ends where a full does is of before it. */
function byEnd(left: ListedBackup, right: ListedBackup): number {
  const [one, other] = [numberOf(left.lastLsn), numberOf(right.lastLsn)];
  return one === other ? left.startedAt - right.startedAt : one < other ? -1 : 1;
}

/** Text of 25 digits; what is none is nowhere in the log. */
function numberOf(lsn: string): bigint {
  return /^\d+$/.test(lsn) ? BigInt(lsn) : 0n;
}
