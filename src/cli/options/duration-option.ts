import { parseDuration, type DurationMs } from "../../core/base/instant.ts";
import { textOption, type CommandCall } from "../command/command.ts";
import { invalidOption } from "./invalid-option.ts";

/** What a length of time may be, and what it is where nobody says. */
export interface DurationRule {
  readonly otherwise: DurationMs;
  readonly atLeast: DurationMs;
  /** How to write one: `15m or 1h`. */
  readonly as: string;
}

/** Reads an option that is a length of time. */
export function durationOption(call: CommandCall, name: string, rule: DurationRule): DurationMs {
  const text = textOption(call, name);
  const ms = text === undefined ? rule.otherwise : parseDuration(text);
  if (ms !== undefined && ms >= rule.atLeast) return ms;
  throw invalidOption(`--${name}`, `${text} is no length of time for it`, `Write it as ${rule.as}.`);
}
