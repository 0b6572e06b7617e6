import { given } from "../base/given.ts";
import type { DurationMs, Instant } from "../base/instant.ts";
import { once } from "../base/once.ts";
import { factsOf } from "../model/observation.ts";
import type { CaptureReason } from "../model/plan.ts";
import type { RecoveryPoint, Snapshot, SnapshotId } from "../model/repository/snapshot.ts";
import type { CaptureMode } from "../model/repository/snapshot.ts";
import type { SiteDatabase, Source } from "../model/policy/source.ts";
import { makeLook } from "./window/window-looks.ts";
import { defaultWindowMs, judgeWindow, recoveryMs } from "./window/judge-window.ts";
import { movedBy } from "./survey/foreign-fulls.ts";
import { chainOf, hasFailed, wholeSources } from "./points/points.ts";
import { missedStarts } from "./calendar/starts.ts";
import { makesFreshCopy } from "./window/database-copies.ts";
import { databaseIn, differentialBase } from "./survey/survey.ts";
import type { Survey } from "./survey/survey.ts";
import { readMissing } from "../model/facts/missing-fact.ts";
import { backupFacts } from "../model/facts/backup.ts";
import { siteDatabaseLook } from "../model/facts/site-database.ts";

/** A capture that is wanted, before it is known whether the source answers. */
export interface WantedCapture {
  readonly source: Source;
  readonly mode: CaptureMode;
  readonly point: Instant;
  readonly base?: SnapshotId;
  readonly because: CaptureReason;
}

/**
 * Says what must be captured now, and why (docs/plan.md, "What is captured"). Empty on a quiet site.
 *
 * All wanted fulls join one point: the schedule's current one, or a point of this very instant when the
 * database is wanted again though the current point has it.
 */
export function decideCaptures(survey: Survey): readonly WantedCapture[] {
  const reason = urgentReason(survey);
  if (reason !== undefined && isSilent(survey, survey.database)) return silentDatabase(survey, reason);
  return wantedFor(survey, reason);
}

function wantedFor(survey: Survey, urgent: CaptureReason | undefined): readonly WantedCapture[] {
  const point = urgent === undefined ? (survey.due ?? survey.now) : urgentPoint(survey);
  const held = heldSince(survey, urgent === undefined ? (survey.due ?? -Infinity) : point);

  const missed = once(() => missedBefore(survey, point));

  return survey.policy.sources.flatMap((source): readonly WantedCapture[] => {
    if (held.has(source.name)) return incrementsOf(survey, source);
    const reason = reasonOf(survey, source, point, urgent);
    const because = reason.why === "due" ? { ...reason, ...missed() } : reason;
    return [{ source, mode: "full", point, because }];
  });
}

/** Whether a fresh copy would be inside the window: only then can a capture mend a bad verdict. */
export function judgeFresh(survey: Survey): Survey["window"] {
  const { policy, observed, now } = survey;
  // What was purged or restored before now is nothing to a copy of now.
  const copy = { asOf: now, verified: true, others: [] };
  const verdict = judgeWindow(policy, observed.window, copy, now);
  if (verdict.state !== "not-proven") return verdict;
  // By what it would record of the groups it may be proven all the same.
  return judgeWindow(policy, observed.window, { ...copy, look: makeLook(observed.window) }, now);
}

/** Whether a fresh copy would be inside, or would be by its age where nobody can tell. */
function freshIsBetter(survey: Survey): boolean {
  const { state, closesAt } = judgeFresh(survey);
  return state === "inside" || (state === "not-proven" && closesAt !== undefined && survey.now < closesAt);
}

/**
 * Without its database a new point would mend nothing: the rest keeps to the schedule, and the database is
 * shown.
 */
function silentDatabase(survey: Survey, because: CaptureReason): readonly WantedCapture[] {
  const source = survey.database!;
  const others = wantedFor(survey, undefined).filter((it) => it.source.name !== source.name);
  return [...others, { source, mode: "full", point: urgentPoint(survey), because }];
}

function isSilent(survey: Survey, source: Source | undefined): boolean {
  return source !== undefined && survey.observed.sources[source.name]?.answers === false;
}

/** Sources with a usable snapshot in that point or a later one, one that lacks nothing. */
function heldSince(survey: Survey, point: Instant): ReadonlySet<string> {
  const since = survey.present.filter((it) => it.due >= point).flatMap((it) => it.snapshots);
  return wholeSources(since, survey.series.usable);
}

function reasonOf(
  survey: Survey,
  source: Source,
  point: Instant,
  urgent: CaptureReason | undefined,
): CaptureReason {
  const last = lastOf(survey, source.name);
  if (last === undefined) return { why: "never-captured" };
  if (urgent !== undefined) return urgent;
  if (last.point >= point && hasFailed(last)) return { why: "proof-failed", snapshot: last.id };
  if (last.point >= point && readMissing(last.facts).is !== "absent")
    return { why: "partly-captured", snapshot: last.id };
  const newest = survey.newest.get(source.name) ?? last;
  return survey.present.some((it) => it.due === point)
    ? { why: "incomplete-point", due: point }
    : { why: "due", due: point, lastAsOf: newest.asOf };
}

/**
 * The machine was off, or nothing could be captured: one point stands for all the starts that came to
 * nothing.
 */
function missedBefore({ policy, quiet, present }: Survey, due: Instant): { readonly missed?: number } {
  const last = present.findLast((it) => it.due < due)?.due;
  if (last === undefined) return {};
  const missed = missedStarts(policy, quiet, { last, due });
  return missed === 0 ? {} : { missed };
}

/**
 * The newest snapshot of a source, usable or not. Points are asked from the newest on: it is nearly always
 * there.
 */
function lastOf({ present }: Survey, source: string): Snapshot | undefined {
  const isOf = (it: Snapshot) => it.source === source;
  return present.findLast((point) => point.snapshots.some(isOf))?.snapshots.findLast(isOf);
}

/**
 * A reason to capture the whole site at once, whatever the schedule says. What another tool makes does not
 * become younger by our capturing it.
 */
function urgentReason(survey: Survey): CaptureReason | undefined {
  const { database, newest } = survey;
  if (database?.kind !== "site-database") return undefined;
  const last = newest.get(database.name);
  if (last === undefined) return undefined;
  return (
    (makesFreshCopy(database) ? windowReason(survey) : undefined) ?? versionReason(survey, database, last)
  );
}

/**
 * Judged on the newest copy, proven or not: capturing again does not prove it, `verify` does. Where the
 * window can't be read, the age alone decides, as if it were the usual five days.
 */
function windowReason(survey: Survey): CaptureReason | undefined {
  const { policy, observed, now, newestCopy } = survey;
  if (newestCopy === undefined) return undefined;
  const verdict = judgeWindow(policy, observed.window, { ...newestCopy, verified: true }, now);
  switch (verdict.state) {
    case "closing":
    case "outside": {
      if (verdict.expiresAt === undefined || !freshIsBetter(survey)) return undefined;
      return verdict.state === "closing"
        ? { why: "window-closing", expiresAt: verdict.expiresAt }
        : { why: "window-outside", expiredAt: verdict.expiresAt };
    }
    case "not-proven": {
      const usualMs: DurationMs = Math.min(defaultWindowMs, policy.windowAtMostMs ?? Infinity);
      const closesAt = newestCopy.asOf + usualMs - recoveryMs(policy);
      return now < closesAt ? undefined : { why: "window-not-proven", detail: verdict.because };
    }
    case "inside":
    case "none":
      return undefined;
  }
}

/** A site update is a boundary: a point is restorable only with the setup files of its own version. */
function versionReason(survey: Survey, database: Source, last: Snapshot): CaptureReason | undefined {
  const from = backupFacts.get(last.facts, "siteVersion");
  const to = siteDatabaseLook.get(factsOf(survey.observed, database.name), "siteVersion");
  if (from === undefined || to === undefined || from === to) return undefined;
  return { why: "site-version-changed", from, to };
}

/** The newest point that waits for its database, else a new one: a retry joins what a failed run began. */
function urgentPoint(survey: Survey): Instant {
  const { due, now, present } = survey;
  if (due === undefined) return now;
  const latest = present.findLast((point) => point.due >= due);
  if (latest === undefined) return due;
  return databaseIn(survey, survey.series, latest) === undefined ? latest.due : now;
}

/** Differentials and logs that are due beside the point's full. They join the point that holds the full. */
function incrementsOf(survey: Survey, source: Source): readonly WantedCapture[] {
  if (source.kind !== "site-database") return [];
  const point = survey.present.findLast((it) => fullOf(survey, source, it) !== undefined);
  if (point === undefined) return [];
  const full = fullOf(survey, source, point)!;
  const wanted = incrementOf(survey, source, point, full);
  if (wanted === undefined) return [];
  const broken = wanted.mode === "differential" && isBaseMoved(survey, source, full);
  if (!broken) return [wanted];
  const by = movedBy(survey.observed, source.name);
  const because: CaptureReason = { why: "chain-broken", full: full.id, ...given({ by }) };
  return [{ source, mode: "full", point: point.due, because }];
}

function fullOf(survey: Survey, source: Source, point: RecoveryPoint): Snapshot | undefined {
  return point.snapshots.findLast(
    (it) => it.source === source.name && it.mode === "full" && survey.series.usable.has(it.id),
  );
}

/** A differential covers what a log would: where both are due, the differential is taken. */
function incrementOf(
  survey: Survey,
  source: SiteDatabase,
  point: RecoveryPoint,
  full: Snapshot,
): WantedCapture | undefined {
  const chain = point.snapshots.filter(
    (it) =>
      it.source === source.name &&
      survey.series.usable.has(it.id) &&
      chainOf(it, survey.series.byId).includes(full),
  );
  const last = chain.at(-1)!;
  const lastDifferential = chain.findLast((it) => it.mode !== "log")!;
  const want = (mode: CaptureMode, due: Instant | undefined, base: Snapshot) =>
    due === undefined
      ? undefined
      : ({
          source,
          mode,
          point: point.due,
          base: base.id,
          because: { why: "increment-due", due, lastAsOf: last.asOf },
        } satisfies WantedCapture);
  return (
    want(
      "differential",
      beatSince(source.differentialEveryMs, point.due, lastDifferential, survey.now),
      full,
    ) ?? want("log", beatSince(source.logEveryMs, point.due, last, survey.now), last)
  );
}

/** The newest beat of a rhythm that began with the point, when nothing was started since. */
function beatSince(
  everyMs: DurationMs | undefined,
  start: Instant,
  last: Snapshot,
  now: Instant,
): Instant | undefined {
  if (everyMs === undefined) return undefined;
  const beat = start + Math.floor((now - start) / everyMs) * everyMs;
  return last.startedAt < beat ? beat : undefined;
}

/**
 * A full of another product, not copy-only, moves what differentials build on; they would succeed and not
 * restore. Told by set GUIDs where both are known.
 */
function isBaseMoved(survey: Survey, source: Source, full: Snapshot): boolean {
  const made = backupFacts.get(full.facts, "setGuid");
  const named = differentialBase(survey.observed, source.name);
  return made !== undefined && named !== undefined && made !== named;
}
