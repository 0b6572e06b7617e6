import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { execArgv } from "./test/support/exec-argv.ts";
import { runFolder } from "./test/support/run-folder.ts";
import { TimeReporter } from "./test/support/time-reporter.ts";

/** Where the longest of the files lie that share a process. */
const longest = ["test/drivers/", "test/oracle/", "test/schemas/", "test/store/check/", "test/core/plan/"];

/**
 * The longest files first, so that two cores end together. Before them those that have a process to
 * themselves: a shared one ends as soon as such a file is next, and the one after it loads everything again.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) => {
      if (project.config.isolate) return -1;
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
  "test/cli/*-on-terminal.test.ts",
  "test/scripts/bench/*.test.ts",
  "test/store/backends/*.test.ts",
  "test/store/ingest/write-*.test.ts",
];

/** What takes too long for the ordinary run, a little of the campaign among it: `npm run test:long`. */
const long = [
  "test/scenarios/*.test.ts",
  // Waits between tries, by the clock.
  "test/cli/alarms.test.ts",
  "test/campaign/!(bugs).test.ts",
  "test/store/mixed-versions.test.ts",
  "test/store/prune/prune-interleavings.test.ts",
  "test/tools/rescue.test.ts",
  "test/newcomer.test.ts",
  "test/drivers/statements.test.ts",
  "test/drivers/access/formats/large-data-file.test.ts",
  "test/drivers/access/sql/sqlcmd/sqlcmd-runner.test.ts",
  "test/storm/*.test.ts",
  "test/engine/strangers.test.ts",
];

const all = ["test/**/*.test.ts", "packages/*/test/**/*.test.ts"];

/** What starts the program needs it built. */
const built = { globalSetup: ["test/support/build-program.ts"] };

const tidy = {
  isolate: false,
  globalSetup: ["test/support/run-folder.ts"],
  env: { TMPDIR: runFolder(), TEMP: runFolder() },
};

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
    reporters: ["default", new TimeReporter()],
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
