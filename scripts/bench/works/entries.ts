import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeManyEntries } from "../corpora/many-entries.ts";
import { type Program, runProgram } from "../measure/run-program.ts";
import { digestTree, warm } from "../measure/tree.ts";
import { sitekeep } from "../tools/sitekeep.ts";
import type { Corpus } from "../tools/tool.ts";
import type { Figure } from "./figure.ts";
import { type Bench, flush, runSeries } from "./round.ts";

/**
 * A tree of very many small files: captured, restored, listed, and captured again with nothing changed, in
 * turns with a bare walk by Node that looks at every entry and does nothing else. sitekeep alone: what is
 * asked is whether it bears the number.
 */
export async function runEntries(bench: Bench, entries: number): Promise<readonly Figure[]> {
  const folder = join(bench.scratch, "many", "entries");
  mkdirSync(folder, { recursive: true });
  bench.tell(`entries: making ${entries}`);
  makeManyEntries(folder, entries);
  const corpus: Corpus = { source: "entries", kind: "folder", folder, shown: "E:\\entries" };
  const digest = digestTree(folder);
  const steps = (["first", "restore"] as const).map((work) => ({ work, corpus, digest }));
  const alone = { ...bench, tools: [sitekeep], rounds: 1 };
  const kept = await runSeries(alone, { part: "entries", steps });
  const again = await captureAgain(bench, corpus);
  rmSync(join(bench.scratch, "many"), { recursive: true, force: true });
  return [...kept, ...again];
}

async function captureAgain(bench: Bench, corpus: Corpus): Promise<readonly Figure[]> {
  const home = join(bench.scratch, "entries-again");
  mkdirSync(home, { recursive: true });
  const target = await sitekeep.openTarget(home);
  await runProgram(target.snapshot(corpus));
  const figures: Figure[] = [];
  for (let round = 0; round < bench.rounds; round++) {
    const turns = [
      { tool: "walk", work: "unchanged", program: bareWalk(corpus.folder) },
      { tool: sitekeep.name, work: "unchanged", program: target.snapshot(corpus) },
    ] as const;
    for (const { tool, work, program } of turns) {
      bench.tell(`entries: ${work}, ${tool}, round ${round + 1}`);
      figures.push({ part: "entries", work, tool, round, ...(await timed(bench, corpus, program)) });
    }
  }
  await target.verify?.();
  const list = await timed(bench, corpus, listing(target.restore(corpus, join(home, "unused")).program));
  rmSync(home, { recursive: true, force: true });
  return [...figures, { part: "entries", work: "list", tool: sitekeep.name, round: 0, ...list }];
}

async function timed(bench: Bench, corpus: Corpus, program: Program) {
  flush(bench.scratch);
  warm(corpus.folder);
  const { seconds, peakBytes } = await runProgram(program);
  return { seconds, ...(peakBytes !== undefined && { peakBytes }) };
}

function listing(restore: Program): Program {
  return { ...restore, line: [...restore.line, "--dry-run"] };
}

/** Calls that give way to nobody, because that is how Node walks quickest. */
const walk = `
const { lstatSync, readdirSync } = require("node:fs");
const look = (folder) => {
  for (const name of readdirSync(folder)) {
    const path = folder + "/" + name;
    if (lstatSync(path).isDirectory()) look(path);
  }
};
look(process.argv[1]);
`;

function bareWalk(folder: string): Program {
  return { line: [process.execPath, "-e", walk, folder] };
}
