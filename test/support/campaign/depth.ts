import { appendFileSync } from "node:fs";

/** How much of the campaign is run: a little with every test run, more in CI, all by `npm run campaign`. */
export type Depth = "short" | "middle" | "long";

export const depth = (process.env["SITEKEEP_CAMPAIGN"] ?? "short") as Depth;

/** A figure for each depth. */
export function atDepth(figures: Readonly<Record<Depth, number>>): number {
  return figures[depth];
}

/** Adds to a count that the campaign prints at its end. */
export function count(what: string, times: number): void {
  const file = process.env["SITEKEEP_CAMPAIGN_COUNTS"];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify([what, times])}\n`);
}
