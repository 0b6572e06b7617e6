import { given } from "../base/given.ts";
import { assert } from "../base/assert.ts";
import { day } from "../base/instant.ts";
import type { DurationMs, Instant } from "../base/instant.ts";
import { type Problem, subjectOf } from "../base/problem.ts";
import type { Observation, SourceObservation } from "../model/observation.ts";
import type { Action, Plan, SitePlan, VerifyAction } from "../model/plan.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { Snapshot } from "../model/repository/snapshot.ts";
import type { WantedCapture } from "./decide-capture.ts";
import { decideCaptures } from "./decide-capture.ts";
import { decideCopies } from "./decide-copy.ts";
import { decideCopyVerifies, decideVerifies } from "./decide-verify.ts";
import type { WantedLook } from "./decide-verify.ts";
import { decideForgets } from "./decide-forget.ts";
import type { ForgottenPoint } from "./decide-forget.ts";
import { factName } from "./facts.ts";
import { goesThrough, waitingCaptures } from "./quiet-captures.ts";
import { judgeRisks } from "./judge-risks.ts";
import { logProblem } from "./log-problem.ts";
import { orderByKind } from "./order-steps.ts";
import { pointSourcesOf } from "./points/points.ts";
import { sitePlanOf } from "./site-plan.ts";
import { surveySite } from "./survey/survey.ts";
import type { Survey } from "./survey/survey.ts";
import { type Missing, readMissing } from "../model/facts/missing-fact.ts";

/**
 * How long a saved plan may be applied, unless somebody asks for another time. A change is reviewed and made
 * within a day.
 */
export const planLastsMs: DurationMs = day;

/**
 * Compares what the policies promise with what exists, and lists the steps between the two.
 *
 * Pure: equal arguments give an equal plan, to the byte, in whatever order they come. Captures come before
 * forgets, so that `apply` can hold back the forgets of a site whose captures failed. Every policy needs its
 * observation.
 */
export function makePlan(
  policies: readonly ResolvedPolicy[],
  observations: readonly Observation[],
  now: Instant,
): Plan {
  const byPolicy = new Map(observations.map((observed) => [observed.policy, observed]));
  const sites = policies.map((policy) => {
    const observed = byPolicy.get(policy.name);
    assert(observed, `policy ${policy.name} was not observed`);
    return planSite(policy, observed, now);
  });
  return {
    apiVersion: "sitekeep/plan/v1",
    madeAt: now,
    expiresAt: now + planLastsMs,
    sites: sites.sort(
      (left, right) => compare(left.site, right.site) || compare(left.policy.name, right.policy.name),
    ),
  };
}

/** The plan of one policy. */
export function planSite(policy: ResolvedPolicy, observed: Observation, now: Instant): SitePlan {
  const survey = surveySite(policy, observed, now);
  if (observed.repositoryProblem !== undefined) return sitePlanOf(survey, [], judgeRisks(survey, []));
  const wanted = wantedCaptures(survey);
  const waiting = waitingCaptures(survey.quietSpell, wanted.map(asCapture));
  const actions = planActions(survey, begunOf(survey, wanted));
  const plan = sitePlanOf(survey, actions, judgeRisks(survey, actions));
  if (waiting === undefined) return plan;
  // What waits begins with the end of the wait, though its own start has long been.
  return { ...plan, quiet: waiting, ...(waiting.waiting.length > 0 && { nextDue: waiting.until }) };
}

/**
 * What is captured and read back, without a plan around it, for who asks fifteen hundred times: a simulated
 * year.
 */
export function decideAdditions(survey: Survey): readonly Action[] {
  if (survey.observed.repositoryProblem !== undefined) return [];
  return planAdditions(survey, begunOf(survey, wantedCaptures(survey))).actions;
}

/** What goes as things are, oldest first, without a plan around it. */
export function decideRemovals(survey: Survey): readonly Action[] {
  if (survey.observed.repositoryProblem !== undefined) return [];
  return decideForgets(survey, []).forgets.map((it) => forgetAction(survey, it));
}

function wantedCaptures(survey: Survey): readonly WantedCapture[] {
  return orderByKind(decideCaptures(survey), (it) => it.source);
}

/** What of it begins now: in quiet hours most of it waits. */
function begunOf({ quietSpell }: Survey, wanted: readonly WantedCapture[]): readonly WantedCapture[] {
  return quietSpell === undefined ? wanted : wanted.filter((it) => goesThrough(asCapture(it)));
}

function asCapture({ source, because }: WantedCapture) {
  return { source: source.name, kind: source.kind, because };
}

function planActions(survey: Survey, wanted: readonly WantedCapture[]): readonly Action[] {
  const { actions, left } = planAdditions(survey, wanted);
  const { forgets } = decideForgets(survey, left);
  const copies = decideCopies(survey, left);
  const looks = decideCopyVerifies(survey);
  return [
    ...actions,
    ...looks.map((it) => verifyCopyAction(survey, it)),
    // Before anything goes: what only the copies are to keep is there then.
    ...copies.filter((it) => it.do === "copy"),
    ...forgets.map((it) => forgetAction(survey, it)),
    ...copies.filter((it) => it.do === "forget-copy"),
  ];
}

/** What is captured and read back, and the snapshots as that will have left them. */
function planAdditions(
  survey: Survey,
  wanted: readonly WantedCapture[],
): { readonly actions: readonly Action[]; readonly left: readonly Snapshot[] } {
  const possible = wanted.filter((it) => problemOf(survey, it) === undefined);
  const renewed = possible.filter((it) => it.mode === "full").map((it) => it.source.name);
  const unread = decideVerifies(survey, new Set(renewed));
  const expected = possible.map((it) => expectedSnapshot(survey, it));
  return {
    actions: [
      ...wanted.map((it) => captureOrSkip(survey, it)),
      ...unread.map((it) => verifyAction(survey, it)),
    ],
    left: [...expected, ...unread.map((it) => readBack(survey, it))],
  };
}

/** Why a wanted capture can't be made: its source is silent, or what it is wanted for still can't be had. */
function problemOf(survey: Survey, { source, mode, because }: WantedCapture): Problem | undefined {
  const seen = survey.observed.sources[source.name];
  if (seen === undefined) return undefined;
  if (!seen.answers) return seen.problem;
  if (mode === "log") return logProblem(survey.policy, source, seen.facts);
  if (because.why !== "partly-captured") return undefined;
  return stillLacked(readMissing(survey.series.byId.get(because.snapshot)!.facts), seen);
}

/** Why what was lacked can't be had now either. Where that is not known it is tried. */
function stillLacked(then: Missing, { facts, risks }: Seen): Problem | undefined {
  const now = readMissing(facts);
  if (then.is !== "known" || now.is !== "known") return undefined;
  const isLacked = (line: string): boolean => now.value.includes(line);
  return then.value.every(isLacked) ? risks.find((it) => then.value.includes(subjectOf(it))) : undefined;
}

type Seen = Extract<SourceObservation, { readonly answers: true }>;

function captureOrSkip(survey: Survey, wanted: WantedCapture): Action {
  const { source, mode, point, base, because } = wanted;
  const problem = problemOf(survey, wanted);
  if (problem !== undefined) return { do: "skip", source: source.name, kind: source.kind, because: problem };
  return {
    do: "capture",
    source: source.name,
    kind: source.kind,
    mode,
    point,
    ...given({ base }),
    because,
    restsOn: captureFacts(survey, wanted),
  };
}

function captureFacts(survey: Survey, { source, because }: WantedCapture): readonly string[] {
  const { code } = survey.policy.site;
  const database = survey.database?.name ?? source.name;
  const always = [factName.answers(code, source.name), factName.newest(code, source.name)];
  switch (because.why) {
    case "window-closing":
    case "window-outside":
    case "window-not-proven":
      return [...new Set([...always, factName.newest(code, database), factName.changeTracking(code)])];
    case "site-version-changed":
      return [...new Set([...always, factName.newest(code, database), factName.version(code, database)])];
    case "increment-due":
    case "chain-broken":
      return [...always, factName.base(code, source.name)];
    case "never-captured":
    case "due":
    case "incomplete-point":
    case "proof-failed":
    case "partly-captured":
    case "asked":
      return always;
  }
}

function verifyAction({ policy }: Survey, { id, source, kind, asOf }: Snapshot): VerifyAction {
  const newest = factName.newest(policy.site.code, source);
  return { do: "verify", source, kind, snapshot: id, asOf, restsOn: [newest] };
}

function verifyCopyAction(survey: Survey, { repository, snapshot }: WantedLook): VerifyAction {
  const copy = factName.copy(survey.policy.site.code, snapshot.point, repository);
  return { ...verifyAction(survey, snapshot), in: repository, restsOn: [copy] };
}

function forgetAction({ policy }: Survey, point: ForgottenPoint): Action {
  const { code } = policy.site;
  return {
    do: "forget",
    point: point.due,
    snapshots: point.snapshots,
    because: { why: point.complete ? "beyond-retention" : "incomplete", detail: point.fallen.join("; ") },
    restsOn: [
      factName.point(code, point.due),
      factName.holds(code, point.due),
      factName.completePoints(code),
      factName.newestVerified(code),
    ],
  };
}

/** A snapshot as a verify will leave it when it went well. */
function readBack({ now }: Survey, snapshot: Snapshot): Snapshot {
  const proof = { level: "read", result: "passed", at: now, note: "expected" } as const;
  return { ...snapshot, proofs: [...snapshot.proofs, proof] };
}

/**
 * What a capture will have left when it went well. Forgets are decided as if it were there; apply checks that
 * it is.
 */
function expectedSnapshot({ policy, now, newest }: Survey, wanted: WantedCapture): Snapshot {
  const { source, mode, point, base } = wanted;
  // Of the size of the last one: nobody knows yet that it is another.
  const { files, bytes } = newest.get(source.name) ?? { files: 0, bytes: 0 };
  return {
    id: `expected/${source.name}/${mode}`,
    site: policy.site.code,
    policy: policy.name,
    source: source.name,
    kind: source.kind,
    mode,
    point,
    pointSources: pointSourcesOf(policy),
    startedAt: now,
    finishedAt: now,
    asOf: now,
    ...given({ base }),
    files,
    bytes,
    addedBytes: 0,
    facts: {},
    problems: [],
    proofs: [{ level: "read", result: "passed", at: now, note: "expected" }],
  };
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
