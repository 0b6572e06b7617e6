/**
 * Lines of the product that a test is about, and lines that it should mind: broken together, in one round.
 */
export interface BrokenLines {
  readonly test: string;
  readonly edits: readonly LineEdit[];
}

export type LineEdit = readonly [file: string, from: string, to: string];

export function together(test: string, edits: readonly LineEdit[]): BrokenLines {
  return { test, edits };
}

/** One file, and a round for each of its lines. */
export function lines(
  test: string,
  file: string,
  pairs: readonly (readonly [string, string])[],
): readonly BrokenLines[] {
  return pairs.map(([from, to]) => ({ test, edits: [[file, from, to]] }));
}
