import { given } from "../base/given.ts";
import { assert } from "../base/assert.ts";
import type { Instant } from "../base/instant.ts";
import { isSameProblem, type Problem } from "../base/problem.ts";
import type { Observation } from "../model/observation.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { Run } from "../model/run.ts";
import { isVerified } from "../model/repository/snapshot.ts";
import type { LastRun, SiteStatus, SourceStatus } from "../model/status.ts";
import type { Source } from "../model/policy/source.ts";
import { summariseCopies } from "./risks/judge-copies.ts";
import { summariseKeys } from "./risks/judge-keys.ts";
import { newestVerdict, notRestorableCodes } from "./risks/judge-newest-point.ts";
import { judgeRisks } from "./judge-risks.ts";
import { chainOf, isComplete } from "./points/points.ts";
import { dueAtOrBefore } from "./calendar/schedule.ts";
import { startsBetween } from "./calendar/starts.ts";
import { surveySite } from "./survey/survey.ts";
import type { Survey } from "./survey/survey.ts";

/**
 * Problems that say a promise is not kept now, that of being told among them. The others say that it may soon
 * not be.
 */
const brokenCodes: ReadonlySet<Problem["code"]> = new Set([
  "data-too-old",
  "window-outside",
  "task-set-nowhere",
  "snapshot-unreadable",
  "alarm-not-delivered",
]);

/** So many runs must still fit before the window begins to close; with fewer the site is at risk. */
const runsBeforeClosing = 2;

/**
 * Promise against fact, site by site: what `status` shows and monitors ask. Every policy needs its
 * observation.
 */
export function summariseStatus(
  policies: readonly ResolvedPolicy[],
  observations: readonly Observation[],
  now: Instant,
): readonly SiteStatus[] {
  const byPolicy = new Map(observations.map((observed) => [observed.policy, observed]));
  return policies
    .map((policy) => {
      const observed = byPolicy.get(policy.name);
      assert(observed, `policy ${policy.name} was not observed`);
      return statusOf(surveySite(policy, observed, now));
    })
    .sort((left, right) => (`${left.site} ${left.policy}` < `${right.site} ${right.policy}` ? -1 : 1));
}

function statusOf(survey: Survey): SiteStatus {
  const { policy, observed, newestCopy, now } = survey;
  const { risks, accepted } = judgeRisks(survey, []);
  const problems = problemsOf(survey, risks);
  const last = newestVerdict(survey);
  const run = observed.runs[0];
  const copies = summariseCopies(survey);
  return {
    site: policy.site.code,
    policy: policy.name,
    state: stateOf(survey, problems),
    ...given({ lastPoint: last }),
    ...(newestCopy && { dataAgeMs: now - newestCopy.asOf }),
    points: survey.series.points.length,
    window: survey.window,
    ...given({ copies }),
    keys: summariseKeys(survey),
    ...given({ nextDue: survey.nextStart, quietSpell: survey.quietSpell }),
    sources: policy.sources.map((source) => sourceStatus(survey, source)),
    ...(run && { lastRun: lastRunOf(run, policy.site.code, problems) }),
    problems,
    ...given({ accepted }),
  };
}

function lastRunOf(run: Run, site: string, problems: readonly Problem[]): LastRun {
  const failed = (run.finished?.outcomes ?? []).flatMap(({ title, result, problem, ...outcome }) => {
    if (outcome.site !== site || result !== "failed" || problem === undefined) return [];
    return problems.some((it) => isSameProblem(it, problem)) ? [] : [{ title, problem }];
  });
  return { id: run.id, at: run.startedAt, result: run.finished?.result ?? "interrupted", failed };
}

/** Risks as they are without any step, and every source that does not answer. */
function problemsOf(survey: Survey, risks: readonly Problem[]): readonly Problem[] {
  const silent = Object.values(survey.observed.sources).flatMap((seen) =>
    seen.answers ? [] : [seen.problem],
  );
  return [...risks, ...silent.filter((problem) => !risks.includes(problem))];
}

function stateOf(survey: Survey, problems: readonly Problem[]): SiteStatus["state"] {
  if (survey.observed.repositoryProblem !== undefined) return "broken";
  if (problems.some((problem) => brokenCodes.has(problem.code))) return "broken";
  if (isNotRestorable(survey, problems)) return "broken";
  if (problems.length > 0 || isClosingSoon(survey) || isBehind(survey)) return "at-risk";
  return "kept";
}

/** Whether nothing can be recovered from the newest point, as far as the policy doesn't accept the cause. */
function isNotRestorable(survey: Survey, problems: readonly Problem[]): boolean {
  const isTold = problems.some(({ code }) => notRestorableCodes.has(code));
  return isTold && survey.newestCopy !== undefined && newestVerdict(survey)?.restorable === "no";
}

/** Announced while there is time: fewer than two runs fit before the window begins to close. */
function isClosingSoon({ policy, now, window, quiet }: Survey): boolean {
  if (window.closesAt === undefined) return false;
  return startsBetween(policy, { from: now, until: window.closesAt }, quiet).length < runsBeforeClosing;
}

/** A source was never captured, or the current point is not there, or it is not whole. */
function isBehind(survey: Survey): boolean {
  const { present, policy, newest } = survey;
  const due = startedDue(survey);
  if (policy.sources.some((source) => !newest.has(source.name))) return true;
  return due !== undefined && !present.some((point) => point.due >= due && isComplete(point));
}

/** The newest point whose captures have begun: what fell into quiet hours is not late. */
function startedDue({ due, quietSpell, policy, quiet }: Survey): Instant | undefined {
  return quietSpell === undefined
    ? due
    : dueAtOrBefore(policy.schedule, quietSpell.since - 1 - quiet.jitterMs);
}

function sourceStatus({ newest, observed, series }: Survey, source: Source): SourceStatus {
  const last = newest.get(source.name);
  return {
    source: source.name,
    kind: source.kind,
    ...(last && { lastAsOf: last.asOf, bytes: last.bytes }),
    verified: last !== undefined && chainOf(last, series.byId).every(isVerified),
    answers: observed.sources[source.name]?.answers ?? false,
  };
}
