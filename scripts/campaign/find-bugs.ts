import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Bug, readBugs, withBug } from "../../test/support/campaign/bugs.ts";
import { enterCopy } from "../sabotage/workshop.ts";

/** What a run of the tests came to: an expectation that did not hold, or else how it ended. */
export interface Hunt {
  readonly bug: Bug;
  readonly foundBy: string | undefined;
  readonly ended: string;
  readonly seconds: number;
  readonly tries: number;
}

/** Calls of a disk come in another order each time: a bug that one order hides is hunted once more. */
const triesMax = 2;

/**
 * Puts the written bugs into copies of the project, one at a time, and runs the tests there that hunt each. A
 * bug is found when an expectation fails; a test that breaks down or runs out of time has found nothing.
 */
export async function findBugs(lanes: number, tell: (hunt: Hunt) => void): Promise<readonly Hunt[]> {
  const copy = enterCopy();
  const left = [...readBugs()];
  const hunts: Hunt[] = [];
  const work = async (lane: number): Promise<void> => {
    const tree = join(copy, `lane-${lane}`);
    cpSync(join(copy, "pristine"), tree, { recursive: true, verbatimSymlinks: true });
    for (let bug = left.shift(); bug; bug = left.shift()) {
      const hunt = await huntIn(tree, bug);
      hunts.push(hunt);
      tell(hunt);
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => work(lane)));
  return hunts;
}

async function huntIn(tree: string, bug: Bug): Promise<Hunt> {
  const path = join(tree, bug.file);
  const sound = readFileSync(path, "utf8");
  try {
    writeFileSync(path, withBug(sound, bug));
    const startedAt = Date.now();
    for (let tries = 1; ; tries++) {
      const ended = await runTests(tree, bug.hunt);
      const seconds = Math.round((Date.now() - startedAt) / 1000);
      if (ended.foundBy !== undefined || tries === triesMax) return { bug, ...ended, seconds, tries };
    }
  } finally {
    writeFileSync(path, sound);
  }
}

async function runTests(
  tree: string,
  { tests, title }: Bug["hunt"],
): Promise<Pick<Hunt, "foundBy" | "ended">> {
  const results = join(tree, "results.json");
  const temporary = join(tree, "tmp");
  rmSync(results, { force: true });
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary);
  const vitest = ["node_modules/vitest/vitest.mjs", "run", tests, "-t", `^${title}`];
  const options = ["--config=scripts/campaign/hunt.config.ts", "--reporter=json", `--outputFile=${results}`];
  const child = spawn(process.execPath, [...vitest, ...options], {
    cwd: tree,
    stdio: "ignore",
    // Tests that draw by seed end with the first that finds it: many cost nothing, and some bugs show in few.
    env: { ...process.env, SITEKEEP_CAMPAIGN: "middle", SITEKEEP_SEEDS: "1000", TMPDIR: temporary },
  });
  const code = await new Promise<number | null>((done) => child.once("close", done));
  const failures = firstLinesOfFailures(results);
  return {
    foundBy: failures.find((it) => it.startsWith("AssertionError")),
    ended: [`the tests ended with ${code}`, ...failures].join(": "),
  };
}

function firstLinesOfFailures(results: string): readonly string[] {
  try {
    const { testResults } = JSON.parse(readFileSync(results, "utf8")) as Results;
    const messages = testResults.flatMap((file) =>
      file.assertionResults.flatMap(({ failureMessages }) => failureMessages),
    );
    return messages.map((it) => it.split("\n")[0]!);
  } catch {
    return [];
  }
}

interface Results {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly failureMessages: readonly string[] }[];
  }[];
}
