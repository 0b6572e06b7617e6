// `npm run storm`: the storm of shapes at length, each cell of each answer spoilt by itself (docs/testing.md).
import { spawnSync } from "node:child_process";

const vitest = ["node_modules/vitest/vitest.mjs", "run", "test/storm"];
const { status } = spawnSync(process.execPath, vitest, {
  stdio: "inherit",
  env: { ...process.env, SITEKEEP_STORM: "long" },
});
process.exitCode = status ?? 1;
