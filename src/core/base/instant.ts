/** A moment as integer milliseconds since 1970-01-01T00:00:00Z. All arithmetic of the core uses it. */
export type Instant = number;

/** A length of time in integer milliseconds. */
export type DurationMs = number;

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/**
 * No zone is further ahead of UTC: a local time of an unknown zone, read as UTC, is at most this much too
 * late.
 */
export const unknownZoneMs = 14 * hour;

const unitMs: Record<string, number> = { s: second, m: minute, h: hour, d: day, w: 7 * day };

/** Where dates end, before and after 1970. */
const instantMax = 8.64e15;

/** Whether a value from outside is a moment that a date can hold. */
export function isInstant(value: unknown): value is Instant {
  return Number.isSafeInteger(value) && Math.abs(value as number) <= instantMax;
}

/** Reads `90s`, `10m`, `26h`, `5d`, `2w` or a sum such as `1d12h`; `undefined` when it is none of these. */
export function parseDuration(text: string): DurationMs | undefined {
  if (!/^(\d+[smhdw])+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+)([smhdw])/g);
  const sum = [...parts].reduce((total, [, count, unit]) => total + Number(count) * (unitMs[unit!] ?? 0), 0);
  return Number.isSafeInteger(sum) ? sum : undefined;
}

/** Writes a duration with its two largest units: `5d`, `1d 2h`, `3m 20s`, `450ms`. */
export function formatDuration(ms: DurationMs): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms < second) return `${ms}ms`;
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, size] of [
    ["d", day],
    ["h", hour],
    ["m", minute],
    ["s", second],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(" ");
}

/** Writes an instant as JSON and files hold it: `2026-11-22T01:30:00.000Z`. */
export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString();
}

/** Writes an instant for people, in UTC to the minute: `2026-11-22 01:30Z`. */
export function formatMinute(instant: Instant): string {
  return `${formatInstant(instant).slice(0, 16).replace("T", " ")}Z`;
}

/** Reads an ISO 8601 instant that states its zone; `undefined` when it is not one. */
export function parseInstant(text: string): Instant | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}
