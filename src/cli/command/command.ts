import type { ExitCode } from "./exit-code.ts";
import type { CommandResult, DocumentResult } from "./result.ts";
import type { Screen } from "./screen.ts";

/** What a command declares before any of its code is loaded: enough for help, completion and parsing. */
export interface CommandSpec {
  /** Words as typed: `plan`, `snapshots list`. */
  readonly name: string;
  /** Positional arguments in commander's notation: `<dir>`, `[sources...]`. */
  readonly arguments?: string;
  /** What the first argument may be, where that is a short list: for completion. */
  readonly words?: readonly string[];
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  /** Each a whole line and what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  /** Loads the command's code; only the command that runs is loaded. */
  readonly load: () => Promise<{ readonly run: RunCommand | RunTextCommand }>;
}

export interface OptionSpec {
  /** In commander's notation: `--out <file>`. */
  readonly flags: string;
  readonly does: string;
  readonly choices?: readonly string[];
}

/** The code of a command that has `--json`: it gives back what it has to say, and prints nothing of it. */
export type RunCommand = (call: CommandCall) => Promise<CommandEnd>;

/** A result, or the code alone where everything is printed already. */
export type CommandEnd<Code extends ExitCode = ExitCode> = DocumentResult<Code> | ExitCode;

/** The code of a command that speaks to people alone. */
export type RunTextCommand = (call: CommandCall) => Promise<CommandResult>;

/** One call of a command. Options carry commander's camel-cased names. */
export interface CommandCall {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, string | true | undefined>>;
  readonly screen: Screen;
  /** Every command there is, for `completion`. */
  readonly commands: readonly CommandSpec[];
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
}

/** The text of an option that takes a value, or `undefined`. */
export function textOption(call: CommandCall, name: string): string | undefined {
  const value = call.options[name];
  return typeof value === "string" ? value : undefined;
}
