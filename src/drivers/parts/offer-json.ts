import type { Instant } from "../../core/base/instant.ts";
import type { Sink } from "../../core/model/offer.ts";

/** Offers a value as a small JSON file: what was discovered stays readable beside the files themselves. */
export async function offerJson(
  sink: Sink,
  path: string,
  value: unknown,
  modifiedAt: Instant,
): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
  await sink.offer({ type: "file", path, modifiedAt, size: bytes.length, locator: { bytes } });
}

/**
 * Makes a snapshot say that there was nothing. A site may have no state migration point: then its absence is
 * what is kept, the point is complete, and a later look can tell when the first one came.
 */
export function offerNothingFound(sink: Sink, looked: unknown, at: Instant): Promise<void> {
  return offerJson(sink, "nothing-found.json", looked, at);
}
