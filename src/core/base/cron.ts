import { CronExpressionParser } from "cron-parser";
import type { CronFieldCollection } from "cron-parser";
import { Settings } from "luxon";
import { day, hour, minute } from "./instant.ts";
import type { DurationMs } from "./instant.ts";

// The parser asks luxon for the machine's locale, which wakes the runtime's locale data: 20 ms, and for
// nothing.
Settings.defaultLocale = "en-US";

/**
 * A five-field cron expression, as times of the day and a question about days. Days count from 1970-01-01.
 */
export interface Cron {
  /** Milliseconds after local midnight, ascending. */
  readonly times: readonly DurationMs[];
  runsOn(dayNumber: number): boolean;
}

const parsed = new Map<string, Cron>();

/**
 * Understands a five-field cron expression; throws on what is none, and on one that never runs such as 30
 * February.
 */
export function parseCron(text: string): Cron {
  const known = parsed.get(text);
  if (known) return known;
  const made = makeCron(text);
  parsed.set(text, made);
  return made;
}

function makeCron(text: string): Cron {
  const fields = text.trim().split(/\s+/);
  // H is a time that the parser draws by chance when it is given no seed.
  if (fields.length !== 5 || /\bH\b/.test(text)) throw new Error(`Not a five-field cron expression: ${text}`);
  const [minutes, hours] = [0, 1].map((at) => numbersOf(fields, at));
  const times = hours!.flatMap((it) => minutes!.map((past) => it * hour + past * minute));
  const runsOn = dayQuestion(fields);
  if (!leapCycle.some((day) => runsOn(day))) throw new Error(`Never happens: ${text}`);
  return { times, runsOn };
}

/** Every day of four years, a leap day among them. */
const leapCycle: readonly number[] = Array.from({ length: 1461 }, (_, at) => at);

/**
 * The parts of one field, read one by one: what several of them name counts once, as in every cron, and the
 * parser takes a number twice for a mistake.
 */
function partsOf(fields: readonly string[], at: number): readonly CronFieldCollection[] {
  return fields[at]!.split(",").map((part) => {
    if (part === "") throw new Error(`A field of ${fields.join(" ")} has an empty part.`);
    const alone = fields.map((_, other) => (other === at ? part : "*")).join(" ");
    return CronExpressionParser.parse(alone, { tz: "UTC", currentDate: 0 }).fields;
  });
}

const keys = ["minute", "hour", "dayOfMonth", "month", "dayOfWeek"] as const;

/** The numbers that a field names, ascending. */
function numbersOf(fields: readonly string[], at: number): readonly number[] {
  const values: readonly (number | string)[] = partsOf(fields, at).flatMap((it) => [...it[keys[at]!].values]);
  const numbers = new Set(values.filter((it) => typeof it === "number"));
  return [...numbers].sort((left, right) => left - right);
}

/** Day of month and day of week are joined by *or* when both are restricted. */
function dayQuestion(fields: readonly string[]): Cron["runsOn"] {
  const months = new Set(numbersOf(fields, 3));
  const dates = partsOf(fields, 2);
  const days = new Set<number | string>(dates.flatMap((it) => [...it.dayOfMonth.values]));
  const weekdays = partsOf(fields, 4).map((it) => it.dayOfWeek);
  const both = !dates.every((it) => it.dayOfMonth.isWildcard) && !weekdays.every((it) => it.isWildcard);

  return (dayNumber) => {
    const date = new Date(dayNumber * day);
    if (!months.has(date.getUTCMonth() + 1)) return false;
    const dayOfMonth = date.getUTCDate();
    const isLast = new Date((dayNumber + 1) * day).getUTCDate() === 1;
    const byDate = days.has(dayOfMonth) || (isLast && days.has("L"));
    const byWeekday = weekdays.some((it) => isWeekday(it, dayNumber));
    return both ? byDate || byWeekday : byDate && byWeekday;
  };
}

/** Whether a part of the last field means a day: a weekday, the second one of its month, or the last one. */
function isWeekday({ values, nthDay }: CronFieldCollection["dayOfWeek"], dayNumber: number): boolean {
  const date = new Date(dayNumber * day);
  const isLastOne = new Date((dayNumber + 7) * day).getUTCMonth() !== date.getUTCMonth();
  const named: ReadonlySet<number | string> = new Set(values);
  const weekday = date.getUTCDay();
  const names = weekday === 0 ? [0, 7] : [weekday];
  if (isLastOne && names.some((it) => named.has(`${it}L`))) return true;
  return names.some((it) => named.has(it)) && (nthDay === 0 || Math.ceil(date.getUTCDate() / 7) === nthDay);
}
