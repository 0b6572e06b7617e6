import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { LabError } from "./lab-error.ts";
import type { LabPorts } from "./machine-file.ts";

/** What `running.json` says while the servers of a lab run. */
export interface RunningServers {
  readonly pid: number;
  readonly ports: LabPorts;
}

/** The servers that run now. A file that a dead process left behind counts for nothing. */
export function runningServers(lab: string): RunningServers | undefined {
  const file = runningFile(lab);
  if (!existsSync(file)) return undefined;
  const running = readRunning(file);
  return isAlive(running.pid) ? running : undefined;
}

function readRunning(file: string): RunningServers {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as RunningServers;
  } catch (thrown) {
    // Two starts on one lab would spoil it, so this is no reason to take it for one that rests.
    throw new LabError(`${file} can't be read. Delete it if no server of this lab runs.`, { cause: thrown });
  }
}

export function writeRunning(lab: string, running: RunningServers): void {
  writeFileSync(runningFile(lab), JSON.stringify(running, undefined, 2));
}

export function removeRunning(lab: string): void {
  rmSync(runningFile(lab), { force: true });
}

/** Whether a process of this machine lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // Somebody else's process is alive all the same.
    return (thrown as NodeJS.ErrnoException).code === "EPERM";
  }
}

function runningFile(lab: string): string {
  return join(lab, "running.json");
}
