import {
  addTicks,
  type Moment,
  parseMoment,
  renderDate,
  renderTime,
  ticksASecond,
  utcTicks,
} from "../../tds/moment.ts";
import type { SqlTypeName } from "../../tds/sql-type.ts";
import { SqlError, unsupported } from "../sql-error.ts";

const dayMs = 86_400_000;
const ticksADay = 86_400n * ticksASecond;

/** Reads a date and time, or fails as the server does. */
export function readMoment(text: string): Moment {
  const moment = parseMoment(text);
  if (moment !== undefined) return moment;
  throw new SqlError(241, "Conversion failed when converting date and/or time from character string.");
}

/** Brings a date and time into the form in which values of that type are kept. */
export function convertMoment(text: string, name: SqlTypeName, scale: number): string {
  return renderMoment(readMoment(text), name, scale);
}

function renderMoment(moment: Moment, name: SqlTypeName, scale: number): string {
  switch (name) {
    case "date":
      return renderDate(moment.days);
    case "time":
      return renderTime(moment.ticks, scale);
    case "smalldatetime": {
      const rounded = addTicks(moment, 30n * ticksASecond);
      return `${renderDate(rounded.days)} ${renderTime(rounded.ticks - (rounded.ticks % (60n * ticksASecond)), 0)}`;
    }
    case "datetime":
      return roundedToThirds(moment);
    case "datetimeoffset":
      return `${renderDate(moment.days)} ${renderTime(moment.ticks, scale)} ${renderOffset(moment.offset)}`;
    default:
      return `${renderDate(moment.days)} ${renderTime(moment.ticks, scale)}`;
  }
}

/** `datetime` counts in 1/300 of a second, so milliseconds end in 0, 3 or 7. */
function roundedToThirds(moment: Moment): string {
  const thirds = (moment.ticks * 300n + ticksASecond / 2n) / ticksASecond;
  const milliseconds = (thirds * 10n + 1n) / 3n;
  const rounded = addTicks({ ...moment, ticks: 0n }, milliseconds * 10_000n);
  return `${renderDate(rounded.days)} ${renderTime(rounded.ticks, 3)}`;
}

function renderOffset(minutes: number): string {
  const size = Math.abs(minutes);
  const parts = [Math.floor(size / 60), size % 60].map((part) => String(part).padStart(2, "0"));
  return `${minutes < 0 ? "-" : "+"}${parts.join(":")}`;
}

/** A form in which values of all types sort by instant. */
export function instantKey(text: string): string {
  const moment = readMoment(text);
  const utc = addTicks({ days: 0, ticks: 0n, offset: 0 }, utcTicks(moment));
  return `${renderDate(utc.days)} ${renderTime(utc.ticks, 7)}`;
}

/** Writes an instant of the clock in the form of `datetime2`, moved by an offset. */
export function momentOfClock(ms: number, offsetMinutes: number, scale: number): string {
  const text = new Date(ms + offsetMinutes * 60_000).toISOString().replace("T", " ").slice(0, 23);
  return scale === 7 ? `${text}0000` : text;
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** Writes a date and time in one of the styles of CONVERT. */
export function formatMoment(text: string, name: SqlTypeName, style: number, scale: number): string {
  const moment = readMoment(text);
  const date = renderDate(moment.days);
  const [year, month, day] = date.split("-") as [string, string, string];
  const clock = renderTime(moment.ticks, 0);
  const digits = name === "datetime" ? 3 : name === "smalldatetime" ? 0 : scale;
  switch (style) {
    case 0:
      return name.startsWith("datetime") && digits !== 3
        ? renderMoment(moment, name, scale)
        : formatDefault(moment, name);
    case 23:
      return date;
    case 101:
      return `${month}/${day}/${year}`;
    case 102:
      return `${year}.${month}.${day}`;
    case 103:
      return `${day}/${month}/${year}`;
    case 104:
      return `${day}.${month}.${year}`;
    case 108:
      return clock;
    case 112:
      return `${year}${month}${day}`;
    case 120:
    case 20:
      return name === "date" ? date : `${date} ${clock}`;
    case 121:
    case 21:
      return renderMoment(moment, name, scale);
    case 126:
      return name === "date" ? date : `${date}T${trimZeroFraction(renderTime(moment.ticks, digits), name)}`;
    case 127:
      return `${date}T${trimZeroFraction(renderTime(moment.ticks, digits), name)}Z`;
    default:
      throw unsupported(`style ${style} of CONVERT`);
  }
}

/** Style 126 leaves an empty fraction of `datetime` out. */
function trimZeroFraction(clock: string, name: SqlTypeName): string {
  return name === "datetime" ? clock.replace(/\.000$/, "") : clock;
}

function formatDefault(moment: Moment, name: SqlTypeName): string {
  if (name === "date") return renderDate(moment.days);
  if (name === "time") return renderTime(moment.ticks, 7);
  const [year, month, day] = renderDate(moment.days).split("-") as [string, string, string];
  const hour = Number(renderTime(moment.ticks, 0).slice(0, 2));
  const twelve = String(hour % 12 === 0 ? 12 : hour % 12).padStart(2, " ");
  const half = hour < 12 ? "AM" : "PM";
  return `${months[Number(month) - 1]} ${String(Number(day)).padStart(2, " ")} ${year} ${twelve}:${renderTime(moment.ticks, 0).slice(3, 5)}${half}`;
}

const partNames: Record<string, string> = {
  year: "year", yy: "year", yyyy: "year",
  quarter: "quarter", qq: "quarter", q: "quarter",
  month: "month", mm: "month", m: "month",
  dayofyear: "dayofyear", dy: "dayofyear", y: "dayofyear",
  day: "day", dd: "day", d: "day",
  week: "week", wk: "week", ww: "week",
  weekday: "weekday", dw: "weekday",
  hour: "hour", hh: "hour",
  minute: "minute", mi: "minute", n: "minute",
  second: "second", ss: "second", s: "second",
  millisecond: "millisecond", ms: "millisecond",
  microsecond: "microsecond", mcs: "microsecond",
  nanosecond: "nanosecond", ns: "nanosecond",
}; // prettier-ignore

const partTicks: Record<string, bigint> = {
  week: 7n * ticksADay,
  day: ticksADay,
  dayofyear: ticksADay,
  weekday: ticksADay,
  hour: 3600n * ticksASecond,
  minute: 60n * ticksASecond,
  second: ticksASecond,
  millisecond: 10_000n,
  microsecond: 10n,
};

function partOf(name: string): string {
  const part = partNames[name];
  if (part !== undefined) return part;
  throw new SqlError(155, `'${name}' is not a recognized dateadd option.`, { class: 15 });
}

/** DATEADD: months and years keep the day, or take the last one of a shorter month. */
export function addToMoment(
  part: string,
  count: number,
  text: string,
  type: { readonly name: SqlTypeName; readonly scale: number },
): string {
  const { name, scale } = type;
  const moment = readMoment(text);
  const unit = partOf(part);
  const monthsOf = { month: 1, quarter: 3, year: 12 }[unit];
  if (monthsOf === undefined) {
    const ticks = partTicks[unit];
    if (ticks === undefined) throw unsupported(`DATEADD with ${part}`);
    return renderMoment(addTicks(moment, ticks * BigInt(Math.trunc(count))), name, scale);
  }
  const date = new Date(moment.days * dayMs);
  const first = new Date(
    Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + Math.trunc(count) * monthsOf, 1),
  );
  const lastDay = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const days = first.getTime() / dayMs + Math.min(date.getUTCDate(), lastDay) - 1;
  return renderMoment({ ...moment, days }, name, scale);
}

/** DATEDIFF counts the boundaries crossed, not the time passed. */
export function differenceOfMoments(part: string, from: string, to: string): bigint {
  const unit = partOf(part);
  const [left, right] = [readMoment(from), readMoment(to)];
  if (unit === "year") return BigInt(yearOf(right) - yearOf(left));
  if (unit === "month") return BigInt(monthOf(right) - monthOf(left));
  if (unit === "quarter") return BigInt(Math.floor(monthOf(right) / 3) - Math.floor(monthOf(left) / 3));
  if (unit === "nanosecond") return (utcTicks(right) - utcTicks(left)) * 100n;
  if (unit === "week") return (boundary(right, ticksADay) + 4n) / 7n - (boundary(left, ticksADay) + 4n) / 7n;
  const ticks = partTicks[unit]!;
  return boundary(right, ticks) - boundary(left, ticks);
}

function boundary(moment: Moment, ticks: bigint): bigint {
  const total = utcTicks(moment);
  return total >= 0n ? total / ticks : -((-total + ticks - 1n) / ticks);
}

function yearOf(moment: Moment): number {
  return new Date(moment.days * dayMs).getUTCFullYear();
}

function monthOf(moment: Moment): number {
  return yearOf(moment) * 12 + new Date(moment.days * dayMs).getUTCMonth();
}

/** DATEPART, with Sunday as the first day of the week. */
export function partOfMoment(part: string, text: string): number {
  const moment = readMoment(text);
  const date = new Date(moment.days * dayMs);
  const seconds = Number(moment.ticks / ticksASecond);
  switch (partOf(part)) {
    case "year":
      return date.getUTCFullYear();
    case "quarter":
      return Math.floor(date.getUTCMonth() / 3) + 1;
    case "month":
      return date.getUTCMonth() + 1;
    case "day":
      return date.getUTCDate();
    case "weekday":
      return date.getUTCDay() + 1;
    case "hour":
      return Math.floor(seconds / 3600);
    case "minute":
      return Math.floor(seconds / 60) % 60;
    case "second":
      return seconds % 60;
    case "millisecond":
      return Number((moment.ticks % ticksASecond) / 10_000n);
    default:
      throw unsupported(`DATEPART with ${part}`);
  }
}

/** SWITCHOFFSET: the same instant, told in another zone. */
export function moveOffset(text: string, offset: string): string {
  const moment = readMoment(text);
  const wanted = readMoment(`2000-01-01 00:00 ${offset}`).offset;
  const moved = addTicks(moment, BigInt(wanted - moment.offset) * 60n * ticksASecond);
  return renderMoment({ ...moved, offset: wanted }, "datetimeoffset", 7);
}

/** TODATETIMEOFFSET: the same clock time, said to be in a zone. */
export function stampOffset(text: string, offset: string): string {
  const { offset: stamped } = readMoment(`2000-01-01 00:00 ${offset}`);
  return renderMoment({ ...readMoment(text), offset: stamped }, "datetimeoffset", 7);
}
