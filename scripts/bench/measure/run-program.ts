import { spawn } from "node:child_process";
import { watchMemory } from "./tree-memory.ts";

/** A program to run as a whole process. */
export interface Program {
  readonly line: readonly [string, ...string[]];
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/** What a whole process took. */
export interface Ran {
  readonly seconds: number;
  /** The most memory that the process and all below it held at once; undefined where it can't be seen. */
  readonly peakBytes: number | undefined;
  readonly out: string;
}

/** Runs a program to its end, and throws with its last words unless it ends with 0. */
export async function runProgram(program: Program): Promise<Ran> {
  const [command, ...args] = program.line;
  const before = performance.now();
  const child = spawn(command, args, {
    env: { ...process.env, NO_COLOR: "1", ...program.environment },
    stdio: ["ignore", "pipe", "pipe"],
    ...(program.folder !== undefined && { cwd: program.folder }),
  });
  const memory = child.pid === undefined ? undefined : watchMemory(child.pid);
  const out: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => out.push(part));
  child.stderr.on("data", (part: Buffer) => errors.push(part));
  const ended = Promise.withResolvers<number>();
  let seconds = 0;
  child.once("error", ended.reject);
  child.once("exit", () => (seconds = (performance.now() - before) / 1000));
  child.once("close", (code) => ended.resolve(code ?? 1));
  const code = await ended.promise.finally(() => memory?.stop());
  const said = Buffer.concat(errors).toString().slice(-2_000);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}: ${said}`);
  return { seconds, peakBytes: memory?.peakBytes(), out: Buffer.concat(out).toString() };
}
