import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderBackend } from "../../src/store/backends/folder.ts";
import { atDepth, count } from "../support/campaign/depth.ts";
import { judge } from "../support/campaign/judge.ts";
import { afterPowerCut, type DiskState, type Fate, layOut } from "../support/campaign/power-cut.ts";
import { type DiskEvent, hastyDisk, RecordingDisk } from "../support/campaign/recording-disk.ts";
import { emptyBeginning, type Mark, type Stage, type Told, type Work } from "../support/campaign/story.ts";
import { works } from "../support/campaign/works.ts";
import { SeededRandom } from "../support/seeded-random.ts";

/** Beside the two extremes, so many mixtures of what was done and what was lost. */
const mixtures = atDepth({ short: 1, middle: 1, long: 24 });
/** Of the states that differ, every so many is judged. */
const stride = atDepth({ short: 36, middle: 1, long: 1 });

describe.each(Object.entries(works))("the power goes amid %s", (title, work) => {
  test("at any change of the disk: what was told is so, the rest is whole or absent, and the next run succeeds", async () => {
    const { root, events, first, begun, trees } = await trace(work);
    const seen = new Set<string>();
    let judged = 0;
    for (const { cut, name, fate } of cutsOf(first, events.length)) {
      const told = events.slice(first, cut).flatMap((it) => (it.do === "mark" ? [it.mark] : []));
      const marks = [...begun, ...told];
      const state = afterPowerCut(events, { root, cut, fate });
      const digest = digestOfState(state, marks);
      if (seen.has(digest) || seen.add(digest).size % stride !== 0) continue;
      await judgeState(state, { marks, trees }, `${title}, cut ${cut} of ${events.length}, ${name}`);
      judged++;
    }
    const prefixes = events.length + 1 - first;
    expect(judged).toBeGreaterThan(prefixes / 4 / stride);
    count("traced prefixes", prefixes);
    count("replays", judged);
  });
});

interface Cut {
  readonly cut: number;
  readonly name: string;
  readonly fate: Fate;
}

/**
 * Every cut with every fate, in an order that goes over the whole trace soon: what is wrong is found early.
 */
function cutsOf(first: number, events: number): readonly Cut[] {
  const prefixes = Array.from({ length: events + 1 - first }, (_, at) => first + at);
  const cuts = prefixes.flatMap((cut) => fates(cut).map(([name, fate]): Cut => ({ cut, name, fate })));
  const random = new SeededRandom(events);
  return cuts
    .map((cut) => ({ cut, at: random.below(1e9) }))
    .sort((left, right) => left.at - right.at)
    .map(({ cut }) => cut);
}

function fates(cut: number): readonly (readonly [string, Fate])[] {
  const seeds = Array.from({ length: mixtures }, (_, at) => cut * 1000 + at);
  return [
    ["all done", "all"],
    ["nothing done that was not flushed", "none"],
    ...seeds.map((seed) => [`mixture ${seed}`, new SeededRandom(seed)] as const),
  ];
}

interface Trace {
  readonly root: string;
  readonly events: readonly DiskEvent<Mark>[];
  /** How many of them were before the work began, and what was told then. */
  readonly first: number;
  readonly begun: readonly Mark[];
  readonly trees: Told["trees"];
}

async function trace(work: Work): Promise<Trace> {
  const disk = new RecordingDisk<Mark>();
  const root = mkdtempSync(join(tmpdir(), "sitekeep-trace-"));
  const { objects, marks, trees: before } = (await work.begin?.()) ?? emptyBeginning;
  const trees: Stage["trees"] = new Map(before);
  try {
    layOut(objects, root);
    disk.adopt(root, objects);
    const first = disk.events.length;
    await work.run({ backend: () => folderBackend(root, disk), tell: (mark) => disk.mark(mark), trees });
    return { root, events: disk.events, first, begun: marks, trees };
  } finally {
    rmSync(root, { recursive: true });
  }
}

async function judgeState(state: DiskState, told: Told, what: string): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "sitekeep-cut-"));
  try {
    layOut(state, root);
    await judge(folderBackend(root, hastyDisk), told, what);
  } finally {
    rmSync(root, { recursive: true });
  }
}

function digestOfState(state: DiskState, marks: readonly Mark[]): string {
  const hash = createHash("sha256").update(JSON.stringify(marks));
  for (const [path, content] of state) hash.update(`\0${path}\0`).update(content);
  return hash.digest("hex");
}
