import { TestRunner } from "vitest";
import { Trail, Tried } from "./trail.ts";

/** What broken code and its tests share: Stryker's instrumenter writes the other side of it. */
interface Switches {
  activeMutant?: string;
  currentTestId?: string;
  hitCount?: number;
  hitLimit?: number;
  mutantCoverage?: {
    readonly static: Record<string, number>;
    readonly perTest: Record<string, Record<string, number>>;
  };
}

type Test = Parameters<NonNullable<TestRunner["onAfterTryTask"]>>[0];

const trail = new Trail(process.env["MUTATIONS_TRAIL"]!);
const mine = lane(process.env["MUTATIONS_LANE"]!);
const tried = new Tried(trail.read());
const switches: Switches = ((globalThis as Partial<Record<string, Switches>>)["__stryker__"] ??= {});
/** How much longer than unbroken a try may take. */
const longer = { times: 5, plusMs: 10_000 };
const unbrokenMs = 120_000;
/** How much oftener than unbroken a place may be come by: an endless loop is soon over. */
const oftener = { times: 100, plus: 10_000 };
let isFresh = true;

/** Runs each test unbroken, and then once for every break that it reaches and that none has noticed yet. */
export default class MutationRunner extends TestRunner {
  readonly runTask = async (test: Test): Promise<void> => {
    const name = `${test.file.name} > ${test.fullTestName}`;
    const known = tried.reached.get(name);
    if (known !== undefined && tried.open(name, known).length === 0) return;
    const run = () => runOnce(test);
    const { hits, tookMs } = await unbroken(name, run);
    if (tried.unfit.has(name)) return;
    for (const mutant of tried.open(name, Object.keys(hits).filter(mine)))
      await tryOne({ mutant, test: name, hits: hits[mutant]!, tookMs, run });
  };
}

/** Twice: a test that can't be run again would notice whatever comes next. */
async function unbroken(test: string, run: () => Promise<void>) {
  trail.add({ is: "begins", test, limitMs: unbrokenMs });
  const coverage = (switches.mutantCoverage ??= { static: {}, perTest: {} });
  note({ is: "constant", mutants: Object.keys(coverage.static).filter(mine) });
  switches.currentTestId = test;
  const began = performance.now();
  const fitsOnce = !(await fails(run));
  const tookMs = performance.now() - began;
  delete switches.currentTestId;
  const hits = coverage.perTest[test] ?? {};
  note({ is: "reaches", test, mutants: Object.keys(hits).filter(mine) });
  if (!fitsOnce || (await fails(run))) note({ is: "unfit", test });
  return { hits, tookMs };
}

interface Try {
  readonly mutant: string;
  readonly test: string;
  readonly hits: number;
  readonly tookMs: number;
  readonly run: () => Promise<void>;
}

async function tryOne({ mutant, test, hits, tookMs, run }: Try): Promise<void> {
  trail.add({ is: "tries", mutant, test, limitMs: tookMs * longer.times + longer.plusMs });
  switches.hitCount = 0;
  switches.hitLimit = hits * oftener.times + oftener.plus;
  switches.activeMutant = mutant;
  const isNoticed = await fails(run);
  delete switches.activeMutant;
  if (!isNoticed) note({ is: "alive", mutant, test });
  else if (!(await fails(run))) note({ is: "killed", mutant, test });
  else await leave(mutant, test);
  isFresh = false;
}

/**
 * The test fails unbroken too since then: nothing that this process would try counts any more. Whether that
 * very break was noticed is known only if it was the first that was tried in here.
 */
async function leave(mutant: string, test: string): Promise<never> {
  note({ is: isFresh ? "killed" : "spoilt", mutant, test });
  trail.add({ is: "leaves" });
  return new Promise<never>(() => {}); // Until the process is ended from outside.
}

async function fails(run: () => Promise<void>): Promise<boolean> {
  try {
    await run();
    return false;
  } catch {
    return true;
  }
}

/** A soft assertion throws nothing. */
async function runOnce(test: Test): Promise<void> {
  const before = test.result?.errors?.length ?? 0;
  await TestRunner.getTestFn(test)();
  if ((test.result?.errors?.length ?? 0) > before) throw new Error("An assertion failed.");
}

function note(step: Parameters<Trail["add"]>[0]): void {
  trail.add(step);
  tried.take(step);
}

/** The breaks of one lane of several: `1/2` is the second of two. */
function lane(text: string): (mutant: string) => boolean {
  const [at = 0, of = 1] = text.split("/").map(Number);
  return (mutant) => Number(mutant) % of === at;
}
