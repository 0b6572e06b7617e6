/**
 * Log sequence numbers as `numeric(25,0)` shows them: virtual log file, then ten digits of block, then five
 * of slot.
 */
const blockUnit = 100_000n;

/** The number of a database that has written nothing yet. */
export const firstLsn = String(35n * 10n ** 15n + 16n * blockUnit + 1n);

/** The number `blocks` log blocks later. */
export function advanceLsn(lsn: string, blocks: number): string {
  return String(BigInt(lsn) + BigInt(blocks) * blockUnit);
}

/** Negative, zero or positive, as `left` is before, at or after `right`. */
export function compareLsn(left: string, right: string): number {
  const difference = BigInt(left) - BigInt(right);
  return difference < 0n ? -1 : Number(difference > 0n);
}
