import type { Instant } from "../base/instant.ts";
import type { DatabaseWindowFacts } from "./observation.ts";

/** What was read of the window at one moment. A database that could not be read is left out. */
export interface WindowLook {
  /** What the site's own database showed. */
  readonly own?: DatabaseWindowFacts;
  /** By site code. */
  readonly partners: Readonly<Record<string, DatabaseWindowFacts>>;
}

/** A copy of the site database that a site could be recovered with. */
export interface DatabaseCopy {
  /** Whose state it shows, on the conservative side. */
  readonly asOf: Instant;
  /** Read again and matched. */
  readonly verified: boolean;
  /** True of a copy from a secondary replica that did not tell how far it was behind. */
  readonly isOfUnknownAge?: true;
  /** What was read of the window when the copy was taken, or before another tool took it. */
  readonly look?: WindowLook;
  /**
   * Of another tool's copy: when `look` was read. `never`: what it had received is not known.
   */
  readonly lookedAt?: Instant | "never";
  /** What was read with the copies of the series, before and after. In no promised order. */
  readonly others: readonly WindowLook[];
}
