import type { Instant } from "../../base/instant.ts";
import type { Retention } from "../../model/policy/resolved-policy.ts";
import { countRules } from "../../model/retention-verdict.ts";
import type { CountRule } from "../../model/retention-verdict.ts";
import { calendarOf, periodNames } from "../calendar/calendar.ts";
import type { Calendar } from "../calendar/calendar.ts";

/** A period that a rule counts, and the point that holds it: its newest. */
export interface HeldPeriod<Point> {
  readonly period: string;
  readonly point: Point;
}

/**
 * A period that a rule let go. `taken`: a newer point of the same period took its place, else newer periods
 * fill the rule.
 */
export interface DroppedPeriod<Point> extends HeldPeriod<Point> {
  readonly taken: boolean;
}

/**
 * The points that one rule with a number holds: the newest of each of its newest periods that have one. A new
 * point changes two of them at most, so that ten years of runs need no look at all points a run.
 */
export class RuleRow<Point extends { readonly due: Instant }> {
  readonly rule: CountRule;
  readonly of: number | "all";
  /** The name of the period that an instant lies in. */
  readonly periodOf: (due: Instant) => string;
  readonly #held: HeldPeriod<Point>[] = [];

  private constructor(rule: CountRule, of: number | "all", periodOf: (due: Instant) => string) {
    this.rule = rule;
    this.of = of;
    this.periodOf = periodOf;
  }

  /** A row for each rule of a policy, empty, finest first. */
  static ofEach<Point extends { readonly due: Instant }>(
    retention: Retention,
    timeZone: string,
  ): readonly RuleRow<Point>[] {
    const calendar = calendarOf(timeZone, retention);
    return countRules.flatMap((rule) => {
      const of = retention[rule];
      return of === undefined ? [] : [new RuleRow<Point>(rule, of, periodNamesOf(rule, calendar))];
    });
  }

  /** The periods that have a point and count, oldest first. */
  get held(): readonly HeldPeriod<Point>[] {
    return this.#held;
  }

  /** Whether fewer periods have a point than the rule may keep. */
  get hasRoom(): boolean {
    return this.of === "all" || this.#held.length < this.of;
  }

  holds(point: Point): boolean {
    return this.#held.some((it) => it.point === point);
  }

  /** Takes a point in that is newer than all before it. Gives what the rule holds no longer. */
  add(point: Point): DroppedPeriod<Point> | undefined {
    const period = this.periodOf(point.due);
    const taken = this.#held.at(-1)?.period === period;
    const dropped = taken ? this.#held.pop() : this.hasRoom ? undefined : this.#held.shift();
    this.#held.push({ period, point });
    return dropped && { ...dropped, taken };
  }
}

/** Every point is a period of its own for `last`. */
function periodNamesOf(rule: CountRule, calendar: Calendar): (due: Instant) => string {
  return rule === "last" ? String : periodNames(rule, calendar);
}
