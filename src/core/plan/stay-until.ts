import { day } from "../base/instant.ts";
import type { DurationMs, Instant } from "../base/instant.ts";
import type { Observation } from "../model/observation.ts";
import type { Outlook } from "../model/outlook.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import { Foresight } from "./foresight.ts";
import { isNeverQuiet, quietEndAt } from "./calendar/quiet-hours.ts";
import { dueInstants } from "./calendar/schedule.ts";
import { surveySite } from "./survey/survey.ts";
import type { Survey } from "./survey/survey.ts";

/** How far is looked ahead. A policy that keeps years is told years. */
const aheadMs: DurationMs = 10 * 366 * day;
/** A schedule of every few minutes is not followed that far. */
const runsMax = 40_000;

/**
 * Says how long each point stays that there is now, by its due instant, if every run is made when the
 * schedule says and captures everything: the first run at which no reason is left that keeps it. Points of
 * the future are not told.
 */
export function foreseePoints(
  policy: ResolvedPolicy,
  observed: Observation,
  now: Instant,
): ReadonlyMap<Instant, Outlook> {
  const survey = surveySite(policy, observed, now);
  const foresight = new Foresight(survey);
  let runs = 0;
  let last = now;
  for (const { due, at } of runsAhead(survey)) {
    if (foresight.isSettled || runs++ >= runsMax) break;
    foresight.run(due, at);
    last = at;
  }
  return foresight.outlooks(last);
}

/** A run to come: when it starts, and the point that it makes. */
interface RunAhead {
  readonly due: Instant;
  readonly at: Instant;
}

/** The runs to come, in their order. What falls into the same quiet hours is one run, of the newest point. */
function* runsAhead(survey: Survey): Iterable<RunAhead> {
  const { quiet, now } = survey;
  const isNever = isNeverQuiet(quiet);
  let waiting: RunAhead | undefined;
  for (const due of duesAhead(survey)) {
    const begin = Math.max(now, due + quiet.jitterMs);
    const at = isNever ? begin : quietEndAt(quiet, begin);
    if (waiting !== undefined && waiting.at < begin) yield waiting;
    if (at === undefined) return;
    waiting = { due, at };
  }
  if (waiting !== undefined) yield waiting;
}

/** The points to come, oldest first: the one that is due now and not there yet, and those of the schedule. */
function* duesAhead({ policy, present, due, quiet, now }: Survey): Iterable<Instant> {
  const newest = present.at(-1)?.due ?? -Infinity;
  const begun = now - quiet.jitterMs + 1;
  const first = due !== undefined && due > newest ? due : Math.max(begun, newest + 1);
  const until = now + aheadMs;
  // A year at a time: most policies let the points of today go within the first.
  for (let from = first; from < until; from += 366 * day)
    yield* dueInstants(policy.schedule, from, Math.min(from + 366 * day, until));
}
