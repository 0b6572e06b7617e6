import { readFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";

/** So many files are named. */
const slowest = 10;

/** Linux counts the time of a process in hundredths of a second, whatever its clock does. */
const ticksPerSecond = 100;

/**
 * Tells what a run cost, when it has ended: the CPU seconds of the runner and of all that it started, which
 * vary little with what else the machine does, and the files that took longest by the clock, which vary much.
 * More than SITEKEEP_TESTS_CPU_SECONDS, where that is set, fails the run.
 */
export class TimeReporter implements Reporter {
  #files: readonly string[] = [];

  onInit(): void {
    // The workers of the run are counted when they have ended, which is after the last event.
    process.once("exit", () => this.#tell());
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    this.#files = modules
      .toSorted((left, right) => right.diagnostic().duration - left.diagnostic().duration)
      .slice(0, slowest)
      .map((it) => `${(it.diagnostic().duration / 1000).toFixed(1)} s  ${relative(".", it.moduleId)}`);
  }

  #tell(): void {
    const seconds = cpuSeconds();
    if (this.#files.length < slowest || seconds === undefined) return;
    process.stdout.write(`Longest by the clock:\n  ${this.#files.join("\n  ")}\n`);
    process.stdout.write(`CPU time of all processes: ${seconds.toFixed(0)} s\n`);
    const limit = Number(process.env["SITEKEEP_TESTS_CPU_SECONDS"] ?? Infinity);
    if (seconds <= limit) return;
    process.stdout.write(`That is more than the ${limit} s that a run may take.\n`);
    process.exitCode = 1;
  }
}

/** Of this process and of those that it started and has seen end; `undefined` elsewhere than on Linux. */
function cpuSeconds(): number | undefined {
  try {
    const afterName = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)!.split(" ");
    const ticks = afterName.slice(11, 15).reduce((sum, it) => sum + Number(it), 0);
    return ticks / ticksPerSecond;
  } catch {
    return undefined;
  }
}
