import { createInterface } from "node:readline/promises";
import { emitKeypressEvents, type Key } from "node:readline";
import { ProblemError } from "../../core/base/problem.ts";
import type { CommandCall } from "../command/command.ts";

/** A question that was left unanswered, by Ctrl-C, Ctrl-D or a terminal that went: it ends the command. */
export class Interrupted extends Error {}

/** How a question is put: where it is written, and what ends it. */
interface Asking {
  readonly output: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

/** A line of text that is asked for. */
export interface TextQuestion {
  readonly message: string;
  readonly default?: string;
  /** What is wrong with an answer, which is then asked for again; `undefined` for a good one. */
  readonly judge: (text: string) => string | undefined;
}

/**
 * Asks before something is done. `--yes` answers; where nobody can be asked and nobody said yes, nothing is
 * done.
 */
export async function confirm(call: CommandCall, question: string): Promise<boolean> {
  if (call.options["yes"]) return true;
  if (!call.screen.interactive) throw new ProblemError(nobodyToAsk(question));
  return answered(call, async ({ output, signal }) => {
    const lines = createInterface({ input: process.stdin, output });
    try {
      const answer = await lines.question(`${question} [y/N] `, { signal });
      return /^y(es)?$/i.test(answer.trim());
    } finally {
      lines.close();
    }
  });
}

/** Asks for a line of text, until it is a good one. */
export function askText(call: CommandCall, { message, judge, ...rest }: TextQuestion): Promise<string> {
  return answered(call, async (asking) => {
    const { input } = await import("@inquirer/prompts");
    return input({ message, validate: (text) => judge(text) ?? true, ...rest }, asking);
  });
}

/** Asks for one of several values, each shown with what it is. */
export function askChoice<Value extends string>(
  call: CommandCall,
  message: string,
  choices: readonly { readonly value: Value; readonly name: string }[],
): Promise<Value> {
  return answered(call, async (asking) => {
    const { select } = await import("@inquirer/prompts");
    return select({ message, choices }, asking);
  });
}

/** Asks for a secret, which is not shown. */
export function askSecret(call: CommandCall, message: string): Promise<string> {
  return answered(call, async (asking) => {
    const { password } = await import("@inquirer/prompts");
    return password({ message, mask: true }, asking);
  });
}

/** Every question goes through here, so that each is left in the same way. */
async function answered<T>(call: CommandCall, ask: (asking: Asking) => Promise<T>): Promise<T> {
  const leave = new AbortController();
  const signal = AbortSignal.any([call.signal, leave.signal]);
  // A question is no result: with --json, standard output holds the document alone.
  const output = call.screen.awaitsDocument ? process.stderr : process.stdout;
  const onKey = (_: string | undefined, key: Key) => {
    if (key.ctrl && (key.name === "c" || key.name === "d")) leave.abort();
  };
  const onEnd = () => leave.abort();
  emitKeypressEvents(process.stdin);
  process.stdin.on("keypress", onKey).once("end", onEnd);
  try {
    return await ask({ output, signal });
  } catch (thrown) {
    if (!signal.aborted && !(thrown instanceof Error && thrown.name === "ExitPromptError")) throw thrown;
    output.write("\n");
    throw new Interrupted("The question was left unanswered.", { cause: thrown });
  } finally {
    process.stdin.off("keypress", onKey).off("end", onEnd);
  }
}

function nobodyToAsk(question: string) {
  return {
    code: "confirmation-needed",
    severity: "error",
    message: `The question "${question}" has no answer: this is no terminal.`,
    where: "sitekeep",
    hint: "Add --yes to answer it with yes, or apply a saved and reviewed plan.",
  } as const;
}
