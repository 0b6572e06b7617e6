import type { SourceKind } from "../model/policy/source.ts";
import type { Following } from "./follow.ts";

/** What is known of a kind of source, apart from how to touch it. The driver of the same name does that. */
export interface Kind {
  readonly kind: SourceKind;
  /** For headings: `Site database`. */
  readonly title: string;
  /** What a snapshot holds, in one sentence. */
  readonly captures: string;
  /**
   * Its place among the captures of a point. With `atOnce` they share a lane: nothing is captured between the
   * two.
   */
  readonly captured: Following & { readonly atOnce?: true };
  /** Whether a capture that the window can't wait for begins in quiet hours too. */
  readonly throughQuiet: boolean;
  /** Whether its snapshots carry what was seen of the change-tracking window when they were made. */
  readonly carriesWindow: boolean;
  /**
   * Whether a capture ends when the hours of the site's own backup task begin: open files would be in its
   * way.
   */
  readonly yieldsToTask: boolean;
  /** Sources are given back in ascending order. */
  readonly restoreOrder: number;
  /** What to do with restored files, and what to beware of, in the order of doing. */
  readonly runbook: readonly string[];
}
