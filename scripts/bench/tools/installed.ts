import { spawnSync } from "node:child_process";

/** The first line of what a program says about its version; nothing when it is not installed. */
export function installed(command: string, argument: string): string | undefined {
  const { status, stdout } = spawnSync(command, [argument], { encoding: "utf8" });
  return status === 0 ? stdout.split("\n")[0]!.trim() : undefined;
}
