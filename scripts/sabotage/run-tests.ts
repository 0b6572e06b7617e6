// Runs test files in the current folder and writes one line for each test that ended. A process of its own: what it runs is broken.
import { appendFileSync } from "node:fs";
import { relative } from "node:path";
import type { TestError } from "vitest";
import {
  BaseSequencer,
  startVitest,
  type TestCase,
  type TestModule,
  type TestSpecification,
} from "vitest/node";
import type { Verdict } from "./ledger.ts";

const [resultFile, timeoutMs, ...files] = process.argv.slice(2);
/** So many failures are enough; 0 for all. */
const failuresMax = Number(process.env["SABOTAGE_FAILURES_MAX"] ?? 0);
const needsProgram = process.env["SABOTAGE_BUILDS"] === "1";

class AsGiven extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => files.indexOf(relative(process.cwd(), moduleId));
    return specifications.toSorted((left, right) => place(left) - place(right));
  }
}

await startVitest("test", files, {
  config: false,
  watch: false,
  update: false,
  maxWorkers: 1,
  bail: failuresMax,
  sequence: { sequencer: AsGiven },
  testTimeout: Number(timeoutMs),
  hookTimeout: Number(timeoutMs),
  teardownTimeout: 2_000,
  globalSetup: needsProgram ? ["test/support/build-program.ts"] : [],
  reporters: [{ onTestCaseResult: tell, onTestModuleEnd: tellUnloadable }],
});
process.exit(0);

/** Written at once: a round that gets stuck keeps what it found. */
function tell(test: TestCase): void {
  const { state, errors } = test.result();
  const verdict: Verdict =
    state === "failed" ? kindOf(errors ?? []) : state === "passed" ? "passed" : "skipped";
  const id = `${relative(process.cwd(), test.module.moduleId)} > ${test.fullName}`;
  write(id, verdict, test.diagnostic()?.duration);
}

/** A file that could not be loaded ran none of its tests. */
function tellUnloadable(module: TestModule): void {
  if (module.errors().length > 0)
    write(`${relative(process.cwd(), module.moduleId)} > it can't be loaded`, "threw");
}

function write(id: string, verdict: Verdict, durationMs = 0): void {
  appendFileSync(resultFile!, `${JSON.stringify([id, verdict, Math.round(durationMs)])}\n`);
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
