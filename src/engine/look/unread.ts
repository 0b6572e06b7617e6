import type { Observation } from "../../core/model/observation.ts";

/** What of a repository's manifests and records can't be read, as an observation tells it: each name once. */
export function unreadOf(names: readonly (readonly string[])[]): Pick<Observation, "unread"> {
  const unread = [...new Set(names.flat())].sort();
  return unread.length === 0 ? {} : { unread };
}
