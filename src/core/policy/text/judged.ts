import type { Origin, Written, WrittenMap } from "./written.ts";

/** A completed policy, and its name: where to point when something is nowhere. */
export interface Judged {
  readonly policy: WrittenMap;
  readonly name: Origin;
}

/** One of its sources. */
export interface JudgedSource {
  readonly name: string;
  readonly source: Written;
  readonly judged: Judged;
}
