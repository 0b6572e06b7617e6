import type { SourceKind } from "../model/policy/source.ts";

/** What is known of a kind of source, apart from how to touch it. The driver of the same name does that. */
export interface Kind {
  readonly kind: SourceKind;
  /** For headings: `Site database`. */
  readonly title: string;
  /** What a snapshot holds, in one sentence. */
  readonly captures: string;
  /** Sources are given back in ascending order. */
  readonly restoreOrder: number;
  /** What to do with restored files, and what to beware of, in the order of doing. */
  readonly runbook: readonly string[];
}
