import { given } from "../base/given.ts";
import type { Instant } from "../base/instant.ts";
import type { Observation } from "../model/observation.ts";
import type { Action, SitePlan } from "../model/plan.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { Source } from "../model/policy/source.ts";
import { waitingCaptures } from "./quiet-captures.ts";
import { orderByKind } from "./order-steps.ts";
import { sitePlanOf } from "./site-plan.ts";
import { surveySite } from "./survey/survey.ts";

/** What `capture` was asked for. */
export interface AskedCapture {
  /** Names of sources; empty means all. */
  readonly sources: readonly string[];
  readonly note: string;
}

/**
 * Plans a recovery point of this very instant, whatever is due. Every capture is a full, so that the point
 * stands on its own; a silent source is a skip with its reason, as in any plan. Quiet hours hold nothing of
 * it back; the plan says so.
 */
export function planAskedCapture(
  policy: ResolvedPolicy,
  observed: Observation,
  now: Instant,
  asked: AskedCapture,
): SitePlan {
  const chosen = policy.sources.filter((it) => asked.sources.length === 0 || asked.sources.includes(it.name));
  const actions = orderByKind(chosen, (it) => it).map((source) =>
    askedAction(source, observed, now, asked.note),
  );
  const survey = surveySite(policy, observed, now);
  const captures = actions.filter((it) => it.do === "capture");
  const quiet = waitingCaptures(survey.quietSpell, captures);
  return { ...sitePlanOf(survey, actions, { risks: [] }), ...given({ quiet }) };
}

function askedAction(source: Source, observed: Observation, now: Instant, note: string): Action {
  const seen = observed.sources[source.name];
  const { name, kind } = source;
  if (seen && !seen.answers) return { do: "skip", source: name, kind, because: seen.problem };
  const because = { why: "asked", note } as const;
  return { do: "capture", source: name, kind, mode: "full", point: now, because, restsOn: [] };
}
