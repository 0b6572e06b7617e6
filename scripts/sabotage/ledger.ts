import { appendFileSync, existsSync, readFileSync } from "node:fs";

/** How a test ended. `asserted`: an expectation didn't hold. `threw`: something else was thrown. */
export type Verdict = "passed" | "skipped" | "asserted" | "threw" | "timed-out";

/** One run of some test files on a tree that was broken on purpose; the baseline is the run with no break. */
export interface Round {
  readonly mode: "baseline" | "campaign" | "deliberate";
  /** `src/a.ts:12 "x === y" -> "x !== y"`, or the words of a deliberate break. */
  readonly breaks: readonly string[];
  readonly files: readonly string[];
  readonly ended: "finished" | "stuck";
  /** Of the baseline every test, of other rounds those that failed. */
  readonly tests: readonly (readonly [id: string, verdict: Verdict, durationMs: number])[];
}

export interface Ledger {
  readonly rounds: Round[];
  add(round: Round): void;
}

/**
 * A file with one line for each round. It's only ever appended to, so a campaign goes on where the last one
 * ended.
 */
export function openLedger(path: string): Ledger {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const rounds = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Round);
  return {
    rounds,
    add(round) {
      rounds.push(round);
      appendFileSync(path, `${JSON.stringify(round)}\n`);
    },
  };
}

/**
 * What is known of one test. The strongest failure counts: an expectation that didn't hold before anything
 * else.
 */
export interface TestRecord {
  readonly id: string;
  readonly file: string;
  readonly baseline: Verdict;
  readonly durationMs: number;
  readonly failed?: { readonly as: Verdict; readonly by: readonly string[] };
}

const strength: readonly Verdict[] = ["timed-out", "threw", "asserted"];

export function testRecords({ rounds }: Ledger): readonly TestRecord[] {
  const records = new Map<string, TestRecord>();
  for (const round of rounds) {
    if (round.mode === "baseline") forgetGone(records, round);
    for (const [id, verdict, durationMs] of round.tests) {
      const known = records.get(id);
      if (round.mode === "baseline")
        records.set(id, { ...known, id, file: id.split(" > ")[0]!, baseline: verdict, durationMs });
      else if (known !== undefined && isStronger(verdict, known.failed?.as))
        records.set(id, { ...known, failed: { as: verdict, by: round.breaks } });
    }
  }
  return [...records.values()];
}

/** A test that was renamed or removed since is no longer asked for. */
function forgetGone(records: Map<string, TestRecord>, { files, tests }: Round): void {
  const present = new Set(tests.map(([id]) => id));
  for (const { id, file } of records.values())
    if (files.includes(file) && !present.has(id)) records.delete(id);
}

function isStronger(verdict: Verdict, known: Verdict | undefined): boolean {
  return strength.indexOf(verdict) > (known === undefined ? -1 : strength.indexOf(known));
}

/**
 * Seen to fail as a test should: it was reached, and said no. One that only ran out of time proves nothing.
 */
export function wasSeenToFail({ failed }: TestRecord): boolean {
  return failed !== undefined && failed.as !== "timed-out";
}
