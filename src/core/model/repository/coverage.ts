import { day, type DurationMs } from "../../base/instant.ts";

/** How much of all packs was read and proven within `coverageMs`. */
export interface Coverage {
  readonly packBytes: number;
  readonly provenBytes: number;
}

/** A proof of bytes counts for so long. */
export const coverageMs: DurationMs = 30 * day;
