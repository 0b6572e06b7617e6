import type { Problem } from "../base/problem.ts";

/**
 * Something that has to be so before a site can be captured and restored, as it was found: it holds, it
 * doesn't, or nobody could tell. The latter two say why, with the cure.
 */
export type Precondition = {
  /** What has to be so, as a sentence without its end: `SQL Server may write to E:\Stage`. */
  readonly says: string;
} & ({ readonly found: "holds" } | { readonly found: "fails" | "unknown"; readonly why: Problem });

/** The preconditions of one part of a policy: a source, the site's database, a repository. */
export interface ExaminedPart {
  /** `site-db`, or `repository main`. */
  readonly part: string;
  readonly preconditions: readonly Precondition[];
}

/** A precondition that holds. */
export function holds(says: string): Precondition {
  return { says, found: "holds" };
}

/** A precondition that was looked at, and does not hold. */
export function fails(says: string, why: Problem): Precondition {
  return { says, found: "fails", why };
}

/** A precondition of which nobody could tell. */
export function untold(says: string, why: Problem): Precondition {
  return { says, found: "unknown", why };
}
