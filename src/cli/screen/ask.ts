import { createInterface } from "node:readline/promises";
import { ProblemError } from "../../core/base/problem.ts";
import type { CommandCall } from "../command/command.ts";

/**
 * Asks before something is done. `--yes` answers; where nobody can be asked and nobody said yes, nothing is
 * done.
 */
export async function confirm(call: CommandCall, question: string): Promise<boolean> {
  if (call.options["yes"]) return true;
  if (!call.screen.interactive) throw new ProblemError(nobodyToAsk(question));
  // A question is no result: with --json, standard output holds the document alone.
  const output = call.screen.awaitsDocument ? process.stderr : process.stdout;
  const lines = createInterface({ input: process.stdin, output });
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: call.signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

function nobodyToAsk(question: string) {
  return {
    code: "confirmation-needed",
    severity: "error",
    message: `Nobody can be asked here: ${question}`,
    where: "sitekeep",
    hint: "Say --yes where that is meant, or apply a saved and reviewed plan.",
  } as const;
}
