import type { DurationMs, Instant } from "../base/instant.ts";

/**
 * Where a point stands in the window: how long a partner's change tracking can still bring it up to date.
 * `none`: a stand-alone site has no partner and so no window.
 */
export type WindowState = "inside" | "closing" | "outside" | "not-proven" | "none";

/** Of several partners, copies or days the worst state is the one that is told. */
export const worstFirst = [
  "outside",
  "not-proven",
  "closing",
  "inside",
  "none",
] as const satisfies readonly WindowState[];

/** The verdict on one site's window, for its newest complete database snapshot. */
export interface WindowVerdict {
  readonly state: WindowState;
  /** When the newest point falls out of the window, on our clock. Absent when that can't be told. */
  readonly expiresAt?: Instant;
  /** From this instant on the point is *closing*: expiry minus the time to rebuild and restore. */
  readonly closesAt?: Instant;
  /**
   * How long the window is, by whichever setting decided, a lower bound of the policy's included. Absent
   * where none was read.
   */
  readonly windowMs?: DurationMs;
  /** Whose setting decided: `partner CAS` or `own settings, partner not read`. */
  readonly basis: string;
  /** One sentence for people. */
  readonly because: string;
}
