import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Test files or patterns of them; the quick ones first, since the first test that fails is enough. */
const include = process.env["MUTATIONS_TESTS"]?.split(",") ?? [];

class AsListed extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) =>
      include.findIndex((it) => moduleId.replaceAll("\\", "/").endsWith(it));
    return files.toSorted((left, right) => place(left) - place(right));
  }
}

/** Plain: no program is built, nothing is kept, and one worker runs all, which takes a third of the time. */
export default defineConfig({
  test: {
    include,
    isolate: false,
    sequence: { sequencer: AsListed },
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
