import { undeliveredProblem } from "../alarms/undelivered-problem.ts";
import { given } from "../base/given.ts";
import { formatDuration, formatMinute, minute } from "../base/instant.ts";
import type { Problem } from "../base/problem.ts";
import { lintSite } from "../lint/lint.ts";
import type { Finding } from "../lint/parts/risk.ts";
import type { Action } from "../model/plan.ts";
import type { Snapshot } from "../model/repository/snapshot.ts";
import type { WindowVerdict } from "../model/window.ts";
import { acceptRisks } from "./risks/accept-risks.ts";
import type { JudgedRisks } from "./risks/accept-risks.ts";
import { makesFreshCopy } from "./window/database-copies.ts";
import { judgeHandOver } from "./risks/judge-hand-over.ts";
import { judgeHolds } from "./risks/judge-holds.ts";
import { judgeUnread } from "./risks/judge-unread.ts";
import { judgeCopies } from "./risks/judge-copies.ts";
import { newestPointRisks } from "./risks/judge-newest-point.ts";
import { profileRisks } from "./risks/judge-profile.ts";
import { judgeReach } from "./risks/judge-reach.ts";
import { changedReportRisks } from "./risks/judge-changed-reports.ts";
import { remarkRisks } from "./risks/judge-remarks.ts";
import { renewalRisks } from "./risks/judge-key-renewals.ts";
import { keyRisks } from "./risks/judge-keys.ts";
import { foreignFullRisks } from "./survey/foreign-fulls.ts";
import { judgePartners } from "./risks/judge-partners.ts";
import { judgeFresh } from "./decide-capture.ts";
import { brokenLink, hindranceOf } from "./window/hindrances.ts";
import { clockToleranceMs } from "./window/judge-window.ts";
import { futureToleranceMs } from "./retention/retention.ts";
import { judgedCopy } from "./survey/survey.ts";
import type { Survey } from "./survey/survey.ts";
import { judgeMissingSet, judgeUnsavedSet } from "./risks/judge-task-set.ts";
import { judgeShrinkage } from "./risks/judge-shrinkage.ts";
import { judgeSiteTask } from "./risks/judge-site-task.ts";
import { judgeSchedule } from "./risks/judge-schedule.ts";
import type { ScheduleMeasures } from "./risks/judge-schedule.ts";
import { aboutSite, aboutWindow } from "../model/site-subject.ts";

/**
 * Everything that is red about a site and that none of the given steps mends, and what of it the policy
 * accepts.
 */
export function judgeRisks(survey: Survey, actions: readonly Action[]): JudgedRisks {
  const { observed, policy } = survey;
  const undelivered = (observed.undelivered ?? []).map((it) => undeliveredProblem(policy.site.code, it));
  if (observed.repositoryProblem !== undefined)
    return { risks: [observed.repositoryProblem, ...undelivered] };
  const captured = new Set(actions.flatMap((it) => (it.do === "capture" ? [it.source] : [])));
  const verified = actions.flatMap((it) => (it.do === "verify" && it.in === undefined ? [it.source] : []));
  const { database } = survey;
  const capturesDatabase = database !== undefined && makesFreshCopy(database) && captured.has(database.name);
  const told = new Set(actions.flatMap((it) => (it.do === "skip" ? [it.because] : [])));
  const makesPoint = database !== undefined && captured.has(database.name);
  const { risks: found, accepted } = acceptRisks(
    policy,
    lint(survey, captured, capturesDatabase),
    survey.now,
  );
  const risks = [
    ...policy.sources.flatMap((source) => sourceRisks(survey, source.name)).filter((it) => !told.has(it)),
    ...windowRisk(survey, capturesDatabase),
    ...clockRisk(survey),
    ...ageRisk(survey, capturesDatabase),
    ...foreignFullRisks(survey),
    ...profileRisks(survey, capturesDatabase),
    ...judgeMissingSet(survey),
    ...proofRisk(survey, new Set([...captured, ...verified])),
    ...futureRisk(survey),
    ...renewalRisks(survey, captured),
    ...judgeHandOver(survey),
    ...changedReportRisks(survey),
    ...judgeHolds(survey),
    ...judgeUnread(survey),
    ...judgeCopies(survey),
    ...keyRisks(survey),
    ...undelivered,
    ...found.filter((it) => !isToldBy(told, it)),
  ];
  // A new point is judged once it is there.
  const ofPoint = makesPoint ? [] : newestPointRisks(survey, [...risks, ...accepted]);
  const all = [...risks, ...ofPoint];
  return { risks: [...all, ...remarkRisks(survey, all)], ...(accepted.length > 0 && { accepted }) };
}

/** A skip tells what lint tells too, with the capture that can't be made. */
function isToldBy(skips: ReadonlySet<Problem>, { code, about }: Problem): boolean {
  const subject = JSON.stringify(about);
  return [...skips].some((it) => it.code === code && JSON.stringify(it.about) === subject);
}

/** What is found in the policy and at its site, whichever steps are taken. Some of it a policy may accept. */
function lint(survey: Survey, captured: ReadonlySet<string>, capturesDatabase: boolean): readonly Finding[] {
  const { policy, observed, now, database } = survey;
  const copy = capturesDatabase ? undefined : judgedCopy(survey);
  return [
    ...lintSite(policy, observed, now),
    ...judgeReach(policy, now),
    ...(database === undefined ? [] : judgePartners(policy, observed.window, copy)),
    ...(database === undefined ? [] : judgeSchedule(policy, measuresOf(survey), now)),
    ...judgeSiteTask(survey, measuresOf(survey)),
    ...judgeShrinkage(survey),
    ...judgeUnsavedSet(survey, captured),
  ];
}

/** What a source says of itself. What its skip tells is not told again. */
function sourceRisks({ observed }: Survey, source: string): readonly Problem[] {
  const seen = observed.sources[source];
  if (seen?.answers) return seen.risks;
  return seen === undefined ? [] : [seen.problem];
}

/** Where the database is captured, what counts is whether the new copy will be inside. */
function windowRisk(survey: Survey, capturesDatabase: boolean): readonly Problem[] {
  const verdict = capturesDatabase ? judgeFresh(survey) : survey.window;
  if (verdict.state === "inside" || verdict.state === "none") return [];
  // Without any copy there is nothing to judge, and the age of the data says so already.
  if (survey.newestCopy === undefined && verdict.state === "not-proven" && !linkIsBroken(survey)) return [];
  return [
    {
      code: `window-${verdict.state}`,
      severity: "risk",
      message: verdict.because,
      where: `${survey.policy.site.code} window`,
      hint: windowHint(survey, verdict, capturesDatabase),
      about: aboutWindow(survey.policy.site, isOfNow(survey, verdict) ? "newest" : "coming"),
    },
  ];
}

/**
 * Whether a verdict is the one that stands over the plan: that of a copy to come may rest on no copy at all.
 */
function isOfNow({ window, ...survey }: Survey, verdict: WindowVerdict): boolean {
  if (verdict === window) return true;
  const restsOnNone = ({ windowMs }: WindowVerdict) => windowMs === undefined;
  const isSame = verdict.state === window.state && verdict.basis === window.basis;
  return isHindered(survey) || (isSame && restsOnNone(verdict) && restsOnNone(window));
}

function linkIsBroken({ policy, observed }: Survey): boolean {
  return brokenLink(policy, observed.window) !== undefined;
}

function isHindered({ policy, observed }: Pick<Survey, "policy" | "observed">): boolean {
  return hindranceOf(policy, observed.window) !== undefined;
}

function windowHint(survey: Survey, verdict: WindowVerdict, capturesDatabase: boolean): string {
  const hindrance = hindranceOf(survey.policy, survey.observed.window);
  if (hindrance !== undefined) return hindrance.hint;
  const { own } = survey.observed.window;
  if (verdict.state === "not-proven" && verdict.windowMs === undefined && "problem" in own)
    return own.problem.hint;
  if (verdict.state === "not-proven" && judgedCopy(survey)?.lookedAt === "never")
    return "Its next copy is judged, where the login has the rights that docs/permissions.md lists for the window.";
  if (verdict.state === "not-proven")
    return survey.newestCopy !== undefined && survey.newestVerifiedCopy === undefined
      ? `Run \`sitekeep verify ${survey.policy.site.code}\`.`
      : (unreadHint(survey) ?? "Grant what docs/permissions.md lists for the window.");
  if (verdict.expiresAt === undefined)
    return "Run the Replication Link Analyzer from the console. Do not turn change tracking on by hand: it would keep 2 days only.";
  return capturesDatabase
    ? "Even a new copy leaves no time to recover: keep a server prepared, and lower `rebuild` in objectives when less is true."
    : captureHint(survey);
}

/** The cure of the first thing that a partner does not show. */
function unreadHint({ observed }: Survey): string | undefined {
  const read = Object.values(observed.window.partners);
  const silent = read.flatMap((it) => ("problem" in it ? [it.problem] : []));
  const hidden = read.flatMap((it) => ("problem" in it ? [] : (it.unread ?? []).map(({ why }) => why)));
  return [...silent, ...hidden][0]?.hint;
}

function captureHint({ policy, database, quietSpell }: Survey): string {
  if (database === undefined || !makesFreshCopy(database))
    return "Let the tool that protects this database take a backup, and see why it did not.";
  return quietSpell !== undefined
    ? `No capture begins before ${formatMinute(quietSpell.until)}; \`sitekeep capture ${policy.site.code}\` does not wait.`
    : `Mend what keeps the database from being captured, then run \`sitekeep capture ${policy.site.code}\`.`;
}

/**
 * A partner whose clock is wrong purges too soon or too late, and dates of the two sites can't be compared.
 */
function clockRisk({ policy, observed }: Survey): readonly Problem[] {
  const { own, partners } = observed.window;
  const { code } = policy.site;
  const clocks = [
    ["the site database", own, aboutSite({ kind: "site", site: code })] as const,
    ...Object.entries(partners).map(
      ([partner, facts]) => [partner, facts, aboutSite({ kind: "partner", site: code, partner })] as const,
    ),
  ];
  return clocks.flatMap(([whose, facts, about]) => {
    const offsetMs = "problem" in facts ? 0 : Math.round(facts.clockOffsetMs / minute) * minute;
    if (Math.abs(offsetMs) < clockToleranceMs) return [];
    const apart = `${formatDuration(Math.abs(offsetMs))} ${offsetMs > 0 ? "ahead of" : "behind"}`;
    return [
      {
        code: "clock-apart" as const,
        severity: "risk" as const,
        message: `The clock of the SQL Server of ${whose} is ${apart} the clock here.`,
        where: `${code} window`,
        hint: "Find out which of the two is wrong and correct it: change tracking purges by its server's clock, and what is purged stays gone.",
        about,
      },
    ];
  });
}

function ageRisk(survey: Survey, capturesDatabase: boolean): readonly Problem[] {
  const { policy, now, newestCopy } = survey;
  const { maxDataAgeMs } = policy.objectives;
  const ageMs = newestCopy === undefined ? Infinity : now - newestCopy.asOf;
  if (capturesDatabase || survey.database === undefined || ageMs <= maxDataAgeMs) return [];
  const age =
    newestCopy === undefined
      ? "There is no copy of the site database"
      : `The newest copy of the site database is of ${formatMinute(newestCopy.asOf)}, ${formatDuration(ageMs)} ago`;
  return [
    {
      code: "data-too-old",
      severity: "risk",
      message: `${age}; ${policy.site.code} promises data no older than ${formatDuration(maxDataAgeMs)}.`,
      where: policy.where,
      hint: captureHint(survey),
      about: aboutSite({ kind: "site", site: policy.site.code }),
    },
  ];
}

/**
 * Whether every source's newest snapshot was read back lately enough. One problem for a site, not one a
 * source.
 */
function proofRisk({ policy, newest, now }: Survey, mended: ReadonlySet<string>): readonly Problem[] {
  const { proofEveryMs } = policy.objectives;
  const overdue = policy.sources
    .filter((source) => {
      const last = newest.get(source.name);
      return last !== undefined && !mended.has(source.name) && !isProvenSince(last, now - proofEveryMs);
    })
    .map((source) => source.name);
  if (overdue.length === 0) return [];
  return [
    {
      code: "proof-overdue",
      severity: "risk",
      message: `Not read back within ${formatDuration(proofEveryMs)}: ${overdue.join(", ")}.`,
      where: policy.where,
      hint: `Run \`sitekeep verify ${policy.site.code}\`.`,
      about: aboutSite({ kind: "sources", site: policy.site.code, sources: overdue }),
    },
  ];
}

function isProvenSince(snapshot: Snapshot, since: number): boolean {
  return snapshot.proofs.some(
    (proof) => proof.level !== "written" && proof.result === "passed" && proof.at >= since,
  );
}

function futureRisk({ policy, series, now }: Survey): readonly Problem[] {
  const future = series.points.filter((point) => point.due > now + futureToleranceMs);
  if (future.length === 0) return [];
  return [
    {
      code: "point-in-future",
      severity: "risk",
      message: `${policy.site.code} has a point of ${formatMinute(future[0]!.due)}, which is later than now: it is kept and counts for nothing.`,
      where: policy.where,
      hint: "Correct the clock of the machine that made it. The point counts once its time has come.",
      about: aboutSite({ kind: "site", site: policy.site.code }),
    },
  ];
}

function measuresOf({ window, database, newest, quiet }: Survey): ScheduleMeasures {
  const last = database && newest.get(database.name);
  return {
    quiet,
    ...given({ windowMs: window.windowMs }),
    ...(last !== undefined && { backupMs: last.finishedAt - last.startedAt }),
  };
}
