import type { Instant } from "../../core/base/instant.ts";

/**
 * An instant as `utimes` takes it, in seconds. A quarter of a millisecond is added, away from 1970: Node 22
 * cuts what a fraction of a second lacks in binary, and a restored file would be a millisecond off in half of
 * all cases. Times before 1970 are written as text: a negative number is the present to Node.
 */
export function fileSeconds(modifiedAt: Instant): number | string {
  return modifiedAt < 0 ? String((modifiedAt - 0.25) / 1000) : (modifiedAt + 0.25) / 1000;
}
