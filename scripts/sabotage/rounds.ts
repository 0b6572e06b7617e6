import { readFileSync } from "node:fs";
import type { SeededRandom } from "../../test/support/seeded-random.ts";
import { reachOf, testFiles } from "./imports.ts";
import { type Ledger, type TestRecord, testRecords, wasSeenToFail } from "./ledger.ts";
import { mutate, type Mutation, mutationsOf } from "./mutations.ts";
import type { Changes } from "./workshop.ts";

/** What to break, and which tests may notice. */
export interface Assignment {
  readonly changes: Changes;
  readonly breaks: readonly string[];
  readonly files: readonly string[];
}

/**
 * So much work a round may be, by the durations of the baseline: a round that gets stuck wastes no more than
 * this.
 */
const roundMs = 12_000;
const mostFiles = 8;
/** For each test file. More would let nothing load at all. */
const mostBreaks = 3;

/** Some test files of one folder that hold tests never seen to fail, and breaks near each of them. */
export function nextRound(ledger: Ledger, only: string, random: SeededRandom): Assignment | undefined {
  const open = openFiles(ledger).filter(({ file }) => file.startsWith(only));
  if (open.length === 0) return undefined;
  const first = random.pick(open);
  const folder = (file: string) => file.split("/").slice(0, 2).join("/");
  const others = shuffled(
    open.filter((it) => it !== first && folder(it.file) === folder(first.file)),
    random,
  );
  const files: string[] = [first.file];
  let costMs = first.costMs;
  for (const it of others) {
    if (files.length >= mostFiles || costMs + it.costMs > roundMs) continue;
    files.push(it.file);
    costMs += it.costMs;
  }
  const sources = files.flatMap((file) =>
    Array.from({ length: 1 + random.below(mostBreaks) }, () => nearSource(file, random)),
  );
  return assign(sources, files, random);
}

interface OpenFile {
  readonly file: string;
  readonly costMs: number;
}

function openFiles(ledger: Ledger): readonly OpenFile[] {
  const byFile = Map.groupBy(testRecords(ledger), (it) => it.file);
  const isOpen = (tests: readonly TestRecord[]) =>
    tests.some((it) => it.baseline === "passed" && !wasSeenToFail(it));
  const here = new Set(testFiles());
  return [...byFile]
    .filter(([file, tests]) => here.has(file) && isOpen(tests) && reachOf(file).size > 0)
    .map(([file, tests]) => ({ file, costMs: tests.reduce((sum, it) => sum + it.durationMs, 500) }));
}

/** A source file that the test can notice; in most rounds the nearer the likelier. */
function nearSource(test: string, random: SeededRandom): string {
  const slope = random.below(3);
  const reach = [...reachOf(test)].map(([file, distance]) => ({ file, weight: distance ** -slope }));
  let left = (random.below(1e6) / 1e6) * reach.reduce((sum, it) => sum + it.weight, 0);
  return reach.find(({ weight }) => (left -= weight) < 0)?.file ?? reach.at(-1)!.file;
}

/** A break for each mention of a source file. */
function assign(sources: readonly string[], files: readonly string[], random: SeededRandom): Assignment {
  const changes = new Map<string, string>();
  const breaks: string[] = [];
  for (const source of new Set(sources)) {
    const text = readFileSync(source, "utf8");
    const sites = mutationsOf(text);
    if (sites.length === 0) continue;
    const picked = sources.filter((it) => it === source).map(() => random.pick(sites));
    // From the end on, so that the places of those before stay true.
    const apart = picked
      .toSorted((left, right) => right.start - left.start)
      .filter((it, at, all) => at === 0 || it.end <= all[at - 1]!.start);
    changes.set(source, apart.reduce(mutate, text));
    breaks.push(...apart.map((site) => describe(source, text, site)));
  }
  return { changes, breaks, files };
}

function describe(file: string, text: string, { start, end, by }: Mutation): string {
  const line = text.slice(0, start).split("\n").length;
  const short = (it: string) => JSON.stringify(it.length > 120 ? `${it.slice(0, 117)}...` : it);
  return `${file}:${line} ${short(text.slice(start, end))} -> ${short(by)}`;
}

function shuffled<Item>(items: readonly Item[], random: SeededRandom): readonly Item[] {
  return items
    .map((item) => ({ item, rank: random.below(1e9) }))
    .sort((left, right) => left.rank - right.rank)
    .map(({ item }) => item);
}
