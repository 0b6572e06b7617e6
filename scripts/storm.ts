// `npm run storm`: the storm of shapes at length, pairs of spoilt answers by the thousand (docs/testing.md).
import { spawnSync } from "node:child_process";

const vitest = ["node_modules/vitest/vitest.mjs", "run", "test/storm"];
const { status } = spawnSync(process.execPath, vitest, {
  stdio: "inherit",
  env: { ...process.env, SITEKEEP_STORM: process.argv[2] ?? "20000" },
});
process.exitCode = status ?? 1;
