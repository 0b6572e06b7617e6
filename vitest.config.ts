import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The longest files first, so that two cores end together. */
const longest = ["test/scenarios/stories", "test/scenarios/", "test/drivers/", "test/schemas/", "test/lab/"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = longest.findIndex((part) => moduleId.replaceAll("\\", "/").includes(part));
      return place < 0 ? longest.length : place;
    };
    return files.toSorted((left, right) => rank(left) - rank(right));
  }
}

/** Tests of pure code: they leave nothing behind in a process, and many files to a process save the loading of what they share. */
const pure = ["test/core/**/*.test.ts", "test/store/format/**/*.test.ts", "test/schemas/**/*.test.ts"];

/** What every project is run with. */
const common = {
  // Only `npm run rescue` has repositories kept.
  setupFiles: process.env["SITEKEEP_KEPT_REPOSITORIES"] ? ["test/support/keep-repositories.ts"] : [],
  // Two cores that may be busy with other things; the stories start servers and programs, so they get room.
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    // Every core: by itself the runner leaves one idle, which of two is half.
    maxWorkers: "100%",
    projects: [
      {
        test: {
          ...common,
          name: "whole",
          include: ["test/**/*.test.ts"],
          exclude: pure,
          globalSetup: ["test/support/build-program.ts"],
        },
      },
      { test: { ...common, name: "pure", include: pure, isolate: false } },
    ],
  },
});
