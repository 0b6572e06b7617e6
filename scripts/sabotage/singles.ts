import { readFileSync } from "node:fs";
import { reachOf, testFiles } from "./imports.ts";
import { type Ledger, type Round, testRecords } from "./ledger.ts";
import { mutate, mutationsOf } from "./mutations.ts";
import { type Assignment, describe } from "./rounds.ts";

/** Single breaks: of which files, and which tests are asked. */
export interface SingleOrder {
  /** Beginnings of the source files' paths. */
  readonly below: readonly string[];
  /** Beginnings of test files' paths; without any, those that mirror the source's folder or import the file directly. */
  readonly before: readonly string[];
  /** Places that the ledger knows nothing of, or those that no test noticed when they were tried last. */
  readonly which: "untried" | "survivors";
}

/** How a file's places fared, each by the last round that tried it. */
export interface FileFigures {
  readonly file: string;
  readonly places: number;
  readonly noticed: number;
  readonly survivors: readonly string[];
}

/** One break at a time, at every place of the files in turn. */
export function* singleBreaks(ledger: Ledger, { below, before, which }: SingleOrder): Generator<Assignment> {
  const tried = lastRounds(ledger);
  const testsFor = testsByCost(ledger, before);
  for (const file of sourceFiles(below)) {
    const text = readFileSync(file, "utf8");
    const tests = testsFor(file);
    for (const site of mutationsOf(text)) {
      const name = describe(file, text, site);
      const last = tried.get(name);
      const isWanted = which === "untried" ? last === undefined : last !== undefined && !isNoticed(last);
      if (!isWanted || tests.length === 0) continue;
      yield { changes: new Map([[file, mutate(text, site)]]), breaks: [name], files: tests };
    }
  }
}

/** Of the files as they are now: what was tried of a text that has changed since counts no more. */
export function singleFigures(ledger: Ledger, below: readonly string[]): readonly FileFigures[] {
  const tried = lastRounds(ledger);
  return sourceFiles(below).flatMap((file) => {
    const text = readFileSync(file, "utf8");
    const names = mutationsOf(text).map((site) => describe(file, text, site));
    const known = names.filter((name) => tried.has(name));
    if (known.length === 0) return [];
    const survivors = known.filter((name) => !isNoticed(tried.get(name)!));
    return [{ file, places: names.length, noticed: known.length - survivors.length, survivors }];
  });
}

/** A file that can't even be loaded, or a run without end, is noticed by whoever runs the tests. */
function isNoticed({ ended, tests }: Round): boolean {
  return ended === "stuck" || tests.length > 0;
}

function lastRounds({ rounds }: Ledger): ReadonlyMap<string, Round> {
  return new Map(rounds.filter(({ mode }) => mode === "single").map((round) => [round.breaks[0]!, round]));
}

function sourceFiles(below: readonly string[]): readonly string[] {
  const sources = new Set(testFiles().flatMap((test) => [...reachOf(test).keys()]));
  return [...sources].filter((file) => below.some((it) => file.startsWith(it))).sort();
}

/** Who imports the file directly is asked first, the quick before the slow: most breaks end there. */
function testsByCost(ledger: Ledger, before: readonly string[]): (file: string) => readonly string[] {
  const costs = new Map<string, number>();
  for (const { file, durationMs } of testRecords(ledger))
    costs.set(file, (costs.get(file) ?? 0) + durationMs);
  const reaches = testFiles().map((test) => ({ test, reach: reachOf(test) }));
  return (file) => {
    const mirrored = file.replace(/^src\//, "test/").replace(/[^/]*$/, "");
    const isAsked = (test: string, distance: number) =>
      before.length > 0
        ? before.some((it) => test.startsWith(it))
        : test.startsWith(mirrored) || distance === 1;
    return reaches
      .flatMap(({ test, reach }) => {
        const distance = reach.get(file);
        const isDirect = distance === 1 ? 0 : 1;
        return distance === undefined || !isAsked(test, distance) ? [] : [{ test, isDirect }];
      })
      .sort(
        (left, right) =>
          left.isDirect - right.isDirect || (costs.get(left.test) ?? 0) - (costs.get(right.test) ?? 0),
      )
      .map(({ test }) => test);
  };
}
