import { CommanderError } from "commander";
import { problemOf } from "../engine/problems.ts";
import { makeRedactor } from "../engine/redact.ts";
import { renderProblems } from "../core/report/render-problems.ts";
import { exitCode, type ExitCode } from "./exit-code.ts";
import { commandTable } from "./command-table.ts";
import { buildProgram } from "./program.ts";
import { realScreen } from "./screen.ts";

/** Runs one command line and gives its exit code. What nobody caught becomes one readable problem here. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = exitCode.done;
  const screen = realScreen();
  const interrupt = new AbortController();
  const stop = stopOnSignals(interrupt);
  const program = buildProgram(async (spec, args, options) => {
    const { run } = await spec.load();
    code = await run({ args, options, screen, commands: commandTable, signal: interrupt.signal });
  });
  for (const command of [program, ...program.commands.flatMap((it) => [it, ...it.commands])])
    command.exitOverride();
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCode.done : exitCode.error;
    screen.err(renderProblems([problemOf(thrown, "sitekeep", makeRedactor())]));
    if (process.env["SITEKEEP_DEBUG"])
      screen.err(thrown instanceof Error ? (thrown.stack ?? "") : String(thrown));
    return exitCode.error;
  } finally {
    stop();
  }
}

/** The first Ctrl-C ends the run in good order; the second one ends the program. */
function stopOnSignals(interrupt: AbortController): () => void {
  const onSignal = (signal: NodeJS.Signals) => {
    if (interrupt.signal.aborted) process.exit(exitCode.error);
    process.stderr.write(
      `\nStopping after ${signal}; what is half done is given up. Press Ctrl-C again to leave at once.\n`,
    );
    interrupt.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return () => process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
}
