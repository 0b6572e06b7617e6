// Runs test files in the current folder and writes one line for each test that ended. A process of its own:
// what it runs is broken.
import { appendFileSync } from "node:fs";
import { relative } from "node:path";
import type { TestError } from "vitest";
import { startVitest, type TestCase } from "vitest/node";
import type { Verdict } from "./ledger.ts";

const [resultFile, timeoutMs, ...files] = process.argv.slice(2);
const needsProgram = process.env["SABOTAGE_BUILDS"] === "1";

await startVitest("test", files, {
  config: false,
  watch: false,
  update: false,
  maxWorkers: 1,
  testTimeout: Number(timeoutMs),
  hookTimeout: Number(timeoutMs),
  teardownTimeout: 2_000,
  globalSetup: needsProgram ? ["test/support/build-program.ts"] : [],
  reporters: [{ onTestCaseResult: tell }],
});
process.exit(0);

/** Written at once: a round that gets stuck keeps what it found. */
function tell(test: TestCase): void {
  const { state, errors } = test.result();
  const verdict: Verdict =
    state === "failed" ? kindOf(errors ?? []) : state === "passed" ? "passed" : "skipped";
  const id = `${relative(process.cwd(), test.module.moduleId)} > ${test.fullName}`;
  appendFileSync(
    resultFile!,
    `${JSON.stringify([id, verdict, Math.round(test.diagnostic()?.duration ?? 0)])}\n`,
  );
}

function kindOf(errors: readonly TestError[]): Verdict {
  if (errors.some(isAssertion)) return "asserted";
  return errors.some(({ message }) => /timed out in \d+ ?ms/.test(message)) ? "timed-out" : "threw";
}

function isAssertion(error: TestError): boolean {
  if (error.name === "AssertionError" || /^Snapshot .* mismatched/.test(error.message)) return true;
  // A property of fast-check holds the assertion as its cause, and may have it in words only.
  const cause = error.cause as TestError | undefined;
  return cause === undefined ? error.message.includes("AssertionError") : isAssertion(cause);
}
