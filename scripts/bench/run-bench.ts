import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type BudgetFigure, measureBudgets } from "./budgets.ts";
import { type Donor, findDonors } from "./corpora/donors.ts";
import type { BenchOptions } from "./options.ts";
import { measurePlanner, type PlannerFigure } from "./planner.ts";
import { findTools, type Tools } from "./tools/find-tools.ts";
import { prepareDatabase } from "./works/database.ts";
import { runEntries } from "./works/entries.ts";
import type { Figure } from "./works/figure.ts";
import { latencyNote, prepareLatency } from "./works/latency.ts";
import { prepareLibrary } from "./works/library.ts";
import { type Bench, runSeries, type Series } from "./works/round.ts";

/** All that a benchmark found out. */
export interface BenchResult extends Tools {
  readonly budgets: readonly BudgetFigure[];
  readonly planner: readonly PlannerFigure[];
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
}

/**
 * Measures the parts that are wanted, each in folders of its own that are gone when it ends. What was found
 * so far is kept after each part: an hour's figures must not hang on the last of them.
 */
export async function runBench(
  options: BenchOptions,
  scratch: string,
  keep: (found: BenchResult) => void,
): Promise<BenchResult> {
  const found = findTools(options.peers);
  const tell = (text: string): void => void process.stderr.write(`${text}\n`);
  const bench: Bench = { tools: found.tools, rounds: options.rounds, scratch, tell };
  const wants = (part: Parameters<typeof options.parts.has>[0]): boolean => options.parts.has(part);
  const budgets = wants("budgets")
    ? await measureBudgets(inFolder(scratch, "budgets"), options.budgetRuns)
    : [];
  const planner = wants("planner") ? measurePlanner(options.plannerRuns) : [];
  const figures: Figure[] = [];
  const notes: string[] = [];
  const run = async (series: Series): Promise<void> => {
    figures.push(...(await runSeries(bench, series)));
    keep({ ...found, budgets, planner, figures, notes });
  };
  const donors = lazily(() => findDonors(options.donors));
  if (wants("library"))
    await within(scratch, "library", (folder) => run(prepareLibrary(folder, options, donors())));
  if (wants("database") || wants("media"))
    await within(scratch, "files", async (folder) => {
      const { database, media } = prepareDatabase(
        folder,
        { bytes: options.db, seed: options.seed },
        donors(),
      );
      if (wants("database")) await run(database);
      if (wants("media")) await run(media);
    });
  if (wants("latency"))
    await within(scratch, "latency", async (folder) => {
      const series = prepareLatency(folder, latencySize(options), donors());
      notes.push(
        series === undefined ? "Latency: strace is not installed, nothing was measured." : latencyNote,
      );
      if (series) await run(series);
    });
  if (wants("entries")) figures.push(...(await runEntries(bench, options.entries)));
  return { ...found, budgets, planner, figures, notes };
}

function latencySize({ latencyFiles, seed }: BenchOptions) {
  return { files: latencyFiles, bytes: latencyFiles * 10_000, seed };
}

async function within(scratch: string, name: string, work: (folder: string) => Promise<void>): Promise<void> {
  const folder = inFolder(scratch, name);
  await work(folder);
  rmSync(folder, { recursive: true, force: true });
}

function inFolder(scratch: string, name: string): string {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

function lazily(find: () => readonly Donor[]): () => readonly Donor[] {
  let found: readonly Donor[] | undefined;
  return () => (found ??= find());
}
