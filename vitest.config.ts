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

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/build-program.ts"],
    // Only `npm run rescue` has repositories kept.
    setupFiles: process.env["SITEKEEP_KEPT_REPOSITORIES"] ? ["test/support/keep-repositories.ts"] : [],
    sequence: { sequencer: LongestFirst },
    // Every core: by itself the runner leaves one idle, which of two is half.
    maxWorkers: "100%",
    // Two cores that may be busy with other things; the stories start servers and programs, so they get room.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
