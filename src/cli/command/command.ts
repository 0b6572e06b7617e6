import type { RareCode, UsualCode } from "./exit-code.ts";
import type { CommandResult, DocumentResult } from "./result.ts";
import type { Screen } from "./screen.ts";

/** What a command declares before any of its code is loaded: enough for help, completion and parsing. */
export type CommandSpec = CommandFacts & (TextCommand | DocumentCommand | RareCommand);

interface CommandFacts {
  /** Words as typed: `plan`, `snapshots list`. */
  readonly name: string;
  /** Positional arguments in commander's notation: `<dir>`, `[sources...]`. */
  readonly arguments?: string;
  /** What the first argument may be, where that is a short list: for completion. */
  readonly words?: readonly string[];
  readonly summary: string;
  /** Set where being stopped is the command's own end, and a good one: it works until then. */
  readonly runsUntilStopped?: true;
  /** Each a whole line and what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
}

/** A command that speaks to people alone: it can't have `--json`. */
interface TextCommand {
  readonly options: readonly TextOption[];
  readonly alsoEndsWith?: undefined;
  /** Loads the command's code; only the command that runs is loaded. */
  readonly load: () => Promise<{ readonly run: RunTextCommand }>;
}

/** A command that has a document for `--json`. */
interface DocumentCommand {
  readonly options: readonly OptionSpec[];
  readonly alsoEndsWith?: undefined;
  readonly load: () => Promise<{ readonly run: RunCommand }>;
}

/** One that ends with a code of its own at times, beside those with which any may end. */
type RareCommand = { readonly [Rare in RareCode]: RareCommandOf<Rare> }[RareCode];

interface RareCommandOf<Rare extends RareCode> {
  readonly options: readonly OptionSpec[];
  readonly alsoEndsWith: Rare;
  readonly load: () => Promise<{ readonly run: RunCommand<Rare> }>;
}

export type OptionSpec = TextOption | JsonOption;

export interface TextOption {
  /** In commander's notation: `--out <file>`. */
  readonly flags: string;
  readonly does: string;
  readonly choices?: readonly string[];
  readonly asksFor?: undefined;
}

/** `--json`. */
export interface JsonOption {
  readonly flags: "--json";
  readonly does: string;
  readonly choices?: undefined;
  readonly asksFor: "document";
}

/** The code of a command that has `--json`: it gives back what it has to say, and prints nothing of it. */
export type RunCommand<Rare extends RareCode = never> = (
  call: CommandCall,
) => Promise<DocumentResult<UsualCode | Rare>>;

/** The code of a command that speaks to people alone. */
export type RunTextCommand = (call: CommandCall) => Promise<CommandResult<UsualCode>>;

/** One call of a command. Options carry commander's camel-cased names; `--json` is not among them. */
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
