import { CommanderError, type Command } from "commander";
import { given } from "../core/base/given.ts";
import type { Problem } from "../core/base/problem.ts";
import { problemOf } from "../engine/session/problems.ts";
import { makeRedactor } from "../engine/session/redact.ts";
import { textOption, type CommandCall, type CommandSpec } from "./command/command.ts";
import { commandTable } from "./command-table.ts";
import { exitCode, type ExitCode } from "./command/exit-code.ts";
import { invalidOption } from "./options/invalid-option.ts";
import { buildProgram } from "./program.ts";
import { refused } from "./command/result.ts";
import { Interrupted } from "./screen/ask.ts";
import { printResult, type ResultForm } from "./screen/print-result.ts";
import { realTerminal, screenOn } from "./screen/terminal.ts";

/** Runs one command line and gives its exit code. What nobody caught becomes one readable problem here. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = exitCode.done;
  const terminal = realTerminal();
  const json = argv.includes("--json");
  const interrupt = new AbortController();
  const stop = stopOnSignals(interrupt);
  const program = buildProgram(async (spec, args, { json: isJsonAsked, ...options }) => {
    requireValues(spec, options);
    const { run } = await spec.load();
    const screen = screenOn(terminal, isJsonAsked === true);
    const call = { args, options, screen, commands: commandTable, signal: interrupt.signal };
    const result = await run(call);
    printResult(terminal, result, formAsked(call));
    const isStopped = interrupt.signal.aborted && spec.runsUntilStopped === undefined;
    code = isStopped ? exitCode.interrupted : result.exitCode;
  });
  for (const command of withSubcommands(program))
    command.exitOverride().configureOutput(json ? { writeErr: () => undefined } : {});
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (thrown) {
    if (thrown instanceof Interrupted) return exitCode.interrupted;
    if (thrown instanceof CommanderError && (thrown.exitCode === 0 || !json))
      return thrown.exitCode === 0 ? exitCode.done : exitCode.error;
    const problem =
      thrown instanceof CommanderError ? mistyped(thrown) : problemOf(thrown, "sitekeep", makeRedactor());
    printResult(terminal, refused([problem]), { json });
    if (process.env["SITEKEEP_DEBUG"])
      terminal.err(thrown instanceof Error ? (thrown.stack ?? "") : String(thrown));
    return interrupt.signal.aborted ? exitCode.interrupted : exitCode.error;
  } finally {
    stop();
  }
}

function formAsked(call: CommandCall): ResultForm {
  return { json: call.screen.awaitsDocument, ...given({ format: textOption(call, "format") }) };
}

/** An empty value is a variable of a script that was never set: it names nothing, and never means "here". */
function requireValues({ options: specs }: CommandSpec, options: Record<string, string | true>): void {
  for (const { flags } of specs) {
    const flag = flags.split(" ")[0]!;
    const name = flag.slice(2).replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    if (options[name] === "")
      throw invalidOption(flag, "its value is empty", "Give it a value, or leave it out.");
  }
}

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/** What the parser says as text already, for a program that reads JSON. */
function mistyped(fault: CommanderError): Problem {
  const message = fault.message.replace(/^error: /, "");
  const hint = "`sitekeep --help` shows what is possible.";
  return { code: "option-invalid", severity: "error", message, where: "sitekeep", hint };
}

/** A second signal within this time is taken for an echo of the first. */
const echoMs = 500;

/** The first Ctrl-C ends the run in good order; the second one ends the program. */
function stopOnSignals(interrupt: AbortController): () => void {
  let stoppedAt = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    // A terminal tells the run and the `watch` above it, which passes it on: both together are one wish.
    if (interrupt.signal.aborted && Date.now() - stoppedAt < echoMs) return;
    if (interrupt.signal.aborted) process.exit(exitCode.interrupted);
    stoppedAt = Date.now();
    process.stderr.write(
      `\nStopping after ${signal}; what is half done is given up. Press Ctrl-C again to leave at once.\n`,
    );
    interrupt.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return () => process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
}
