import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { createLab } from "../../packages/lab/src/create-lab.ts";
import type { LabVariant } from "../../packages/lab/src/lab-variant.ts";
import { startLab, type RunningLab } from "../../packages/lab/src/start-lab.ts";
import { runProgram, startProgram, type Ran, type Running } from "./program.ts";

/** A small lab site whose servers answer, and the built program working on it. */
export interface StartedLab {
  readonly folder: string;
  /** `run("plan", "--json")` is `sitekeep plan --json` with the lab and a cache of its own. */
  run(...args: readonly string[]): Promise<Ran>;
  start(...args: readonly string[]): Running;
  /** `change("incident", "sql-down")` is `sitekeep lab incident LAB sql-down`. */
  change(command: string, ...words: readonly string[]): Promise<Ran>;
}

/** Makes and starts a lab for the tests of a suite, and removes it afterwards. */
export function withStartedLab(variant: Partial<LabVariant> = {}): StartedLab {
  const root = mkdtempSync(join(tmpdir(), "sitekeep-lab-"));
  const folder = join(root, "lab");
  const environment = { SITEKEEP_LAB: folder, XDG_CACHE_HOME: join(root, "cache") };
  const started: Running[] = [];
  let running: RunningLab;

  beforeAll(async () => {
    await createLab({ folder, nowMs: comingNoon(), size: "small", variant, onStep: () => {} });
    running = await startLab(folder, { onLine: () => {} });
  });

  afterAll(async () => {
    for (const it of started) it.kill();
    await running.close();
    rmSync(root, { recursive: true, force: true });
  });

  return {
    folder,
    run: (...args) => runProgram(args, environment),
    start(...args) {
      const it = startProgram(args, environment);
      started.push(it);
      return it;
    },
    change: (command, ...words) => runProgram(["lab", command, folder, ...words], environment),
  };
}

/** At noon nothing is about to fall due, whatever the time on this machine. */
function comingNoon(): number {
  const dayMs = 86_400_000;
  return (Math.floor(Date.now() / dayMs) + 1.5) * dayMs;
}
