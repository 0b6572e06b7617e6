// `npm run sabotage -- --ledger FILE`: breaks the product on purpose, over and over, and writes down which
// tests noticed (docs/testing.md).
import { setPriority } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { SeededRandom } from "../test/support/seeded-random.ts";
import { deliberateBreaks } from "./sabotage/deliberate.ts";
import { testFiles } from "./sabotage/imports.ts";
import { type Ledger, openLedger, type Round, testRecords, wasSeenToFail } from "./sabotage/ledger.ts";
import { type Assignment, nextRound } from "./sabotage/rounds.ts";
import { enterCopy, openWorkshop, type Workshop } from "./sabotage/workshop.ts";

const { values } = parseArgs({
  options: {
    ledger: { type: "string" }, // Where to go on; outside the repository.
    mode: { type: "string", default: "campaign" }, // Or baseline, deliberate, list.
    only: { type: "string", default: "" }, // The beginning of test files' paths.
    minutes: { type: "string", default: "10" },
    rounds: { type: "string", default: "1000000" },
    lanes: { type: "string", default: "2" },
    seed: { type: "string", default: String(Date.now() % 1e9) },
  },
});
if (values.ledger === undefined) throw new Error("Say where the ledger is: --ledger FILE");

const spareMs = 60_000;
const baselineMs = 900_000;
const ledger = openLedger(resolve(values.ledger));
const until = Date.now() + Number(values.minutes) * 60_000;
let roundsLeft = Number(values.rounds);
setPriority(19);

if (values.mode !== "list") {
  say(`seed ${values.seed}`);
  const copy = enterCopy();
  await inLanes(
    assignments(values.mode, new SeededRandom(Number(values.seed))),
    values.mode as Round["mode"],
    copy,
  );
}
tellFigures(ledger);

function assignments(mode: string, random: SeededRandom): Iterator<Assignment> {
  switch (mode) {
    case "baseline":
      return testFiles()
        .filter((file) => file.startsWith(values.only))
        .map((file) => ({ changes: new Map(), breaks: [], files: [file] }))
        .values();
    case "deliberate":
      return deliberateBreaks(values.only, say);
    default:
      return campaign(random);
  }
}

function* campaign(random: SeededRandom): Generator<Assignment> {
  for (let next = nextRound(ledger, values.only, random); next; next = nextRound(ledger, values.only, random))
    yield next;
}

async function inLanes(work: Iterator<Assignment>, mode: Round["mode"], copy: string): Promise<void> {
  const lanes = Array.from({ length: Number(values.lanes) }, async (_, lane) => {
    const workshop = openWorkshop(copy, `lane-${lane}`);
    while (Date.now() < until && roundsLeft-- > 0) {
      const { value, done } = work.next();
      if (done) break;
      await runRound(workshop, value, mode);
    }
  });
  await Promise.all(lanes);
}

async function runRound(workshop: Workshop, { changes, breaks, files }: Assignment, mode: Round["mode"]) {
  const limitMs = mode === "baseline" ? baselineMs : spareMs + 3 * usualMs(files);
  const { ended, tests } = await workshop.run(changes, files, limitMs);
  const told =
    mode === "baseline" ? tests : tests.filter(([, verdict]) => !/^(passed|skipped)$/.test(verdict));
  ledger.add({ mode, breaks, files, ended, tests: told });
  say(`${ended} ${told.length} of ${tests.length}  ${breaks.join(" | ")}`);
}

/** What the test files take on an unbroken tree. */
function usualMs(files: readonly string[]): number {
  const tests = testRecords(ledger).filter(({ file }) => files.includes(file));
  return tests.reduce((sum, it) => sum + it.durationMs, 0);
}

function tellFigures(it: Ledger): void {
  const all = testRecords(it);
  const seen = all.filter(wasSeenToFail);
  const never = all.filter((test) => test.baseline === "passed" && !wasSeenToFail(test));
  for (const test of never) say(`never failed: ${test.id}`);
  for (const test of all.filter(({ baseline }) => baseline !== "passed"))
    say(`${test.baseline} unbroken: ${test.id}`);
  const asserted = seen.filter(({ failed }) => failed!.as === "asserted").length;
  say(
    `${all.length} tests, ${seen.length} seen to fail (${asserted} by an expectation), ${never.length} never.`,
  );
  say(`${it.rounds.length} rounds.`);
}

function say(line: string): void {
  // Titles of tests about odd characters hold them.
  process.stdout.write(`${line.replaceAll(/\p{Cc}/gu, "?")}\n`);
}
