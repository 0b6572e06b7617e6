import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { moduleOf } from "./module-of.ts";

/** Starts a program that plays a service on a lab and outlives whoever starts it. Gives its process. */
export function startProgram(lab: string, program: "site-backup"): number | undefined {
  const child = spawn(process.execPath, [fileURLToPath(moduleOf(program)), lab], {
    detached: true,
    stdio: "ignore",
  });
  child.unref();
  return child.pid;
}
