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
  /** The captures belong to the point that the schedule has now, and not to one of this instant. */
  readonly joins?: boolean;
}

/**
 * Plans a recovery point of this very instant, or more of the one that is due, whatever is there. Every
 * capture is a full, so that the point stands on its own; a silent source is a skip with its reason, as in
 * any plan. Quiet hours hold nothing of it back; the plan says so.
 */
export function planAskedCapture(
  policy: ResolvedPolicy,
  observed: Observation,
  now: Instant,
  asked: AskedCapture,
): SitePlan {
  const chosen = policy.sources.filter((it) => asked.sources.length === 0 || asked.sources.includes(it.name));
  const survey = surveySite(policy, observed, now);
  const point = asked.joins === true ? (survey.due ?? now) : now;
  const actions = orderByKind(chosen, (it) => it).map((source) =>
    askedAction(source, observed, point, asked.note),
  );
  const captures = actions.filter((it) => it.do === "capture");
  const quiet = waitingCaptures(survey.quietSpell, captures);
  return { ...sitePlanOf(survey, actions, { risks: [] }), ...given({ quiet }) };
}

function askedAction(source: Source, observed: Observation, point: Instant, note: string): Action {
  const seen = observed.sources[source.name];
  const { name, kind } = source;
  if (seen && !seen.answers) return { do: "skip", source: name, kind, because: seen.problem };
  const because = { why: "asked", note } as const;
  return { do: "capture", source: name, kind, mode: "full", point, because, restsOn: [] };
}
