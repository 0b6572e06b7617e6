// What the planner takes at scale, each figure in a process of its own, so that nothing is warm and memory is
// its own.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median } from "./measure/median.ts";

/** One figure of the planner beside what it may be. */
export interface PlannerFigure {
  readonly name: string;
  readonly value: number;
  readonly unit: "ms" | "MiB" | "x";
  readonly atMost: number;
}

interface Ran {
  readonly milliseconds: number;
  readonly size: number;
  readonly peakBytes: number;
}

/** Each is four times the one before it: by policies, and by the points of one policy. */
const wide = [
  ["63", "20"],
  ["250", "20"],
  ["1000", "20"],
] as const;
const deep = [
  ["1", "250"],
  ["1", "1000"],
  ["1", "4000"],
] as const;

/** Schedules that run four times as often each, in minutes, and packages of a site. */
const often = [["60"], ["15"]] as const;
const merged = [["10000"], ["40000"]] as const;

/** Plans 200,000 snapshots, sees how the time grows, and simulates a year. Medians of so many runs. */
export function measurePlanner(runs: number): readonly PlannerFigure[] {
  const inTurns = Array.from({ length: runs }, () => ({
    wide: wide.map((size) => run("plan", ...size)),
    deep: deep.map((size) => run("plan", ...size)),
    year: run("simulate"),
    often: often.map((size) => run("often", ...size)),
    merged: merged.map((size) => run("merge", ...size)),
  }));
  const all = inTurns.map((it) => it.wide.at(-1)!);
  const snapshots = all[0]!.size.toLocaleString("en-US");
  const grown = (pick: (turn: (typeof inTurns)[number]) => readonly Ran[]): number =>
    Number(median(inTurns.flatMap((it) => growth(pick(it)))).toFixed(2));
  return [
    { name: `plan of 1,000 policies, ${snapshots} snapshots`, ...ms(all) },
    { name: "its peak of memory", value: mebibytes(all), unit: "MiB", atMost: 1_024 },
    { name: "four times the policies", value: grown((it) => it.wide), unit: "x", atMost: 5 },
    { name: "four times the points of one policy", value: grown((it) => it.deep), unit: "x", atMost: 5 },
    { name: "a simulated year of ten sources", ...ms(inTurns.map((it) => it.year)) },
    { name: "four times the runs of a simulation", value: grown((it) => it.often), unit: "x", atMost: 5 },
    { name: "four times the source folders", value: grown((it) => it.merged), unit: "x", atMost: 5 },
  ];
}

function ms(ran: readonly Ran[]): Omit<PlannerFigure, "name"> {
  return { value: Math.round(median(ran.map((it) => it.milliseconds))), unit: "ms", atMost: 2_000 };
}

function mebibytes(ran: readonly Ran[]): number {
  return Math.round(median(ran.map((it) => it.peakBytes)) / 1024 ** 2);
}

/** By how much each size takes longer than the one before it. */
function growth(ran: readonly Ran[]): readonly number[] {
  return ran.slice(1).map((it, at) => it.milliseconds / ran[at]!.milliseconds);
}

function run(...args: readonly string[]): Ran {
  const program = fileURLToPath(new URL("planner-run.ts", import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`planner-run ${args.join(" ")} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Ran;
}
