import { spawn } from "node:child_process";
import { existsSync } from "node:fs";

/** A terminal can be made here for a program of a test. */
export const hasTerminal = process.platform !== "win32" && existsSync("/usr/bin/script");

/**
 * Runs the built program on a terminal of its own, answers the questions as they come in their order, and
 * gives what was shown.
 */
export function typeInto(
  args: readonly string[],
  answers: Readonly<Record<string, string>>,
  environment: Record<string, string> = {},
): Promise<string> {
  const line = [process.execPath, "dist/sitekeep.js", ...args].map((word) => `'${word}'`).join(" ");
  const child = spawn("/usr/bin/script", ["-qec", line, "/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...environment },
  });
  const open = Object.entries(answers);
  let said = "";
  child.stdout.on("data", (part: Buffer) => {
    said += part.toString();
    if (open[0] !== undefined && said.includes(open[0][0])) child.stdin.write(`${open.shift()![1]}\r`);
  });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  child.once("error", reject).once("close", () => resolve(said));
  return promise;
}

/** The document among what a terminal has shown. */
export function documentIn(shown: string): unknown {
  return JSON.parse(shown.slice(shown.indexOf("{"), shown.lastIndexOf("}") + 1));
}
