import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Program, type Ran, runProgram } from "../measure/run-program.ts";
import { bytesBelow, differences, digestTree, type TreeDigest, warm } from "../measure/tree.ts";
import type { Part } from "../options.ts";
import type { Corpus, Target, Tool, Work } from "../tools/tool.ts";
import type { Figure } from "./figure.ts";

/** One thing that is asked of every tool in turn. */
export interface Step {
  readonly work: Work;
  readonly corpus: Corpus;
  /** What the corpus holds at this step. */
  readonly digest: TreeDigest;
  /** Puts the corpus in the state of this step. */
  stage?(): void;
}

/** Steps that follow each other on one target. */
export interface Series {
  readonly part: Part;
  readonly steps: readonly Step[];
  /** How each measured program is run, where not by itself. */
  wrap?(program: Program): Program;
}

export interface Bench {
  readonly tools: readonly Tool[];
  readonly rounds: number;
  /** For targets and restored trees. */
  readonly scratch: string;
  tell(text: string): void;
}

/**
 * Runs a series with new targets in every round. Within a round the tools take turns at each step, and
 * another one begins in each round. What sitekeep kept is verified and compared after each of its runs; what
 * any tool restored is compared as well.
 */
export async function runSeries(bench: Bench, series: Series): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (let round = 0; round < bench.rounds; round++) figures.push(...(await runRound(bench, series, round)));
  return figures;
}

interface Contender {
  readonly tool: Tool;
  readonly target: Target;
}

async function runRound(bench: Bench, series: Series, round: number): Promise<readonly Figure[]> {
  const folder = join(bench.scratch, `${series.part}-${round}`);
  const contenders: Contender[] = [];
  for (const tool of rotated(bench.tools, round)) {
    mkdirSync(join(folder, tool.name), { recursive: true });
    contenders.push({ tool, target: await tool.openTarget(join(folder, tool.name)) });
  }
  const figures: Figure[] = [];
  for (const step of series.steps) {
    step.stage?.();
    for (const contender of contenders) {
      if (!contender.tool.does.has(step.work)) continue;
      bench.tell(`${series.part}: ${step.work}, ${contender.tool.name}, round ${round + 1}`);
      figures.push({ part: series.part, round, ...(await runStep(bench, series, { step, ...contender })) });
    }
  }
  rmSync(folder, { recursive: true, force: true });
  return figures;
}

function rotated<T>(list: readonly T[], by: number): readonly T[] {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

type Turn = Contender & { readonly step: Step };

async function runStep(bench: Bench, series: Series, turn: Turn): Promise<Omit<Figure, "part" | "round">> {
  const { work } = turn.step;
  return work === "restore" ? measureRestore(bench, series, turn) : measureSnapshot(bench, series, turn);
}

async function measureSnapshot(bench: Bench, { wrap }: Series, { step, tool, target }: Turn) {
  const before = sizeOf(target);
  const ran = await measure(bench, {
    warmed: step.corpus.folder,
    program: wrapped(target.snapshot(step.corpus), wrap),
  });
  const repositoryBytes = sizeOf(target);
  if (target.verify) {
    await target.verify();
    await checkRestored(bench, { step, tool, target });
  }
  const sizes = {
    repositoryBytes,
    ...(tool.keeps === "history" && { grownBytes: repositoryBytes - before }),
  };
  return { work: step.work, tool: tool.name, ...ran, ...sizes };
}

async function measureRestore(bench: Bench, { wrap }: Series, { step, tool, target }: Turn) {
  const to = join(bench.scratch, "restored");
  const { program, tree } = target.restore(step.corpus, to);
  const ran = await measure(bench, { warmed: target.repository, program: wrapped(program, wrap) });
  compare(step, tool, tree);
  rmSync(to, { recursive: true, force: true });
  return { work: step.work, tool: tool.name, ...ran };
}

/** Restores once more, without a clock, and compares every entry. */
async function checkRestored(bench: Bench, { step, tool, target }: Turn): Promise<void> {
  const to = join(bench.scratch, "checked");
  const { program, tree } = target.restore(step.corpus, to);
  await runProgram(program);
  compare(step, tool, tree);
  rmSync(to, { recursive: true, force: true });
}

function compare({ digest, work }: Step, tool: Tool, tree: string): void {
  const wrong = differences(digest, digestTree(tree));
  if (wrong.length === 0) return;
  const shown = wrong.slice(0, 5).join("\n  ");
  throw new Error(
    `${tool.name}, ${work}: ${wrong.length} entries did not come back as they were:\n  ${shown}`,
  );
}

interface Measured {
  readonly warmed: string;
  readonly program: Program;
}

/** Nothing waits to be written when the clock starts, and what is to be read lies in the page cache. */
async function measure(bench: Bench, { warmed, program }: Measured) {
  flush(bench.scratch);
  warm(warmed);
  const { seconds, peakBytes }: Ran = await runProgram(program);
  const flushSeconds = flush(bench.scratch);
  return { seconds, flushSeconds, ...(peakBytes !== undefined && { peakBytes }) };
}

function wrapped(program: Program, wrap: Series["wrap"]): Program {
  return wrap === undefined ? program : wrap(program);
}

/** Waits until the file system of a folder has written everything; gives the seconds that this took. */
export function flush(folder: string): number {
  const before = performance.now();
  execFileSync("sync", ["-f", folder]);
  return (performance.now() - before) / 1000;
}

function sizeOf(target: Target): number {
  return existsSync(target.repository) ? bytesBelow(target.repository) : 0;
}
