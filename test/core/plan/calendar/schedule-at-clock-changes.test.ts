import { Cron } from "croner";
import { describe, expect, test } from "vitest";
import { day, formatInstant, hour, minute } from "../../../../src/core/base/instant.ts";
import type { Instant } from "../../../../src/core/base/instant.ts";
import { dueInstants } from "../../../../src/core/plan/calendar/schedule.ts";
import { SeededRandom } from "../../../support/seeded-random.ts";

// Both implementations agree on times that are written out: a skipped one runs at the first instant after the
// gap, a repeated one the first time only. On `*` and steps they follow different rules, which the tables
// below spell out.

const zones = ["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo"];
const years = [2024, 2025, 2026, 2027, 2028, 2029];

// The other implementation takes a while over steps at an hour that comes twice.
const written = { at: writtenTime, expressions: 16, hoursAround: 30 };
const stepped = { at: steppedTime, expressions: 8, hoursAround: 5 };

interface Change {
  readonly zone: string;
  readonly at: Instant;
  /** Wall clock before and after, as if it were UTC: 02:00 becomes 03:00. */
  readonly before: number;
  readonly after: number;
}

const changes = zones.flatMap((zone) => years.flatMap((year) => changesOf(zone, year)));

test("each of the zones with summer time changes twice a year, the other never", () => {
  const count = (zone: string) => changes.filter((it) => it.zone === zone && isChange(it)).length;
  expect(zones.map(count)).toEqual([12, 12, 12, 0]);
});

describe.each(zones)("in %s", (zone) => {
  const own = changes.filter((it) => it.zone === zone);

  test("times that are written out are due when the other implementation says so, around every change", () => {
    for (const change of own)
      for (const cron of expressions(change, written))
        expect(at(cron, ours(cron, change, around(change, written)))).toEqual(
          at(cron, theirs(cron, change, around(change, written))),
        );
  });

  test("with `*` and steps the two differ by the two rules, and by nothing else", () => {
    for (const change of own)
      for (const cron of expressions(change, stepped))
        expect(at(cron, ours(cron, change, around(change, stepped)))).toEqual(
          at(cron, byOurRules(cron, change)),
        );
  });
});

type Case = readonly [
  zone: string,
  cron: string,
  start: string,
  ours: readonly string[],
  theirs: readonly string[],
];

const rules: Readonly<Record<string, readonly Case[]>> = {
  "a time that is skipped: ours runs once at the first instant after the gap, theirs leaves it out": [
    ["Europe/Madrid", "30 * * * *", "2026-03-29T00:45", ["01:00", "01:30", "02:30"], ["01:30", "02:30"]],
    ["America/New_York", "*/20 2 * * *", "2026-03-08T06:45", ["07:00"], []],
    ["Australia/Lord_Howe", "0 * * * *", "2026-10-03T15:15", ["15:30", "16:00", "17:00"], ["16:00", "17:00"]],
  ],
  "a time that is repeated: ours runs the first time, theirs both times": [
    ["Europe/Madrid", "0 * * * *", "2026-10-24T23:45", ["00:00"], ["00:00", "01:00"]],
    [
      "America/New_York",
      "*/30 1 * * *",
      "2026-11-01T04:45",
      ["05:00", "05:30"],
      ["05:00", "05:30", "06:00", "06:30"],
    ],
    [
      "Australia/Lord_Howe",
      "*/15 1 * * *",
      "2026-04-04T14:20",
      ["14:30", "14:45"],
      ["14:30", "14:45", "15:00", "15:15"],
    ],
  ],
};

describe.each(Object.entries(rules))("%s", (_rule, cases) => {
  test.each(cases)("%s, `%s`, in the two hours after %s", (...[zone, cron, start, ...answers]) => {
    const change = { zone, at: Date.parse(`${start}Z`) + hour, before: 0, after: 0 };
    const span = { from: change.at - hour, until: change.at + hour };
    const times = (dues: readonly Instant[]) => dues.map((due) => formatInstant(due).slice(11, 16));
    expect([times(ours(cron, change, span)), times(theirs(cron, change, span))]).toEqual(answers);
  });
});

interface Span {
  readonly from: Instant;
  readonly until: Instant;
}

function around({ at }: Change, { hoursAround }: { readonly hoursAround: number }): Span {
  return { from: at - hoursAround * hour, until: at + hoursAround * hour };
}

function ours(cron: string, change: Change, { from, until }: Span): readonly Instant[] {
  return dueInstants({ cron, timeZone: change.zone }, from, until);
}

function theirs(cron: string, change: Change, { from, until }: Span): readonly Instant[] {
  const job = new Cron(cron, { timezone: change.zone, fixedTimeRule: "no-wildcard" });
  const found: Instant[] = [];
  for (let next = job.nextRun(new Date(from - 1)); next; next = job.nextRun(next)) {
    if (next.getTime() >= until) break;
    found.push(next.getTime());
  }
  return found;
}

/**
 * Their answer, corrected by the two rules: second comings taken out, the end of a gap put in for what it
 * swallowed.
 */
function byOurRules(cron: string, change: Change): readonly Instant[] {
  const { at, before, after } = change;
  const isSecondComing = (due: Instant) => due >= at && due < at + (before - after);
  const found = theirs(cron, change, around(change, stepped)).filter((due) => !isSecondComing(due));
  const times = [...wallTimes(cron, before, after)];
  const isSwallowed = times.length > 0 && !found.includes(at);
  return isSwallowed ? [...found, at].sort((left, right) => left - right) : found;
}

/** The minutes of a gap at which the expression would have been due, asked of a clock that knows no gap. */
function wallTimes(cron: string, before: number, after: number): ReadonlySet<number> {
  const job = new Cron(cron, { timezone: "UTC" });
  const found = new Set<number>();
  for (let wall = before; wall < after; wall += minute) if (job.match(new Date(wall))) found.add(wall);
  return found;
}

function at(cron: string, dues: readonly Instant[]): readonly string[] {
  return [cron, ...dues.map(formatInstant)];
}

interface Kind {
  readonly at: (random: SeededRandom, change: Change) => string;
  readonly expressions: number;
}

function expressions(change: Change, kind: Kind): readonly string[] {
  const random = new SeededRandom(change.at / minute);
  const one = () => `${kind.at(random, change)} ${dayOf(random, change)}`;
  return Array.from({ length: kind.expressions }, one);
}

/** Minute and hour, single and in lists: inside the change, at its edges, and around it. */
function writtenTime(random: SeededRandom, change: Change): string {
  const first = nearTime(random, change);
  const second = nearTime(random, change);
  const minutes = random.below(3) === 0 ? listOf(first.minute, second.minute) : `${first.minute}`;
  const [low, high] = [first.hour, second.hour].toSorted((left, right) => left - right);
  return `${minutes} ${random.pick([`${first.hour}`, `${first.hour}`, `${low}-${high}`, listOf(low!, high!)])}`;
}

/** One parser refuses a value that a list has twice. */
function listOf(...values: readonly number[]): string {
  return [...new Set(values)].join(",");
}

function steppedTime(random: SeededRandom, change: Change): string {
  const { minute: past, hour: near } = nearTime(random, change);
  return random.pick([
    `${past} *`,
    `*/${random.pick([5, 7, 10, 15, 20, 30])} ${near}`,
    `*/${random.pick([10, 15, 20])} *`,
    `${past} */${random.pick([2, 3, 4])}`,
    `${past}-59/${random.pick([10, 13])} ${near}`,
    `${listOf(0, past)} */2`,
  ]);
}

/**
 * A wall clock time from an hour before the change to an hour after it, edges more often than chance would
 * have them.
 */
function nearTime(random: SeededRandom, { before, after }: Change) {
  const edges = [before, after, before - minute, after - minute, after + minute, before + minute];
  const [low, high] = [Math.min(before, after) - hour, Math.max(before, after) + hour];
  const around = low + random.below((high - low) / minute) * minute;
  const wall = random.below(2) === 0 ? random.pick(edges) : around;
  return { minute: (wall / minute) % 60, hour: Math.floor(wall / hour) % 24 };
}

/** Every day, or days that hold the change however they are written. */
function dayOf(random: SeededRandom, { before }: Change): string {
  const date = new Date(before);
  const weekday = date.getUTCDay();
  const nth = Math.ceil(date.getUTCDate() / 7);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return random.pick([
    "* * *",
    `${date.getUTCDate()} ${date.getUTCMonth() + 1} *`,
    `* * ${weekday}`,
    `* * ${weekday}#${nth}`,
    "L * *",
    date.getUTCDate() + 7 > lastDay ? `* * ${weekday}L` : "* * 1-6",
    `*/${random.pick([2, 3, 5])} * *`,
    `1-15 * ${weekday}`,
  ]);
}

/**
 * The changes of a year, found by asking the runtime hour by hour; a zone without any has two days of January
 * and July.
 */
function changesOf(zone: string, year: number): readonly Change[] {
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  const wallAt = (instant: Instant) => Date.parse(`${format.format(instant).replace(" ", "T")}Z`);
  const found: Change[] = [];
  for (let noon = Date.UTC(year, 0, 1); noon < Date.UTC(year + 1, 0, 1); noon += day) {
    const offset = wallAt(noon) - noon;
    if (wallAt(noon + day) - noon - day === offset) continue;
    let instant = noon;
    while (wallAt(instant + 30 * minute) - instant - 30 * minute === offset) instant += 30 * minute;
    instant += 30 * minute;
    found.push({ zone, at: instant, before: instant + offset, after: wallAt(instant) });
  }
  return found.length > 0 ? found : [0, 6].map((month) => quiet(zone, Date.UTC(year, month, 15, 17), wallAt));
}

function quiet(zone: string, at: Instant, wallAt: (instant: Instant) => number): Change {
  return { zone, at, before: wallAt(at), after: wallAt(at) };
}

function isChange({ before, after }: Change): boolean {
  return before !== after;
}
