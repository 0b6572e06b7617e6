import type { Instant } from "../base/instant.ts";
import type { LastReason, Outlook } from "../model/outlook.ts";
import type { SnapshotId } from "../model/repository/snapshot.ts";
import { brakeAllows, brakeMs, recentForgets, usersOf } from "./decide-forget.ts";
import type { Forgotten } from "./decide-forget.ts";
import { guardsOf, isProven, standpointAt } from "./retention/guards.ts";
import { hasNoRules, withinSince } from "./retention/retention.ts";
import { RuleRow } from "./retention/rule-row.ts";
import { standingPoints } from "./standing-points.ts";
import type { Standing } from "./standing-points.ts";
import type { Survey } from "./survey/survey.ts";

/**
 * What is kept while time goes on: the points of a site, and those of the runs to come, by the rules, guards,
 * chains and brake by which plans are made. Nothing is judged anew that a run did not change, so that ten
 * years take a moment; a test holds it against the planner, asked at every run.
 */
export class Foresight {
  readonly #survey: Survey;
  readonly #known: readonly Standing[];
  readonly #rows: readonly RuleRow<Standing>[];
  readonly #users: ReadonlyMap<SnapshotId, ReadonlySet<Instant>>;
  readonly #keepsAll: boolean;
  readonly #hasWindow: boolean;
  /** Oldest first, as are those below. */
  readonly #alive: Standing[];
  /** Of these, those that are not complete and verified. None comes to them. */
  readonly #unproven: Standing[];
  /** Of these, those that no rule with a number holds. */
  #loose: Standing[];
  #complete: number;
  /** Of every point that is there, also of those that are later than now. */
  readonly #dues: Set<Instant>;
  #lately: readonly Forgotten[];

  /** Begins with what goes as things are. */
  constructor(survey: Survey) {
    const { policy, series, now, window, database } = survey;
    const { retention, schedule } = policy;
    this.#survey = survey;
    this.#known = standingPoints(survey);
    this.#rows = RuleRow.ofEach(retention, schedule.timeZone);
    this.#users = usersOf(series);
    const { holds, unread = [] } = survey.observed;
    this.#keepsAll = hasNoRules(retention) || (holds?.unreadable.length ?? 0) + unread.length > 0;
    this.#hasWindow = window.windowMs !== undefined && window.state !== "none" && database !== undefined;
    this.#alive = [...this.#known];
    this.#unproven = this.#known.filter((it) => !isProven(it));
    this.#complete = this.#known.filter((it) => it.complete).length;
    this.#dues = new Set(series.points.map((it) => it.due));
    this.#lately = recentForgets(survey);
    for (const point of this.#known) if (point.complete) this.#count(point);
    this.#loose = this.#known.filter((it) => it.rules === 0);
    // By what rule a point was held in the past is of no use here.
    for (const point of this.#known) point.last = undefined;
    this.#letGo(now, undefined);
  }

  /** Whether all is said about the points of today. */
  get isSettled(): boolean {
    return this.#keepsAll || this.#known.every((it) => it.isHeld || it.goneAt !== undefined);
  }

  /** A run at an instant: it makes the point of `due`, whole and verified, and lets go what it may. */
  run(due: Instant, at: Instant): void {
    const leavesAt = this.#hasWindow ? at + this.#survey.window.windowMs! : undefined;
    const made = { complete: true, verified: true, leavesAt, isHeld: false, snapshots: [] };
    const point: Standing = { due, ...made, rules: 0, last: undefined };
    this.#alive.push(point);
    this.#complete += 1;
    this.#dues.add(due);
    const loosened = [...new Set([...this.#count(point), point])].filter((it) => it.rules === 0);
    if (loosened.length > 0)
      this.#loose = [...this.#loose, ...loosened].sort((left, right) => left.due - right.due);
    this.#letGo(at, due);
  }

  /** What is said about the points of today; `last` is the instant of the last run. */
  outlooks(last: Instant): ReadonlyMap<Instant, Outlook> {
    return new Map(this.#known.map((it) => [it.due, this.#outlookOf(it, last)]));
  }

  /** Lets each rule take a point in. Gives the points that a rule holds no longer. */
  #count(point: Standing): readonly Standing[] {
    return this.#rows.flatMap((row) => {
      const dropped = row.add(point);
      point.rules += 1;
      if (dropped === undefined) return [];
      const { period, taken } = dropped;
      dropped.point.rules -= 1;
      dropped.point.last = { why: "rule", rule: row.rule, period, of: row.of, taken };
      return [dropped.point];
    });
  }

  #outlookOf(point: Standing, last: Instant): Outlook {
    const { goneAt: at, lostBy, isBraked: braked = false, last: reason } = point;
    if (point.isHeld) return { stays: "until-released" };
    if (at !== undefined && (lostBy?.point === undefined || reason === undefined))
      return { stays: "not", at, braked };
    if (at !== undefined) return { stays: "until", at, point: lostBy!.point!, last: reason!, braked };
    const endless = this.#rows.filter((row) => row.of === "all");
    const isOldest = endless.length > 0 && point.last?.why === "oldest";
    const isKeptForGood = this.#keepsAll || isOldest || endless.some((row) => row.holds(point));
    return isKeptForGood ? { stays: "for-good" } : { stays: "beyond", at: last };
  }

  /** What goes frees what it was laid on, so this is repeated until it rests. */
  #letGo(now: Instant, point: Instant | undefined): void {
    this.#lately = this.#lately.filter((it) => it.at > now - brakeMs);
    for (;;) {
      const goers = this.#goers(now).filter((it) => this.#hasToGive(it));
      if (goers.length === 0) return;
      const lately = this.#lately.map((it) => it.due);
      const allowed = brakeAllows(this.#survey.policy.brakes, this.#dues, lately);
      for (const it of goers) it.lostBy ??= { point };
      for (const it of goers.slice(allowed)) it.isBraked = true;
      const picked = goers.slice(0, allowed);
      for (const it of picked) it.goneAt = now;
      this.#forget(picked, now);
      if (picked.length < goers.length) return;
    }
  }

  #forget(picked: readonly Standing[], now: Instant): void {
    if (picked.length === 0) return;
    for (const { due } of picked) this.#dues.delete(due);
    this.#lately = [...this.#lately, ...picked.map(({ due }) => ({ due, at: now }))];
    this.#complete -= picked.filter((it) => it.complete).length;
    for (const points of [this.#alive, this.#unproven, this.#loose]) takeOut(points, picked);
  }

  /** Points that nothing keeps, oldest first. */
  #goers(now: Instant): readonly Standing[] {
    if (this.#keepsAll || this.#loose.length === 0) return [];
    const reasonOf = this.#looseReasons(now);
    const unkept = this.#loose.filter((it) => {
      const reason = reasonOf(it);
      if (reason !== undefined) it.last = reason;
      return reason === undefined;
    });
    const kept = this.#complete - unkept.filter((it) => it.complete).length;
    return withoutTheLast(unkept, this.#survey.policy.brakes.minPoints - kept).filter((it) => !it.isHeld);
  }

  /** What keeps a point that no rule with a number holds: the other rules, and the guards. */
  #looseReasons(now: Instant): (point: Standing) => LastReason | undefined {
    const { retention, schedule } = this.#survey.policy;
    const from = standpointAt(now, {
      points: this.#alive,
      unproven: this.#unproven,
      isInside: ({ leavesAt }) => (leavesAt === undefined ? undefined : leavesAt > now),
    });
    const since = withinSince(from.newestComplete, { retention, timeZone: schedule.timeZone }) ?? Infinity;
    const hasRoom = this.#rows.some((row) => row.hasRoom);
    const oldest = hasRoom ? this.#alive.find((it) => it.complete) : undefined;
    return (point) => {
      if (point === oldest) return { why: "oldest" };
      if (point.complete && point.due > since) return { why: "within" };
      const [guard] = guardsOf(point, from);
      return guard && { why: guard.why };
    };
  }

  /** A full whose differentials all stay has nothing to give. */
  #hasToGive(point: Standing): boolean {
    if (point.snapshots.length === 0) return true;
    const isUsed = (due: Instant) => due !== point.due && this.#dues.has(due);
    const hasToGive = point.snapshots.some((id) => ![...(this.#users.get(id) ?? [])].some(isUsed));
    if (!hasToGive) point.last = { why: "chain" };
    return hasToGive;
  }
}

/** Of a thousand points one goes at a time, mostly. */
function takeOut(points: Standing[], gone: readonly Standing[]): void {
  for (const point of gone) {
    const at = points.indexOf(point);
    if (at >= 0) points.splice(at, 1);
  }
}

/** Never fewer than so many: the newest complete ones fill up what is lacking. */
function withoutTheLast(unkept: readonly Standing[], lacking: number): readonly Standing[] {
  if (lacking <= 0) return unkept;
  const filling = new Set(unkept.filter((it) => it.complete).slice(-lacking));
  for (const it of filling) it.last = { why: "min-points" };
  return unkept.filter((it) => !filling.has(it));
}
