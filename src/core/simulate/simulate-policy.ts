import { given } from "../base/given.ts";
import { hour, type Instant } from "../base/instant.ts";
import type { Pausing } from "../base/pausing.ts";
import { factsOf } from "../model/observation.ts";
import type { Observation, SourceObservation } from "../model/observation.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { RiskStretch, SimulatedDay, SimulatedFailure, Simulation } from "../model/simulation.ts";
import type { Snapshot } from "../model/repository/snapshot.ts";
import { worstFirst } from "../model/window.ts";
import { calendarOf } from "../plan/calendar/calendar.ts";
import { hasWindow } from "../plan/window/judge-window.ts";
import { decideAdditions, decideRemovals } from "../plan/make-plan.ts";
import { quietAt } from "../plan/calendar/quiet-hours.ts";
import { localOf } from "../plan/calendar/zone.ts";
import { nextStartAfter } from "../plan/calendar/starts.ts";
import { surveySite } from "../plan/survey/survey.ts";
import type { Survey } from "../plan/survey/survey.ts";
import { copySteps, oldestWithin, worstGap } from "./data-ages.ts";
import type { CopyStep } from "./data-ages.ts";
import { daysBetween } from "./days.ts";
import { Diary, duesOf, totalsOf } from "./diary.ts";
import type { DayNote } from "./diary.ts";
import { wholesOf } from "./estimate-bytes.ts";
import { judgeExpectations } from "./judge-expectations.ts";
import { newestPart } from "./newest-part.ts";
import { riskStretches } from "./risk-stretches.ts";
import { withoutLook } from "../model/window-look.ts";
import { simulatedWindow, windowBasis } from "./simulated-window.ts";
import { typicalCaptures } from "./typical-captures.ts";
import { applyActions, forgetAll, runsOf } from "./virtual-site.ts";
import type { VirtualSite } from "./virtual-site.ts";
import { siteDatabaseLook } from "../model/facts/site-database.ts";

/** What a simulation begins with, how far it goes, and what befalls it. */
export interface SimulationSetting {
  readonly policy: ResolvedPolicy;
  /** What exists at the beginning; without snapshots the policy begins with nothing. */
  readonly observed: Observation;
  readonly from: Instant;
  readonly until: Instant;
  readonly failures: readonly SimulatedFailure[];
}

/**
 * Lets the planner run over a virtual clock: every plan is made by the code that makes the real ones, and
 * every step of it succeeds, but for sources that a failure keeps from answering. Copies in other
 * repositories are left out. Pauses after each run.
 */
export function* simulating(setting: SimulationSetting): Pausing<Simulation> {
  const { observed, from, until, failures } = setting;
  const policy = withoutCopies(setting.policy);
  const calendar = calendarOf(policy.schedule.timeZone, policy.retention);
  const { days, captured, site } = yield* runThrough({ ...setting, policy });
  const steps = copySteps(policy, [...observed.snapshots, ...captured]);
  const risks = riskStretches(policy, observed.window, { steps, from, until });
  const gap = worstGap(steps, { from, until });
  return {
    apiVersion: "sitekeep/simulation/v1",
    site: policy.site.code,
    policy: policy.name,
    from,
    until,
    basis: windowBasis(observed.window),
    maxDataAgeMs: policy.objectives.maxDataAgeMs,
    failures,
    days: days.map((it) => dayOf(it, { steps, risks, hasWindow: hasWindow(policy) })),
    points: duesOf(site.snapshots),
    totals: totalsOf(days),
    ...given({ worstGap: gap }),
    atRisk: risks,
    expectations: judgeExpectations(policy.expect, { from, until, calendar, days, steps }),
  };
}

/**
 * The loop: plan, do what the plan says, sleep until there is something new to look at. What goes is decided
 * at the last run of an hour: a schedule of every few minutes would ask for each of them about all that it
 * keeps.
 */
function* runThrough(setting: SimulationSetting) {
  const { policy, observed, from, until } = setting;
  const typical = typicalCaptures(observed.snapshots);
  const days = daysBetween(policy.schedule.timeZone, from, until);
  const diary = new Diary(days, wholesOf(observed.snapshots));
  const captured: Snapshot[] = [];
  const names = policy.sources.map(({ name }) => name);
  const hourOf = (at: Instant): number => Math.floor(localOf(policy.schedule.timeZone, at) / hour);
  let site = beginning(setting);
  for (let now = from; now < until;) {
    diary.passTo(now, site);
    const survey = surveyAt(setting, { ...site, snapshots: newestPart(site.snapshots, names) }, now);
    const actions = decideAdditions(survey);
    const run = applyActions(site, policy, { actions, now, typical, quiet: survey.quiet });
    site = run.site;
    captured.push(...run.captured);
    diary.note(run.done);
    const next = Math.max(nextMoment(setting, site, survey, now), site.busyUntil);
    if (next >= until || hourOf(next) !== hourOf(now)) {
      const removals = decideRemovals(surveyAt(setting, site, now));
      site = forgetAll(site, removals);
      diary.note(removals);
    }
    now = next;
    yield;
  }
  diary.passTo(until, site);
  return { days: diary.days, captured, site };
}

function beginning({ observed, from }: SimulationSetting): VirtualSite {
  const snapshots = observed.snapshots
    .map((it) => ({ ...it, facts: withoutLook(it.facts) }))
    .sort((left, right) => left.startedAt - right.startedAt);
  return { snapshots, forgets: [], busyUntil: from, made: 0 };
}

function surveyAt(setting: SimulationSetting, site: VirtualSite, now: Instant): Survey {
  return surveySite(setting.policy, observe(setting, site, now), now);
}

/** A day with what can be told of it afterwards. */
function dayOf(
  day: DayNote,
  told: {
    readonly steps: readonly CopyStep[];
    readonly risks: readonly RiskStretch[];
    readonly hasWindow: boolean;
  },
): SimulatedDay {
  const { dues: _, ...note } = day;
  const oldestDataMs = oldestWithin(told.steps, note.from, note.until);
  const states = told.risks
    .filter((it) => it.from < note.until && it.until > note.from)
    .map((it) => it.state);
  const worst = worstFirst.find((it) => states.includes(it));
  return {
    ...note,
    ...given({ oldestDataMs }),
    window: worst ?? (told.hasWindow ? "inside" : "none"),
  };
}

function withoutCopies(policy: ResolvedPolicy): ResolvedPolicy {
  const { copies: _, ...repository } = policy.repository;
  return { ...policy, repository };
}

/** The world as the planner finds it at an instant. */
function observe(
  { policy, observed, failures }: SimulationSetting,
  site: VirtualSite,
  now: Instant,
): Observation {
  const answer = (source: string): SourceObservation =>
    failures.some((it) => hits(it, source, now)) ? silence(policy, source) : answering(observed, source);
  return {
    policy: policy.name,
    at: now,
    sources: Object.fromEntries(policy.sources.map(({ name }) => [name, answer(name)])),
    snapshots: site.snapshots,
    ...given({ holds: observed.holds }),
    runs: runsOf(site, policy.site.code),
    window: simulatedWindow(observed.window, now),
    ...given({ siteTask: observed.siteTask }),
  };
}

/**
 * Of what a source tells only the site's version is carried on: that it has changed is a reason to capture,
 * once.
 */
function answering(observed: Observation, source: string): SourceObservation {
  const siteVersion = siteDatabaseLook.get(factsOf(observed, source), "siteVersion");
  return { answers: true, facts: siteDatabaseLook.writeSome({ siteVersion }), risks: [] };
}

function silence({ site, where }: ResolvedPolicy, source: string): SourceObservation {
  const message = `${site.code}/${source} does not answer.`;
  const hint = "It was told to fail.";
  return {
    answers: false,
    problem: { code: "simulated-failure", severity: "risk", message, where, hint },
  };
}

function hits({ source, from, until }: SimulatedFailure, name: string, now: Instant): boolean {
  return (source === "*" || source === name) && from <= now && now < until;
}

/**
 * When the planner has something new to look at: a start, a differential or log, the window's closing, a
 * source that answers again, the end of quiet hours. `watch` looks more often and finds nothing between.
 */
function nextMoment(
  { policy, failures, until }: SimulationSetting,
  { snapshots, busyUntil }: VirtualSite,
  { window, quiet }: Survey,
  now: Instant,
): Instant {
  const start = nextStartAfter(policy, now, quiet) ?? until;
  const moments = [
    start,
    quietAt(quiet, busyUntil)?.until,
    window.closesAt,
    ...failures.map((it) => it.until),
    ...beatsAfter(policy, snapshots, now),
  ];
  return Math.min(until, ...moments.filter((it) => it !== undefined && it > now).map(Number));
}

/** The next beat of each rhythm beside the schedule, counted from the newest point. */
function beatsAfter(
  { sources }: ResolvedPolicy,
  snapshots: VirtualSite["snapshots"],
  now: Instant,
): readonly Instant[] {
  const point = snapshots.reduce((newest, it) => Math.max(newest, it.point), -Infinity);
  if (!Number.isFinite(point)) return [];
  const rhythms = sources.flatMap((it) =>
    it.kind === "site-database"
      ? [it.differentialEveryMs, it.logEveryMs].filter((ms) => ms !== undefined)
      : [],
  );
  return rhythms.map((everyMs) => point + (Math.floor((now - point) / everyMs) + 1) * everyMs);
}
