import { execFile } from "node:child_process";
import { join, resolve } from "node:path";

export const rescueProgram = resolve(join("tools", "rescue.py"));

export interface RescueRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs tools/rescue.py with the machine's Python. */
export function runRescue(...options: readonly string[]): Promise<RescueRun> {
  return runPython([rescueProgram, ...options]);
}

/** Runs Python and gives what it printed. */
export function runPython(
  options: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<RescueRun> {
  const inUtf8 = { ...env, PYTHONIOENCODING: "utf-8" };
  return new Promise((done, failed) => {
    const child = execFile("python3", options, { env: inUtf8, maxBuffer: 1 << 26 }, (_, out, err) => {
      if (child.exitCode === null) failed(new Error(`python3 did not run: ${err}`));
      else done({ code: child.exitCode, out, err });
    });
  });
}
