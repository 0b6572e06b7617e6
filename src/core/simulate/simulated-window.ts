import { formatDuration } from "../base/instant.ts";
import type { Instant } from "../base/instant.ts";
import type { DatabaseWindowFacts, WindowFacts } from "../model/observation.ts";
import { defaultWindowMs } from "../plan/window/judge-window.ts";

type Read = DatabaseWindowFacts | { readonly problem: unknown };

/**
 * The window's facts at a later instant: settings as they were last read, links that carry changes, and
 * nothing purged but by age. Where a database was not read, its window is taken to be what ConfigMgr sets up.
 */
export function simulatedWindow({ own, partners }: WindowFacts, now: Instant): WindowFacts {
  return {
    own: later(own, now),
    partners: Object.fromEntries(Object.entries(partners).map(([code, read]) => [code, later(read, now)])),
  };
}

/** What the window of a simulation rests on, in words. */
export function windowBasis({ own, partners }: WindowFacts): string {
  const read = [...Object.values(partners), own].filter((it) => !("problem" in it));
  const least = Math.min(...read.flatMap((it) => ("retentionMs" in it ? [it.retentionMs ?? Infinity] : [])));
  return Number.isFinite(least)
    ? `${formatDuration(least)}, as last read`
    : `${formatDuration(defaultWindowMs)}, which is what ConfigMgr sets up; it was not read`;
}

function later(read: Read, now: Instant): DatabaseWindowFacts {
  const known = "problem" in read ? undefined : read;
  return {
    readAt: now,
    clockOffsetMs: known?.clockOffsetMs ?? 0,
    changeTracking: known?.changeTracking ?? "on",
    retentionMs: known?.retentionMs ?? defaultWindowMs,
    links: [],
  };
}
