import { matchesGlob } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { execArgv } from "../../test/support/exec-argv.ts";

/** Test files and patterns of them; the quick ones first, since the first test that fails is enough. */
const include = process.env["MUTATIONS_TESTS"]?.split(",") ?? [];

class AsListed extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) =>
      include.findIndex((it) => matchesGlob(moduleId.replaceAll("\\", "/"), `**/${it}`));
    return files.toSorted((left, right) => place(left) - place(right));
  }
}

/** Plain: no program is built, nothing is kept, and one worker runs all. */
export default defineConfig({
  test: {
    include,
    isolate: false,
    maxWorkers: 1,
    execArgv,
    sequence: { sequencer: AsListed },
    // A constant is broken for a whole run; everything else by the runner, one after another.
    ...(process.env["MUTATIONS_TRAIL"] === undefined
      ? { bail: 1 }
      : { runner: "./scripts/mutations/runner.ts" }),
    // Hours of tries may hang on one test.
    testTimeout: 2 ** 31 - 1,
    hookTimeout: 60_000,
  },
});
