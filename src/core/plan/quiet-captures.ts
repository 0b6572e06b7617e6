import { kindOf } from "../kinds/catalogue.ts";
import type { WaitingCaptures, QuietSpell } from "../model/policy/blackout.ts";
import type { CaptureReason } from "../model/plan.ts";
import type { SourceKind } from "../model/policy/source.ts";

/** A capture as far as quiet hours ask about it. */
interface Capture {
  readonly source: string;
  readonly kind: SourceKind;
  readonly because: CaptureReason;
}

/**
 * Whether a capture begins in quiet hours all the same. A window that closes does not wait, and a fresh copy
 * of the database is all that it needs, with the registry that must fit it. What somebody asks for by hand is
 * captured.
 */
export function goesThrough({ kind, because }: Pick<Capture, "kind" | "because">): boolean {
  switch (because.why) {
    case "asked":
      return true;
    case "window-closing":
    case "window-outside":
    case "window-not-proven":
      return kindOf(kind).throughQuiet;
    case "never-captured":
    case "due":
    case "incomplete-point":
    case "increment-due":
    case "chain-broken":
    case "proof-failed":
    case "partly-captured":
    case "site-version-changed":
      return false;
  }
}

/** What quiet hours do to the captures that are wanted; `undefined` where there are none of either. */
export function waitingCaptures(
  spell: QuietSpell | undefined,
  wanted: readonly Capture[],
): WaitingCaptures | undefined {
  if (spell === undefined || wanted.length === 0) return undefined;
  const names = (isMeant: (it: Capture) => boolean) => wanted.filter(isMeant).map((it) => it.source);
  return { ...spell, waiting: names((it) => !goesThrough(it)), through: names(goesThrough) };
}
