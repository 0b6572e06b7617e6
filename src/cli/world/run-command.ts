import { spawn } from "node:child_process";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import { formatDuration } from "../../core/base/instant.ts";
import type { ToolResult } from "../../drivers/driver.ts";
import type { Command } from "../../engine/session/world.ts";

/** Output beyond this is dropped: a tool that floods must not take the memory. */
const outputBytesMax = 4 * 1024 * 1024;

/**
 * Runs a program without a shell and waits for its end. On Windows a batch file is run by cmd.exe, as it must
 * be.
 */
export async function runCommand(command: Command): Promise<ToolResult> {
  const [executable, ...args] = commandLine(command.line);
  const signal = AbortSignal.any([
    AbortSignal.timeout(command.timeoutMs),
    ...(command.signal ? [command.signal] : []),
  ]);
  const child = spawn(executable!, args, {
    stdio: [command.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    windowsHide: true,
    signal,
    env: { ...process.env, ...command.environment },
  });
  // A program that ends without reading closes the pipe, which is its right.
  child.stdin?.on("error", () => undefined).end(command.input);
  const stdout = collect(child.stdout!);
  const stderr = collect(child.stderr!);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", (fault) => reject(new ProblemError(spawnProblem(command, fault), { cause: fault })));
  child.once("close", (code) => resolve(code ?? 1));
  return { exitCode: await promise, stdout: stdout(), stderr: stderr() };
}

function commandLine(line: readonly string[]): readonly string[] {
  const batch = process.platform === "win32" && /\.(bat|cmd)$/i.test(line[0] ?? "");
  return batch ? ["cmd.exe", "/d", "/s", "/c", ...line] : line;
}

/**
 * Gathers a stream. Windows tools write UTF-16 or an OEM code page; only ASCII parts of them are relied on.
 */
function collect(stream: NodeJS.ReadableStream): () => string {
  const parts: Buffer[] = [];
  let size = 0;
  stream.on("data", (part: Buffer) => {
    size += part.length;
    if (size <= outputBytesMax) parts.push(part);
  });
  return () => Buffer.concat(parts).toString("utf8");
}

function spawnProblem(command: Command, fault: Error): Problem {
  const executable = command.line[0] ?? "";
  const timedOut = fault.name === "AbortError" && command.signal?.aborted !== true;
  const reason = timedOut
    ? `did not end within ${formatDuration(command.timeoutMs)} and was stopped`
    : (fault as NodeJS.ErrnoException).code === "ENOENT"
      ? "is not on this machine"
      : `could not be run: ${fault.message}`;
  return {
    code: "command-failed",
    severity: "error",
    message: `${executable} ${reason}.`,
    where: executable,
    hint: "Check the path under `tools:` or `allow:` in machine.yaml, and run it by hand with the same account.",
  };
}
