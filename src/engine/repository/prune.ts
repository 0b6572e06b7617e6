import { formatMinute } from "../../core/base/instant.ts";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import type { PruneOptions, PruneReport, Repository } from "../../store/repository.ts";
import { ClockDoubted, PruneRefused, type SnapshotInUse } from "../../store/objects/repository-errors.ts";

/** Prunes a repository; what stands in the way is a problem with its cure. */
export async function pruneRepository(repository: Repository, options: PruneOptions): Promise<PruneReport> {
  const where = "repository";
  const report = await repository.prune(options).catch((thrown: unknown) => {
    if (thrown instanceof PruneRefused) throw new ProblemError(refused(where, thrown), { cause: thrown });
    if (thrown instanceof ClockDoubted) throw new ProblemError(doubted(where, thrown), { cause: thrown });
    throw thrown;
  });
  if (report.result === "overtaken") throw new ProblemError(overtaken(where));
  return report;
}

/** A snapshot that can't be forgotten while somebody restores it. */
export function snapshotInUse({ snapshot, holder, until }: SnapshotInUse): Problem {
  return {
    code: "snapshot-in-use",
    severity: "error",
    message: `The snapshot ${snapshot} is being restored by ${holder}, until ${formatMinute(until)} at the latest.`,
    where: snapshot,
    hint: "Wait for the restore to end; the next run forgets it.",
  };
}

function refused(where: string, { damage }: PruneRefused): Problem {
  const more = damage.length > 5 ? ` and ${damage.length - 5} more` : "";
  return {
    code: "prune-refused",
    severity: "error",
    message: `Nothing was taken away: what is needed can't be told, for this can't be read: ${damage.slice(0, 5).join("; ")}${more}.`,
    where,
    hint: "See what is hurt with `sitekeep repo check`, and put the rest in order with `sitekeep repo repair`.",
  };
}

function doubted(where: string, { now, known }: ClockDoubted): Problem {
  return {
    code: "clock-doubted",
    severity: "error",
    message: `This clock says ${formatMinute(now)}; the latest time in the repository is ${formatMinute(known)}.`,
    where,
    hint: "Set the clock of this machine. If it is right, say --clock-is-right.",
  };
}

function overtaken(where: string): Problem {
  return {
    code: "prune-overtaken",
    severity: "error",
    message: "Another prune was quicker: this one took nothing away.",
    where,
    hint: "Nothing need be done. Let one machine prune.",
  };
}
