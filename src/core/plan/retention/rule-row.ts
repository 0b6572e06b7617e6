import type { Instant } from "../../base/instant.ts";
import type { LastReason } from "../../model/outlook.ts";
import { countRules } from "../../model/retention-verdict.ts";
import type { CountRule } from "../../model/retention-verdict.ts";
import { calendarOf } from "../calendar/calendar.ts";
import { periodName } from "./retention.ts";
import type { RetentionSetting } from "./retention.ts";

/** What a row knows of a point: by how many rules it is held, and what held it last. */
export interface HeldByRules {
  readonly due: Instant;
  rules: number;
  last: LastReason | undefined;
}

/**
 * The points that one rule with a number holds while time goes on: the newest of each of its periods. A new
 * point changes two of them at most, so that ten years of runs need no look at all points a run. What it
 * holds at any time is what
 * `judgeRetention` says then.
 */
export class RuleRow<Point extends HeldByRules> {
  readonly #rule: CountRule;
  readonly #of: number | "all";
  readonly #nameOf: (due: Instant) => string;
  /** Oldest period first. */
  readonly #holders: { readonly period: string; readonly point: Point }[] = [];

  private constructor(rule: CountRule, of: number | "all", nameOf: (due: Instant) => string) {
    this.#rule = rule;
    this.#of = of;
    this.#nameOf = nameOf;
  }

  /** A row for each rule of a policy, empty. */
  static ofEach<Point extends HeldByRules>({
    retention,
    timeZone,
  }: Pick<RetentionSetting, "retention" | "timeZone">): readonly RuleRow<Point>[] {
    const calendar = calendarOf(timeZone, retention);
    return countRules.flatMap((rule) => {
      const of = retention[rule];
      return of === undefined ? [] : [new RuleRow<Point>(rule, of, (due) => periodName(rule, calendar, due))];
    });
  }

  /** Whether fewer periods have a point than the rule may keep. */
  get hasRoom(): boolean {
    return this.#of === "all" || this.#holders.length < this.#of;
  }

  /** Whether the rule never lets a period go. */
  get isEndless(): boolean {
    return this.#of === "all";
  }

  holds(point: Point): boolean {
    return this.#holders.some((it) => it.point === point);
  }

  /** Takes a point in that is newer than all before it. Gives the one that the rule holds no longer. */
  add(point: Point): Point | undefined {
    const period = this.#nameOf(point.due);
    const taken = this.#holders.at(-1)?.period === period;
    const dropped = taken ? this.#holders.pop() : this.hasRoom ? undefined : this.#holders.shift();
    this.#holders.push({ period, point });
    point.rules += 1;
    if (dropped === undefined) return undefined;
    dropped.point.rules -= 1;
    dropped.point.last = { why: "rule", rule: this.#rule, period: dropped.period, of: this.#of, taken };
    return dropped.point;
  }
}
