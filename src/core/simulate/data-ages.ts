import type { DurationMs, Instant } from "../base/instant.ts";
import { isSet } from "../plan/risks/point-needs.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { Gap } from "../model/simulation.ts";
import { makesFreshCopy } from "../plan/window/database-copies.ts";
import type { Snapshot } from "../model/repository/snapshot.ts";

/** A copy of what matters most, from when on it was the newest. */
export interface CopyStep {
  /** When the copy was whole. */
  readonly at: Instant;
  /** What instant it shows. */
  readonly asOf: Instant;
}

/**
 * Every copy of the site database that became the newest, in the order of time; of a policy without the
 * database, every snapshot of its first source.
 */
export function copySteps(policy: ResolvedPolicy, captured: readonly Snapshot[]): readonly CopyStep[] {
  const { sources } = policy;
  const source = sources.find(makesFreshCopy) ?? sources.find(isSet) ?? sources[0];
  const steps: CopyStep[] = [];
  for (const it of captured)
    if (it.source === source?.name && it.asOf > (steps.at(-1)?.asOf ?? -Infinity))
      steps.push({ at: it.finishedAt, asOf: it.asOf });
  return steps;
}

/**
 * How old the data of the newest copy grew within a stretch of time; nothing where there was no copy all
 * along.
 */
export function oldestWithin(
  steps: readonly CopyStep[],
  from: Instant,
  until: Instant,
): DurationMs | undefined {
  const inForce = steps.findLast((it) => it.at <= from);
  const within = steps.filter((it) => it.at > from && it.at <= until);
  const spans = [...(inForce ? [inForce] : []), ...within].map((it, position, all) => {
    return (all[position + 1]?.at ?? until) - it.asOf;
  });
  return spans.length === 0 ? undefined : Math.max(...spans);
}

/** The longest time, of those that end within a stretch of time, that one copy had to be the newest. */
export function worstGap(
  steps: readonly CopyStep[],
  { from, until }: { readonly from: Instant; readonly until: Instant },
): Gap | undefined {
  let worst: Gap | undefined;
  for (const [position, { asOf }] of steps.entries()) {
    const gap = { asOf, until: Math.min(until, steps[position + 1]?.at ?? until) };
    if (gap.until <= from) continue;
    if (worst === undefined || gap.until - gap.asOf > worst.until - worst.asOf) worst = gap;
  }
  return worst;
}
