/** A date and time as its parts; `ticks` counts 100 ns from midnight, `offset` minutes east of UTC. */
export interface Moment {
  readonly days: number;
  readonly ticks: bigint;
  readonly offset: number;
}

const dayMs = 86_400_000;

/** Ticks of 100 ns in a second. */
export const ticksASecond = 10_000_000n;
const ticksADay = 86_400n * ticksASecond;

/** 0001-01-01 and 1900-01-01, the zero days of SQL Server's two families, in days since 1970. */
export const zeroDay = { modern: -719_162, classic: -25_567 } as const;

const shape =
  /^\s*(?:(\d{4})-?(\d{2})-?(\d{2}))?[ T]*(?:(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:\d{2})?\s*$/;

/** Reads `2026-11-22 01:30:00.000`, with or without date, time, fraction and offset. */
export function parseMoment(text: string): Moment | undefined {
  const match = shape.exec(text);
  if (match === null || text.trim() === "") return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const days = year === undefined ? zeroDay.classic : dayNumber(Number(year), Number(month), Number(day));
  if (days === undefined || Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 59) {
    return undefined;
  }
  const seconds = BigInt(Number(hour ?? 0) * 3600 + Number(minute ?? 0) * 60 + Number(second ?? 0));
  const rest = BigInt((fraction ?? "").slice(0, 7).padEnd(7, "0"));
  return { days, ticks: seconds * ticksASecond + rest, offset: offsetOf(zone) };
}

function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return zone.startsWith("-") ? -minutes : minutes;
}

/** Days since 1970, or nothing for a day that is not in the calendar. */
function dayNumber(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() / dayMs : undefined;
}

/** Writes `2026-11-22`. */
export function renderDate(days: number): string {
  return new Date(days * dayMs).toISOString().slice(0, 10);
}

/** Writes `01:30:00.000` with `scale` digits after the second. */
export function renderTime(ticks: bigint, scale: number): string {
  const seconds = Number(ticks / ticksASecond);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const clock = parts.map((part) => String(part).padStart(2, "0")).join(":");
  const fraction = String(ticks % ticksASecond)
    .padStart(7, "0")
    .slice(0, scale);
  return scale === 0 ? clock : `${clock}.${fraction}`;
}

/** Adds ticks, minding midnight. */
export function addTicks(moment: Moment, ticks: bigint): Moment {
  const total = BigInt(moment.days) * ticksADay + moment.ticks + ticks;
  const days = total >= 0n ? total / ticksADay : -((-total + ticksADay - 1n) / ticksADay);
  return { days: Number(days), ticks: total - days * ticksADay, offset: moment.offset };
}

/** The instant as ticks since 1970, the offset taken away. */
export function utcTicks(moment: Moment): bigint {
  return BigInt(moment.days) * ticksADay + moment.ticks - BigInt(moment.offset) * 60n * ticksASecond;
}
