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
  // H is a time that the parser draws by chance when it is given no seed.
  if (text.trim().split(/\s+/).length !== 5 || /\bH\b/.test(text))
    throw new Error(`Not a five-field cron expression: ${text}`);
  const { fields } = CronExpressionParser.parse(text, { tz: "UTC", currentDate: 0 });
  const hours: readonly number[] = fields.hour.values;
  const minutes: readonly number[] = fields.minute.values;
  const months = new Set<number>(fields.month.values);
  const times = hours.flatMap((it) => minutes.map((past) => it * hour + past * minute));
  return { times, runsOn: dayQuestion(fields, months) };
}

/** Day of month and day of week are joined by *or* when both are restricted, as every cron does. */
function dayQuestion(fields: CronFieldCollection, months: ReadonlySet<number>): Cron["runsOn"] {
  const days = new Set<number | string>(fields.dayOfMonth.values);
  const weekdays = new Set<number | string>(fields.dayOfWeek.values);
  const nth = fields.dayOfWeek.nthDay;
  const both = !fields.dayOfMonth.isWildcard && !fields.dayOfWeek.isWildcard;

  return (dayNumber) => {
    const date = new Date(dayNumber * day);
    if (!months.has(date.getUTCMonth() + 1)) return false;
    const dayOfMonth = date.getUTCDate();
    const isLast = new Date((dayNumber + 1) * day).getUTCDate() === 1;
    const isLastWeekday = new Date((dayNumber + 7) * day).getUTCMonth() !== date.getUTCMonth();
    const weekday = date.getUTCDay();

    const byDate = days.has(dayOfMonth) || (isLast && days.has("L"));
    const byWeekday =
      (weekdays.has(weekday) && (nth === 0 || Math.ceil(dayOfMonth / 7) === nth)) ||
      (isLastWeekday && (weekdays.has(`${weekday}L`) || (weekday === 0 && weekdays.has("7L"))));
    return both ? byDate || byWeekday : byDate && byWeekday;
  };
}
