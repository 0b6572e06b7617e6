// `npm run campaign [-- --depth middle]`: what can befall a repository, at length (docs/testing.md). The
// ordinary run takes a little of each.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findBugs } from "./campaign/find-bugs.ts";

const { values } = parseArgs({
  options: {
    depth: { type: "string", default: "long" }, // Or middle: what CI runs.
    seeds: { type: "string" }, // Of the tests that draw their cases by seed.
    "no-bugs": { type: "boolean", default: false },
  },
});
const isLong = values.depth === "long";
const seeds = values.seeds ?? (isLong ? "1000" : "60");
const tests = [
  "test/campaign",
  "test/store/interleavings.test.ts",
  "test/store/prune/prune-interleavings.test.ts",
  "test/store/format/fuzz.test.ts",
  "test/drivers/access/fuzz.test.ts",
  "test/store/caches.test.ts",
  "test/engine/session/record.test.ts",
  "test/cli/saved-plan-fuzz.test.ts",
  ...(isLong ? ["test/store/damage.test.ts", "test/store/check/check.test.ts"] : []),
];
const results = mkdtempSync(join(tmpdir(), "sitekeep-campaign-"));
const counts = join(results, "counts");
writeFileSync(counts, "");

const { status } = spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", "--testTimeout", "36000000", ...tests],
  {
    stdio: "inherit",
    env: {
      ...process.env,
      SITEKEEP_CAMPAIGN: values.depth,
      SITEKEEP_CAMPAIGN_COUNTS: counts,
      SITEKEEP_SEEDS: seeds,
      ...(isLong ? { SITEKEEP_TEST_EVERY_BYTE: "1" } : {}),
    },
  },
);
for (const [what, times] of sums(readFileSync(counts, "utf8"))) say(`${String(times).padStart(9)} ${what}`);
rmSync(results, { recursive: true });
process.exitCode = status ?? 1;

if (status === 0 && !values["no-bugs"]) {
  const hunts = await findBugs(Math.min(2, availableParallelism()), (hunt) => {
    const { bug, foundBy, ended, seconds, tries } = hunt;
    const effort = tries === 1 ? `${seconds} s` : `${seconds} s, ${tries} tries`;
    say(`${foundBy ? "found    " : "NOT FOUND"} ${bug.name}, ${effort}: ${(foundBy ?? ended).slice(0, 300)}`);
  });
  const missed = hunts.filter(({ foundBy }) => foundBy === undefined);
  say(`${String(hunts.length - missed.length).padStart(9)} of ${hunts.length} written bugs found`);
  for (const { bug, ended } of missed) say(`NOT FOUND ${bug.name}: ${ended}`);
  if (missed.length > 0) process.exitCode = 1;
}

function sums(lines: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of lines.split("\n").filter((it) => it !== "")) {
    const [what, times] = JSON.parse(line) as [string, number];
    found.set(what, (found.get(what) ?? 0) + times);
  }
  return found;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
