import { defineConfig } from "vitest/config";
import { readBugs } from "../../test/support/campaign/bugs.ts";
import { execArgv } from "../../test/support/exec-argv.ts";

/**
 * For tests that hunt a written bug: none of them needs the built program, which the project's own
 * configuration makes first.
 */
export default defineConfig({
  test: {
    execArgv,
    // Where the bugs say that they are looked for.
    include: [...new Set(readBugs().map(({ hunt }) => hunt.tests))],
    testTimeout: 600_000,
    maxWorkers: 1,
    bail: 1,
  },
});
