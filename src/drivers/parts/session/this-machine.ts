import type { Means } from "../../driver.ts";

/**
 * Whether a source lies on another machine than this one: drives of another are reached through its shares,
 * and those of this one are not.
 */
export function isElsewhere(on: string | undefined, means: Pick<Means, "localPath">): on is string {
  const root = "C:\\";
  return on !== undefined && means.localPath(root, on) !== means.localPath(root);
}
