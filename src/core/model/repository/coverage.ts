import { day, type DurationMs } from "../../base/instant.ts";

/** How much of all packs was read and proven within `coverageMs`. */
export interface Coverage {
  /** Size of all packs that are in their place. */
  readonly packBytes: number;
  /** Size of the packs whose every byte was read and matched within `coverageMs`. */
  readonly provenBytes: number;
}

/** A proof of bytes counts for so long. */
export const coverageMs: DurationMs = 30 * day;
