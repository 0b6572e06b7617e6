import { day } from "../../base/instant.ts";
import type { Problem } from "../../base/problem.ts";
import { parseBlackoutEnd, parseWeekdays, untilOf } from "../resolve/blackout-text.ts";
import type { Judged } from "../text/judged.ts";
import { judgeZone } from "./judge-zone.ts";
import { placeOf, problemAt, type Complaint } from "../text/problem-at.ts";
import { entriesOf, find, findText, itemsOf, type Written } from "../text/written.ts";

/**
 * Checks that each blackout can be understood, and that together they leave a time at which captures may
 * begin.
 */
export function checkBlackouts({ policy, name }: Judged): readonly Problem[] {
  const blackouts = find(policy, "schedule", "blackouts");
  const items = itemsOf(blackouts);
  const wrong = items.flatMap((item) => {
    const found = judgeBlackout(item);
    return found === undefined ? [] : [problemAt(placeOf(found.at?.origin, item.origin, name), found)];
  });
  if (wrong.length > 0 || !coverTheWeek(items, findText(policy, "schedule", "timeZone"))) return wrong;
  return [problemAt(placeOf(blackouts?.origin, name), always)];
}

interface Found extends Complaint {
  /** The value at fault. */
  readonly at?: Written | undefined;
}

const always: Complaint = {
  code: "schedule-blackout-always",
  message: "The blackouts leave no time of the week at which a capture may begin.",
  hint: "Leave an hour or more free: captures that wait begin at the end of a blackout.",
};

/** What is wrong with one blackout. Its shape was checked before: what is not text is told there. */
function judgeBlackout(item: Written): Found | undefined {
  const { from: fromAt, until: untilAt, days: daysAt, timeZone: zoneAt } = partsOf(item);
  const [from, until, days] = [findText(fromAt), findText(untilAt), findText(daysAt)];
  if (from === undefined || until === undefined) return undefined;
  const zone = judgeZone(findText(zoneAt));
  if (zone !== undefined) return { ...zone, at: zoneAt };
  const [begin, end] = [parseBlackoutEnd(from), parseBlackoutEnd(until)];
  if (begin === undefined) return { ...unreadable(from), at: fromAt };
  if (end === undefined) return { ...unreadable(until), at: untilAt };
  if (begin.as !== end.as)
    return { ...wrong("begins with one of time and date and ends with the other"), at: untilAt };
  if (begin.as === "date")
    return days === undefined
      ? judgeDates(begin, end, untilAt)
      : { ...wrong("has dates and days of the week"), at: daysAt };
  if (begin.ms === day) return { ...wrong("begins at 24:00, which is the end of a day"), at: fromAt };
  if (end.as === "time" && begin.ms === end.ms) return { ...wrong("ends when it begins"), at: untilAt };
  return days !== undefined && parseWeekdays(days) === undefined
    ? { ...wrong(`has \`${days.slice(0, 60)}\` for its days`), at: daysAt }
    : undefined;
}

function partsOf(item: Written): {
  readonly from?: Written;
  readonly until?: Written;
  readonly days?: Written;
  readonly timeZone?: Written;
} {
  return Object.fromEntries(entriesOf(item));
}

type End = NonNullable<ReturnType<typeof parseBlackoutEnd>>;

function judgeDates(begin: End, end: End, at: Written | undefined): Found | undefined {
  if (begin.as !== "date" || end.as !== "date") return undefined;
  const until = end.wholeDay ? end.wall + day : end.wall;
  return until > begin.wall ? undefined : { ...wrong("ends before it begins"), at };
}

function unreadable(text: string): Complaint {
  return wrong(`has \`${text.slice(0, 60)}\`, which is no time and no date`);
}

function wrong(what: string): Complaint {
  return {
    code: "schedule-blackout",
    message: `The blackout ${what}.`,
    hint: "Write hours of certain days, `{ from: '08:00', until: '18:00', days: mon-fri }`, or dates, `{ from: 2026-12-24, until: 2026-12-26T12:00 }`.",
  };
}

/**
 * Whether the weekly ones cover every moment. Those of different zones are not laid together: what they leave
 * free moves with their clocks, and the planner says so when it finds no start.
 */
function coverTheWeek(items: readonly Written[], timeZone: string | undefined): boolean {
  const zones = Map.groupBy(items, (item) => findText(item, "timeZone") ?? timeZone);
  return [...zones.values()].some((group) => group.length > 0 && coversWeek(group.flatMap(weeklySpans)));
}

type SpanInWeek = readonly [fromMs: number, untilMs: number];

function weeklySpans(item: Written): readonly SpanInWeek[] {
  const parts = partsOf(item);
  const [from, until] = [parts.from, parts.until].map((it) => parseBlackoutEnd(findText(it) ?? ""));
  if (from?.as !== "time" || until?.as !== "time") return [];
  const weekdays = parseWeekdays(findText(item, "days") ?? "sun-sat") ?? [];
  // Once more a week later, so that what begins on Saturday night reaches Sunday.
  return weekdays.flatMap((weekday) =>
    [weekday, weekday + 7].map((it): SpanInWeek => [
      it * day + from.ms,
      it * day + untilOf(from.ms, until.ms),
    ]),
  );
}

function coversWeek(spans: readonly SpanInWeek[]): boolean {
  let covered = 7 * day;
  for (const [fromMs, untilMs] of spans.toSorted(([left], [right]) => left - right))
    if (fromMs <= covered) covered = Math.max(covered, untilMs);
  return covered >= 14 * day;
}
