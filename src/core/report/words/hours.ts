import { day, formatDuration, hour } from "../../base/instant.ts";
import type { DurationMs } from "../../base/instant.ts";

/** Writes an age or a gap as promises are written: `26h` and not `1d 2h`; ten days and more as days. */
export function hoursText(ms: DurationMs): string {
  return ms < 10 * day && ms >= hour ? `${Math.floor(ms / hour)}h` : formatDuration(ms);
}
