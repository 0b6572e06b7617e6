import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The longest files first, so that two cores end together. */
const longest = ["test/drivers/", "test/schemas/", "packages/lab/"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = longest.findIndex((part) => moduleId.replaceAll("\\", "/").includes(part));
      return place < 0 ? longest.length : place;
    };
    return files.toSorted((left, right) => rank(left) - rank(right));
  }
}

/**
 * What starts the built program, or measures processes, has a process to itself. All others leave nothing behind
 * in theirs: many files share one, which saves loading what they all need.
 */
const whole = [
  "test/cli/command-line.test.ts",
  "test/cli/completion-scripts.test.ts",
  "test/cli/repo-keys-on-terminal.test.ts",
  "test/scripts/bench/*.test.ts",
];

/** What takes too long for the ordinary run, a little of the campaign among it: `npm run test:long`. */
const long = [
  "test/scenarios/*.test.ts",
  "test/campaign/!(bugs).test.ts",
  "test/store/mixed-versions.test.ts",
  "test/store/prune/prune-interleavings.test.ts",
  "test/tools/rescue.test.ts",
];

const all = ["test/**/*.test.ts", "packages/*/test/**/*.test.ts"];

/** What starts the program needs it built. */
const built = { globalSetup: ["test/support/build-program.ts"] };

/**
 * Most tests make many short-lived things, and buffers that the heap's size does not show: collected rarely, and
 * without helpers that two busy cores have no time for, they cost a quarter less.
 */
const execArgv = ["--single-threaded-gc", "--min-semi-space-size=64", "--max-semi-space-size=64"];

/** What every project is run with. */
const common = {
  execArgv,
  // Only `npm run rescue` has repositories kept.
  setupFiles: process.env["SITEKEEP_KEPT_REPOSITORIES"] ? ["test/support/keep-repositories.ts"] : [],
  // Two cores that may be busy with other things; tests of whole programs start servers and programs, so they get room.
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // Every core: by itself the runner leaves one idle, which of two is half.
    maxWorkers: "100%",
    projects: [
      { test: { ...common, ...built, name: "whole", include: whole } },
      { test: { ...common, ...built, name: "long", include: long } },
      { test: { ...common, name: "tidy", include: all, exclude: [...whole, ...long], isolate: false } },
    ],
  },
});
