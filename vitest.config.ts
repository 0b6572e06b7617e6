import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { memoryFolder } from "./test/support/memory-folder.ts";

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
 * What starts the built program, measures processes or is about disks has a process to itself, and a disk.
 * All others leave nothing behind in theirs: many files share one, which saves loading what they all need.
 */
const whole = [
  "test/cli/command-line.test.ts",
  "test/cli/completion-scripts.test.ts",
  "test/cli/repo-keys-on-terminal.test.ts",
  "test/scripts/bench/*.test.ts",
  "test/store/backends/*.test.ts",
  "test/store/ingest/write-*.test.ts",
];

/** What takes too long for the ordinary run, a little of the campaign among it: `npm run test:long`. */
const long = [
  "test/scenarios/*.test.ts",
  "test/campaign/!(bugs).test.ts",
  "test/store/mixed-versions.test.ts",
  "test/store/prune/prune-interleavings.test.ts",
  "test/tools/rescue.test.ts",
  "test/newcomer.test.ts",
];

const all = ["test/**/*.test.ts", "packages/*/test/**/*.test.ts"];

/** What starts the program needs it built. */
const built = { globalSetup: ["test/support/build-program.ts"] };

const memory = memoryFolder();
const tidy = {
  isolate: false,
  globalSetup: ["test/support/memory-folder.ts"],
  env: memory === undefined ? {} : { TMPDIR: memory },
};

/**
 * How a test's process collects. A small repository has buffers of many megabytes, of which little is used:
 * when they alone may ask for a collection there is one for each capture, and it takes half of all time. Helper
 * threads have no core to themselves.
 */
const execArgv = [
  "--single-threaded-gc",
  "--min-semi-space-size=32",
  "--max-semi-space-size=32",
  "--initial-old-space-size=256",
  // Unknown to the oldest Node on which tests are run.
  ...(Number.parseInt(process.versions.node) < 24 ? [] : ["--external-memory-accounted-in-global-limit"]),
];

/** What every project is run with. */
const common = {
  execArgv,
  // Only `npm run rescue` has repositories kept.
  setupFiles: process.env["SITEKEEP_KEPT_REPOSITORIES"] ? ["test/support/keep-repositories.ts"] : [],
  // Two cores that may be busy with other things; tests of whole programs start servers and programs, so they
  // get room.
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
      { test: { ...common, ...tidy, name: "tidy", include: all, exclude: [...whole, ...long] } },
    ],
  },
});
