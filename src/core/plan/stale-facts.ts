import { canonicalJson } from "../base/json.ts";
import type { Json } from "../base/json.ts";
import type { Observation } from "../model/observation.ts";
import type { SitePlan } from "../model/plan.ts";
import { factValue, readFacts } from "./facts.ts";
import { makeSeries } from "./points/points.ts";

/** A fact that a step of a saved plan rests on and that is no longer so. */
export interface StaleFact {
  readonly name: string;
  readonly was: Json;
  readonly is: Json;
}

/**
 * Compares what a saved plan rests on with the site as it is now. Empty: the plan may be applied as it was
 * reviewed. Only facts of the plan's own steps count; that another site wrote to the repository changes
 * nothing here.
 */
export function staleFacts(plan: SitePlan, observed: Observation): readonly StaleFact[] {
  const table = readFacts(plan.policy, observed, makeSeries(plan.policy, observed.snapshots));
  return Object.entries(plan.facts).flatMap(([name, was]) => {
    const is = factValue(table, name);
    return canonicalJson(was) === canonicalJson(is) ? [] : [{ name, was, is }];
  });
}
