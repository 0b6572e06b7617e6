import type { Instant } from "../../core/base/instant.ts";

/**
 * An instant as `utimes` takes it, in seconds. A quarter of a millisecond is added: Node 22 cuts what a fraction of a
 * second lacks in binary, and a restored file would be a millisecond too old in half of all cases.
 */
export function fileSeconds(modifiedAt: Instant): number {
  return (modifiedAt + 0.25) / 1000;
}
