// `npm run oracle -- retention`: asks real restic 0.14 what it would keep, and writes its answers below
// test/golden/retention-oracle. With `--check 20` it asks for so many of them afresh, and compares.
import { parseArgs } from "node:util";
import { checkRetention } from "./oracle/check-retention.ts";
import { renewRetention } from "./oracle/renew-retention.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { check: { type: "string" } } });
const [oracle] = positionals;
if (oracle !== "retention") throw new Error("Say which: npm run oracle -- retention [--check 20]");
await (values.check === undefined ? renewRetention() : checkRetention(Number(values.check)));
