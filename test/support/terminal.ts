import { spawn } from "node:child_process";
import { existsSync } from "node:fs";

/** A terminal can be made here for a program of a test. */
export const hasTerminal = process.platform !== "win32" && existsSync("/usr/bin/script");

/**
 * Runs the built program on a terminal of its own, answers the questions as they come in their order, and
 * gives what was shown.
 */
export async function typeInto(
  args: readonly string[],
  answers: Readonly<Record<string, string>>,
  environment: Record<string, string> = {},
): Promise<string> {
  const lines = Object.entries(answers).map(([question, text]) => [question, `${text}\r`] as const);
  return (await pressIn(args, lines, environment)).shown;
}

/** The same with keys instead of lines, each pressed when its question is shown; the exit code as well. */
export function pressIn(
  args: readonly string[],
  keys: readonly (readonly [string, string])[],
  environment: Record<string, string> = {},
): Promise<{ readonly shown: string; readonly code: number | null }> {
  const line = [process.execPath, "dist/sitekeep.js", ...args].map((word) => `'${word}'`).join(" ");
  const child = spawn("/usr/bin/script", ["-qec", line, "/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...environment },
  });
  const open = [...keys];
  let said = "";
  // Each question is looked for behind what was shown when the one before was answered.
  let from = 0;
  child.stdout.on("data", (part: Buffer) => {
    said += part.toString();
    if (open[0] === undefined || !said.slice(from).includes(open[0][0])) return;
    from = said.length;
    child.stdin.write(open.shift()![1]);
  });
  const { promise, resolve, reject } = Promise.withResolvers<{ shown: string; code: number | null }>();
  child.once("error", reject).once("close", (code) => resolve({ shown: said, code }));
  return promise;
}

/** The document among what a terminal has shown. */
export function documentIn(shown: string): unknown {
  return JSON.parse(shown.slice(shown.indexOf("{"), shown.lastIndexOf("}") + 1));
}
