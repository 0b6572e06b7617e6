import { formatBytes } from "../../base/bytes.ts";
import type { StepProgress } from "../../model/run-event.ts";
import { formatDuration, second, type Instant } from "../../base/instant.ts";

/** Makes a function that words progress: bytes, rate since the start, time left. */
export function makeProgressText(startedAt: Instant): (progress: StepProgress, now: Instant) => string {
  return ({ text, doneBytes, totalBytes }, now) => {
    if (doneBytes === undefined) return text;
    const elapsedMs = now - startedAt;
    const rate = elapsedMs >= second ? (doneBytes / elapsedMs) * second : 0;
    const amount = totalBytes
      ? `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`
      : formatBytes(doneBytes);
    const speed = rate > 0 ? ` · ${formatBytes(Math.round(rate))}/s` : "";
    const left = totalBytes && rate > 0 ? ` · ${leftText(totalBytes - doneBytes, rate)}` : "";
    return `${amount}${speed}${left} · ${text}`;
  };
}

function leftText(bytes: number, rate: number): string {
  return `${formatDuration(Math.max(1, Math.ceil(bytes / rate)) * second)} left`;
}
