import { defineConfig } from "vitest/config";
import { execArgv } from "../../test/support/exec-argv.ts";

/**
 * For tests that hunt a written bug: none of them needs the built program, which the project's own
 * configuration makes first.
 */
export default defineConfig({
  test: {
    execArgv,
    include: [
      "test/campaign/*.test.ts",
      "test/store/unreadable.test.ts",
      // Guards of a run, each with the test that holds it.
      "test/engine/**/*.test.ts",
      "test/core/plan/stages.test.ts",
      "test/core/kinds/check-staging.test.ts",
      "test/drivers/parts/offer-tree.test.ts",
    ],
    testTimeout: 600_000,
    maxWorkers: 1,
    bail: 1,
  },
});
