import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import type { BudgetFigure } from "../budgets.ts";
import type { BenchOptions } from "../options.ts";
import type { PlannerFigure } from "../planner.ts";
import type { BenchResult } from "../run-bench.ts";
import { lineSpecs, memorySpecs } from "./lines.ts";
import { makeLines, type Line } from "./make-lines.ts";
import { renderTable } from "./render-table.ts";

/** Prints the tables, and writes everything that was measured to the file of `--json`. */
export function report(result: BenchResult, options: BenchOptions): void {
  const { lines, memory } = tablesOf(result);
  const say = (text: string): void => void process.stdout.write(text);
  if (result.budgets.length > 0) say(budgetText(result.budgets, options.budgetRuns));
  if (result.planner.length > 0) say(plannerText(result.planner, options.plannerRuns));
  if (lines.length > 0) say(`\n${renderTable(lines, "work")}\n`);
  if (memory.length > 0) say(`${renderTable(memory, "memory, peak")}\n`);
  if (lines.length > 0)
    say(
      notes(result, options)
        .map((it) => `${it}\n`)
        .join(""),
    );
  keepFigures(result, options);
}

/**
 * Writes everything that was measured so far to the file of `--json`, over what an earlier part left there.
 */
export function keepFigures(result: BenchResult, options: BenchOptions): void {
  if (options.json !== undefined) writeJson(options.json, { result, options, ...tablesOf(result) });
}

function tablesOf({ figures }: BenchResult): {
  readonly lines: readonly Line[];
  readonly memory: readonly Line[];
} {
  return { lines: makeLines(lineSpecs, figures), memory: makeLines(memorySpecs, figures) };
}

function budgetText(figures: readonly BudgetFigure[], runs: number): string {
  const lines = figures.map(({ name, medianMs, budgetMs }) => {
    const verdict = medianMs <= budgetMs ? "within" : "OVER";
    return `${name.padEnd(36)} ${String(medianMs).padStart(5)} ms   ${verdict} its ${budgetMs} ms\n`;
  });
  return `${lines.join("")}Medians of ${runs} runs each, minus a bare \`node -e 0\` (${process.version}).\n`;
}

function plannerText(figures: readonly PlannerFigure[], runs: number): string {
  const lines = figures.map(({ name, value, unit, atMost }) => {
    const verdict = value <= atMost ? "within" : "OVER";
    return `${name.padEnd(40)} ${String(value).padStart(6)} ${unit.padEnd(4)} ${verdict} its ${atMost} ${unit}\n`;
  });
  return `${lines.join("")}Medians of ${runs} processes each.\n`;
}

function notes(result: BenchResult, options: BenchOptions): readonly string[] {
  const { files, bytes, db, rounds, seed } = options;
  const mib = (count: number): string => `${Math.round(count / 1024 ** 2)} MiB`;
  return [
    `Library ${files} files, ${mib(bytes)}; data file ${mib(db)}; seed ${seed}; ${cpus().length} cores (${cpus()[0]?.model ?? "?"}).`,
    `Medians of ${rounds} rounds in turns, whole processes, cache warmed before each run. Only the ratios may be quoted.`,
    ...result.tools.map(({ title }) => `- ${title}`),
    ...result.absent.map((name) => `- ${name} is not installed`),
    ...(flushNote(result) ?? []),
    ...result.notes,
    "Every snapshot of sitekeep was verified whole, restored and compared; so was every restore of the others compared.",
  ];
}

/** What a plain copy leaves to be written when it ends, so that nobody takes it for one that is flushed. */
function flushNote({ figures }: BenchResult): readonly string[] | undefined {
  const first = figures.filter((it) => it.part === "library" && it.work === "first");
  if (first.length === 0) return undefined;
  const left = Map.groupBy(first, (it) => it.tool);
  const texts = [...left].map(
    ([tool, own]) => `${tool} ${Math.max(...own.map((it) => it.flushSeconds ?? 0)).toFixed(1)} s`,
  );
  return [
    `Not counted, and still to be written when the first snapshot of the library ended: ${texts.join(", ")}.`,
  ];
}

interface Written {
  readonly result: BenchResult;
  readonly options: BenchOptions;
  readonly lines: readonly Line[];
  readonly memory: readonly Line[];
}

function writeJson(file: string, { result, options, lines, memory }: Written): void {
  const { budgets, planner, figures, absent } = result;
  const { files, bytes, db, latencyFiles, entries, rounds, seed } = options;
  const document = {
    node: process.version,
    sizes: { files, bytes, db, latencyFiles, entries, rounds, seed },
    tools: result.tools.map(({ name, title }) => ({ name, title })),
    absent,
    budgets,
    planner,
    lines: [...lines, ...memory].map((it) => ({ ...it, values: Object.fromEntries(it.values) })),
    figures,
  };
  writeFileSync(file, `${JSON.stringify(document, undefined, 2)}\n`);
}
