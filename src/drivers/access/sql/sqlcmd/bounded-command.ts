import { spawn } from "node:child_process";
import { given } from "../../../../core/base/given.ts";
import { lateAnswer, tooLarge } from "../answer-limits.ts";

/** A command whose output and time are bounded. */
export interface BoundedCommand {
  readonly command: readonly string[];
  /** Standard input of the command; absent, it has none. */
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** Ends the command. Absent: it may take for ever. */
  readonly limitMs?: number;
  /** Of each of its outputs. What is more ends the command. */
  readonly bytes: number;
  /** Takes its standard error as it comes; `end` ends the command, and rejects with an error. */
  onError(text: string, end: (error: Error) => void): void;
}

/**
 * Runs a command to its end. Rejects with a system error that has `syscall` when it can't be started, and
 * with `AnswerError` when it says too much or takes too long: then nobody waits for it, nor for what it
 * started and left its output open to.
 */
export function runBounded(
  running: BoundedCommand,
): Promise<{ readonly exitCode: number; readonly stdout: string }> {
  const { command, signal, limitMs, bytes, input } = running;
  const [program, ...args] = command;
  const { promise, resolve, reject } = Promise.withResolvers<{ exitCode: number; stdout: string }>();
  const child = spawn(program!, args, {
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    windowsHide: true,
    ...given({ signal }),
  });
  const end = (error: Error): void => {
    reject(error);
    child.kill("SIGKILL");
    [child.stdin, child.stdout, child.stderr].forEach((stream) => stream?.destroy());
  };
  const read = (stream: NodeJS.ReadableStream, take: (text: string) => void): void => {
    let came = 0;
    stream.setEncoding("utf8").on("data", (text: string) => {
      came += Buffer.byteLength(text);
      if (came > bytes) end(tooLarge("bytes", bytes));
      else take(text);
    });
  };
  const parts: string[] = [];
  read(child.stdout!, (text) => void parts.push(text));
  read(child.stderr!, (text) => running.onError(text, end));
  child.on("error", (error) => end(signal?.aborted ? (signal.reason as Error) : error));
  const timer =
    limitMs === undefined ? undefined : setTimeout(() => end(lateAnswer(limitMs, "command")), limitMs);
  child.on("close", (exitCode) => resolve({ exitCode: exitCode ?? 1, stdout: parts.join("") }));
  // A child that dies early closes its input; its exit code tells why.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(input);
  return promise.finally(() => clearTimeout(timer));
}
