import { day, hour, minute } from "../../src/core/base/instant.ts";
import type { Instant } from "../../src/core/base/instant.ts";
import type { Retention } from "../../src/core/model/policy/resolved-policy.ts";
import type { RetentionPoint, RetentionSetting } from "../../src/core/plan/retention/retention.ts";
import { SeededRandom } from "../support/seeded-random.ts";

export interface RetentionCase extends RetentionSetting {
  readonly points: readonly RetentionPoint[];
}

/**
 * Zones, and about when their clocks change: months (from 0) with the nth Sunday or the last, and the hour in
 * UTC.
 */
const zones: readonly (readonly [zone: string, changes: string, hour: number])[] = [
  ["Europe/Madrid", "2.5 9.5", 1],
  ["America/New_York", "2.2 10.1", 6],
  ["Australia/Lord_Howe", "3.1 9.1", -9],
  ["America/St_Johns", "2.2 10.1", 5],
  ["America/Sao_Paulo", "1.3 9.3", 2],
  ["Africa/Casablanca", "2.5 4.1 4.3 5.2 9.5", 2],
  ["Asia/Tokyo", "", 0],
  ["Asia/Kathmandu", "", 0],
  ["UTC", "", 0],
];

// Zone databases of different age agree on these: Morocco, for one, changed its mind about the autumn of 2026
// in that year.
const [firstYear, lastYear] = [2015, 2025];

/**
 * Makes cases by chance: many around the nights in which clocks change, many with the little flaws of a real
 * site.
 */
export function makeCases(count: number, seed: number): readonly RetentionCase[] {
  const chance = new SeededRandom(seed);
  return Array.from({ length: count }, () => makeCase(chance));
}

function makeCase(chance: SeededRandom): RetentionCase {
  const zone = chance.pick(zones);
  const newest = anchor(chance, zone);
  const points = makePoints(chance, newest);
  return {
    points,
    retention: makeRetention(chance),
    timeZone: zone[0],
    minPoints: chance.below(8),
    now: newest + chance.pick([0, -5 * minute, -5 * minute - 1, hour, 8 * day, -20 * hour, 3 * day]),
  };
}

/** Where clocks change, most are in the hours after that. */
function anchor(chance: SeededRandom, [, changes, changeHour]: (typeof zones)[number]): Instant {
  const year = firstYear + chance.below(lastYear - firstYear + 1);
  if (changes === "" || chance.below(4) === 0)
    return Date.UTC(year, chance.below(11), 1 + chance.below(31), chance.below(24));
  const [month, nth] = chance.pick(changes.split(" ")).split(".").map(Number);
  return sundayOf(year, month!, nth!) + changeHour * hour + (chance.below(10 * 60) - 60) * minute;
}

/** The nth Sunday of a month, the last where there are not so many. */
function sundayOf(year: number, month: number, nth: number): Instant {
  const first = 1 + ((7 - new Date(Date.UTC(year, month, 1)).getUTCDay()) % 7);
  const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const date = first + (nth - 1) * 7;
  return Date.UTC(year, month, date > days ? date - 7 : date);
}

function makePoints(chance: SeededRandom, newest: Instant): readonly RetentionPoint[] {
  const size = chance.below(26);
  const gap = chance.pick([
    () => (5 + chance.below(60)) * minute,
    () => 15 * minute,
    () => chance.pick([hour, 30 * minute, 6 * hour]),
    () => day + (chance.below(5) === 0 ? chance.below(40) * minute : 0),
    () => chance.below(30) * 6 * hour + 1,
    () => chance.below(50) * day + chance.below(86_400) * 1_000 + 1,
  ]);
  const hasWindow = chance.below(2) === 0;
  const [flawed, unread] = [chance.pick([0, 1, 4]), chance.pick([0, 3, 9, 10])];
  const points: RetentionPoint[] = [];
  for (let due = newest; points.length < size; due -= gap()) {
    const complete = chance.below(10) >= flawed;
    const verified = complete && chance.below(10) >= unread;
    points.push({ due, complete, verified, ...(hasWindow && { inside: chance.below(2) === 0 }) });
  }
  return points;
}

function makeRetention(chance: SeededRandom): Retention {
  const counts: Record<string, number | "all"> = {};
  for (const rule of ["last", "hourly", "daily", "weekly", "monthly", "yearly"])
    if (chance.below(5) < 2) counts[rule] = chance.below(12) === 0 ? "all" : 1 + chance.below(9);
  const withinMonths = chance.pick([1, 1, 2, 5, 12, 25]);
  const withinMs = chance.pick([hour, 90 * minute, day, 6 * day, 45 * day, 400 * day]);
  return {
    ...counts,
    ...(chance.below(4) === 0 && { withinMonths }),
    ...(chance.below(4) === 0 && { withinMs }),
    ...(chance.below(2) === 0 && { weekStartsOn: chance.pick(["monday", "sunday"] as const) }),
    ...(chance.below(3) > 0 && {
      dayStartsAtMs: chance.pick([0, 30, 100, 105, 110, 150, 165, 170, 360, 1_425]) * minute,
    }),
  };
}
