import { invalidOption } from "./invalid-option.ts";

/** Reads a share as it is typed: `5%`, `12.5%`, `100%`. In per mille. */
export function parseShare(option: string, text: string): number {
  const [, share] = /^(\d{1,3}(?:\.\d)?)%$/.exec(text) ?? [];
  const perMille = Math.round(Number(share) * 10);
  if (perMille > 0 && perMille <= 1_000) return perMille;
  throw invalidOption(option, `${text} is no share`, "Write it as 5% or 100%.");
}
