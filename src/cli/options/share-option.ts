import { invalidOption } from "./invalid-option.ts";

/** Reads a share as it is typed: `5%`, `12.5%`, `100%`. In per mille. */
export function parseShare(option: string, text: string): number {
  const perMille = readShare(text);
  if (perMille !== undefined && perMille > 0) return perMille;
  throw invalidOption(option, `${text} is no share`, "Write it as 5% or 100%.");
}

/**
 * Reads a share as `parseShare` does, in per mille, where nothing is a share as well: `0%`. Undefined for a
 * text that is none.
 */
export function readShare(text: string): number | undefined {
  const [, share] = /^(\d{1,3}(?:\.\d)?)%$/.exec(text) ?? [];
  const perMille = Math.round(Number(share) * 10);
  return perMille >= 0 && perMille <= 1_000 ? perMille : undefined;
}
