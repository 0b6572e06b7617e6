import { formatSpan } from "../../base/calendar-span.ts";
import { formatMinute } from "../../base/instant.ts";
import { describeFull } from "../../model/foreign-full.ts";
import type { ForeignFull } from "../../model/foreign-full.ts";
import type { CaptureReason } from "../../model/plan.ts";
import { countWords } from "./count-words.ts";
import type { KeepReason } from "../../model/retention-verdict.ts";

/**
 * Why something is captured, in a sentence for somebody who never read the manual. True of every source it is
 * said of.
 */
export function captureWords(because: CaptureReason): string {
  switch (because.why) {
    case "never-captured":
      return "Never captured:";
    case "due":
      return because.missed === undefined
        ? `Due since ${formatMinute(because.due)}:`
        : `Due since ${formatMinute(because.due)}; ${countWords(because.missed, "run")} before it did not happen:`;
    case "incomplete-point":
      return `The recovery point of ${formatMinute(because.due)} has no usable copy yet:`;
    case "window-closing":
      return `Replication can bring the newest database copy up to date only until ${formatMinute(because.expiresAt)}, and a recovery takes time:`;
    case "window-outside":
      return `Replication can't bring the newest database copy up to date since ${formatMinute(because.expiredAt)}:`;
    case "window-not-proven":
      return "The newest database copy is old, and it is not proven that replication could bring it up to date:";
    case "site-version-changed":
      return `The site was updated from ${because.from} to ${because.to}, and older copies need the older setup files:`;
    case "increment-due":
      return `The database's own rhythm asks for one since ${formatMinute(because.due)}:`;
    case "chain-broken":
      return `${foreignWords(because.by)}, so a differential would not restore; a new full:`;
    case "proof-failed":
      return "The newest copy was read back and is damaged:";
    case "partly-captured":
      return "The newest copy lacks what could not be read then, and can be now:";
    case "asked":
      return `Asked for (${because.note}):`;
  }
}

function foreignWords(by: ForeignFull | undefined): string {
  return by === undefined
    ? "Another product took a full backup since ours (msdb does not say which)"
    : `Another product took a full backup since ours (${describeFull(by)})`;
}

/** Why a point stays, in a few words: one line of `snapshots explain`. */
export function keepWords(reason: KeepReason): string {
  switch (reason.why) {
    case "rule":
      return ruleWords(reason);
    case "within":
      return `within ${formatSpan({ months: reason.spanMonths ?? 0, ms: reason.spanMs })} of the newest`;
    case "no-rules":
      return "the policy has no rule that lets it go";
    case "future":
      return "later than now: a clock was wrong";
    case "newest-data":
      return "newer than every complete point";
    case "incomplete-grace":
      return `incomplete, stays until ${formatMinute(reason.until)}`;
    case "min-points":
      return `guard: never fewer than ${reason.minPoints} points`;
    case "newest-verified":
      return "guard: newest verified point";
    case "none-newer-verified":
      return "guard: no point as new or newer is verified";
    case "newest-verified-inside":
      return "guard: newest verified point inside the window";
    case "newest-verified-outside":
      return "guard: newest verified point outside the window";
    case "newest-unverified-inside":
      return "guard: newest unverified point inside the window";
    case "hold":
      return `held since ${formatMinute(reason.since)}: ${reason.note}`;
    case "hold-unreadable":
      return `guard: ${reason.object} can't be read, and may be its hold`;
    case "history-unreadable":
      return `guard: ${reason.object} can't be read, and forgetting rests on it`;
    case "chain":
      return "a kept differential or log is laid on it";
    case "brake":
      return `brake: at most ${reason.perMille / 10}% of the points go within 24h`;
  }
}

function ruleWords(reason: Extract<KeepReason, { why: "rule" }>): string {
  const { rule, period, nth, of, oldest } = reason;
  if (oldest) return `${rule} ${of}: oldest point, the rule has room`;
  return rule === "last" ? `last ${nth} of ${of}` : `${rule} ${period} (${nth} of ${of})`;
}
