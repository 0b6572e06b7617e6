// `npm run campaign [-- --seeds 1000]`: the tests that draw their cases by seed, at length. The ordinary run takes a few.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { seeds: { type: "string", default: "1000" } } });
const seeded = [
  "test/store/interleavings.test.ts",
  "test/store/format/fuzz.test.ts",
  "test/drivers/access/fuzz.test.ts",
];
const { status } = spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", "--testTimeout", "3600000", ...seeded],
  { stdio: "inherit", env: { ...process.env, SITEKEEP_SEEDS: values.seeds } },
);
process.exitCode = status ?? 1;
