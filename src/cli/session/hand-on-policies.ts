import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { PolicyFile } from "../../core/model/policy/policy-document.ts";

/**
 * Holds the process id of a `watch`: its own child takes the policies from it, a hook's `sitekeep` further
 * below does not.
 */
const parentVariable = "SITEKEEP_WATCH";

/** Whether this process is a run that `watch` has started. */
export function isRunOfWatch(): boolean {
  return process.env[parentVariable] === String(process.ppid);
}

/**
 * The policies that a `watch` hands to its run: those in force, under their own names, whatever the folder
 * holds by now.
 */
export async function takePolicies(): Promise<readonly PolicyFile[] | undefined> {
  return isRunOfWatch() ? (JSON.parse(await text(process.stdin)) as readonly PolicyFile[]) : undefined;
}

/**
 * Runs this program once more, on these policies, and gives its exit code. The signal ends it as Ctrl-C does.
 */
export async function runOnPolicies(
  args: readonly string[],
  files: readonly PolicyFile[],
  signal: AbortSignal,
): Promise<number> {
  const child = spawn(process.execPath, [process.argv[1]!, ...args], {
    stdio: ["pipe", "inherit", "inherit"],
    env: { ...process.env, [parentVariable]: String(process.pid) },
  });
  // A child that ended early has said why, and its exit code comes back: that it reads no more is no news.
  child.stdin.on("error", () => undefined).end(JSON.stringify(files));
  const stop = () => child.kill("SIGINT");
  signal.addEventListener("abort", stop, { once: true });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject).once("close", (code) => resolve(code ?? 1));
  return promise.finally(() => signal.removeEventListener("abort", stop));
}
