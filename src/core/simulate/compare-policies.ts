import { day } from "../base/instant.ts";
import type { DurationMs, Instant } from "../base/instant.ts";
import type { Pausing } from "../base/pausing.ts";
import { isSameProblem, type Problem } from "../base/problem.ts";
import type { AcceptedRisk } from "../model/policy/acceptance.ts";
import type { Observation } from "../model/observation.ts";
import type { PolicyEffect } from "../model/policy/policy-effect.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { Simulation } from "../model/simulation.ts";
import { planSite } from "../plan/make-plan.ts";
import { duesOf } from "./diary.ts";
import { simulating } from "./simulate-policy.ts";

/** How far a change of policy is followed. */
const comparedMs: DurationMs = 90 * day;

/** A site's policy as it was and as it is to be; one of them is missing where a policy comes or goes. */
export interface PolicyChange {
  readonly before?: ResolvedPolicy;
  readonly after?: ResolvedPolicy;
  /** What exists now, seen for whichever policy is there. */
  readonly observed: Observation;
}

/**
 * What a change of policy does to a site: which of today's points it costs, at once and within ninety days,
 * and how long the site is without a newer copy. Both policies go through the same simulation, so what both
 * let go is not counted. Pauses as the simulations do.
 */
export function* comparing({ before, after, observed }: PolicyChange, now: Instant): Pausing<PolicyEffect> {
  const old = before && (yield* look(before, observed, now));
  const fresh = after && (yield* look(after, observed, now));
  const today = duesOf(observed.snapshots);
  const costs = (of: (it: Look) => ReadonlySet<Instant>): readonly Instant[] =>
    fresh === undefined ? [] : today.filter((due) => of(fresh).has(due) && !(old && of(old).has(due)));
  const spares = old && fresh ? today.filter((due) => old.later.has(due) && !fresh.later.has(due)) : [];
  return {
    site: (after ?? before)!.site.code,
    policy: (after ?? before)!.name,
    change: changeOf(before, after),
    forgetsNow: costs((it) => it.now),
    forgetsLater: costs((it) => it.later),
    spares,
    ...shiftOf(old, fresh),
    ...(old && { before: figuresOf(old.simulation) }),
    ...(fresh && { after: figuresOf(fresh.simulation) }),
  };
}

interface Look {
  /** Points that a plan made now lets go, and those that are gone at the end. */
  readonly now: ReadonlySet<Instant>;
  readonly later: ReadonlySet<Instant>;
  readonly simulation: Simulation;
  readonly risks: readonly Problem[];
  readonly accepted: readonly AcceptedRisk[];
}

function* look(policy: ResolvedPolicy, seen: Observation, now: Instant): Pausing<Look> {
  const observed = { ...seen, policy: policy.name };
  const { actions, risks, accepted = [] } = planSite(policy, observed, now);
  const until = now + comparedMs;
  const simulation = yield* simulating({ policy, observed, from: now, until, failures: [] });
  return {
    now: new Set(actions.flatMap((it) => (it.do === "forget" ? [it.point] : []))),
    later: new Set(simulation.days.flatMap((it) => it.forgotten)),
    simulation,
    risks,
    accepted,
  };
}

/** Of a policy that goes nothing is judged any more, which mends nothing. */
function shiftOf(
  old: Look | undefined,
  fresh: Look | undefined,
): Pick<PolicyEffect, "reddens" | "mends" | "accepts"> {
  if (fresh === undefined) return { reddens: [], mends: [], accepts: [] };
  return {
    reddens: without(fresh.risks, old?.risks ?? []),
    mends: without(old?.risks ?? [], [...fresh.risks, ...fresh.accepted]),
    accepts: without(fresh.accepted, old?.accepted ?? []),
  };
}

function without<Risk extends Problem | AcceptedRisk>(
  risks: readonly Risk[],
  others: readonly (Problem | AcceptedRisk)[],
): readonly Risk[] {
  return risks.filter((risk) => !others.some((it) => isSameProblem(it, risk)));
}

function changeOf(
  before: ResolvedPolicy | undefined,
  after: ResolvedPolicy | undefined,
): PolicyEffect["change"] {
  if (before === undefined) return "added";
  if (after === undefined) return "removed";
  const plain = (policy: ResolvedPolicy): string => JSON.stringify({ ...policy, where: "" });
  return plain(before) === plain(after) ? "none" : "changed";
}

function figuresOf({ points, worstGap, totals, atRisk }: Simulation): NonNullable<PolicyEffect["after"]> {
  return {
    points: points.length,
    captures: totals.captures,
    ...(worstGap && { worstGapMs: worstGap.until - worstGap.asOf }),
    atRiskMs: atRisk.reduce((sum, it) => sum + it.until - it.from, 0),
  };
}
