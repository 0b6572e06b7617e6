import { formatDuration, parseDuration } from "./instant.ts";
import type { DurationMs } from "./instant.ts";

/** A length of time by the calendar: whole months, which differ in length, and then the rest. */
export interface CalendarSpan {
  readonly months: number;
  readonly ms: DurationMs;
}

/** Reads `3mo`, `1y`, `1y6mo10d` or a plain duration; `undefined` when it is none of these. */
export function parseSpan(text: string): CalendarSpan | undefined {
  const match = /^(?:(\d+)y)?(?:(\d+)mo)?(.*)$/.exec(text);
  if (match === null) return undefined;
  const [, years = "0", months = "0", rest] = match;
  const ms = rest === "" && text !== "" ? 0 : parseDuration(rest!);
  return ms === undefined ? undefined : { months: Number(years) * 12 + Number(months), ms };
}

/** Writes a span as people do: `1y 6mo 10d`, `6d`. */
export function formatSpan({ months, ms }: CalendarSpan): string {
  const [years, rest] = [Math.floor(months / 12), months % 12];
  const parts = [years > 0 && `${years}y`, rest > 0 && `${rest}mo`, ms > 0 && formatDuration(ms)];
  return parts.filter((it) => it !== false).join(" ");
}
