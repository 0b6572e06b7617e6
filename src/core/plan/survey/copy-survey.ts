import { given } from "../../base/given.ts";
import { assert } from "../../base/assert.ts";
import type { Observation } from "../../model/observation.ts";
import type { RepositoryCopy, ResolvedPolicy } from "../../model/policy/resolved-policy.ts";
import type { Run } from "../../model/run.ts";
import type { Snapshot } from "../../model/repository/snapshot.ts";

/** The copies that a policy asks for, where a name was given only those to that repository. */
export function copiesOf({ repository }: ResolvedPolicy, to?: string): readonly RepositoryCopy[] {
  return (repository.copies ?? []).filter((it) => to === undefined || it.repository.name === to);
}

/**
 * The policy as it holds for a repository of copies: the rules of its own retention, and everything else as
 * it is. A copy that says nothing of the calendar counts by the policy's.
 */
export function policyForCopies(policy: ResolvedPolicy, to: string): ResolvedPolicy {
  const [copy] = copiesOf(policy, to);
  assert(copy, `policy ${policy.name} has no copies in ${to}`);
  const { weekStartsOn = "monday", dayStartsAtMs = 0 } = policy.retention;
  const calendar = { weekStartsOn, dayStartsAtMs };
  return { ...policy, retention: copy.retention ? { ...calendar, ...copy.retention } : policy.retention };
}

/**
 * The site as it looks from a repository of copies: what lies there, what is held there, and what was
 * forgotten there.
 */
export function observedFromCopies(
  observed: Observation,
  to: string,
  snapshots: readonly Snapshot[],
): Observation {
  const { holds: _, unread: main = [], ...rest } = observed;
  const { holds, unread: there = [] } = observed.copies?.find((it) => it.repository === to) ?? {};
  // What went of late is in the records of the policy's repository.
  const unread = [...main, ...there];
  return {
    ...rest,
    ...given({ holds }),
    ...(unread.length > 0 && { unread }),
    snapshots,
    runs: observed.runs.map((run) => runOn(run, to)),
  };
}

/** A run as it concerns that repository: the brake counts what was forgotten there. */
function runOn(run: Run, to: string): Run {
  if (run.finished === undefined) return run;
  const outcomes = run.finished.outcomes.flatMap((outcome) => {
    const { forgotCopy } = outcome;
    return forgotCopy?.repository === to ? [{ ...outcome, forgot: forgotCopy.point }] : [];
  });
  return { ...run, finished: { ...run.finished, outcomes } };
}
