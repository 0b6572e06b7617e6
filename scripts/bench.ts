// `npm run bench`: the packed program against its start-up budgets, and against restic, borg, cp and rsync,
// whichever is installed. What each line means, and every option, stands in docs/benchmark.md.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readOptions } from "./bench/options.ts";
import { runBench } from "./bench/run-bench.ts";
import { keepFigures, report } from "./bench/report/report.ts";

const options = readOptions(process.argv.slice(2));
execFileSync(process.execPath, ["scripts/build.ts"], { stdio: "inherit" });
const scratch = mkdtempSync(join(options.at, "sitekeep-bench-"));
const stop = (): never => {
  rmSync(scratch, { recursive: true, force: true });
  process.exit(130);
};
process.once("SIGINT", stop).once("SIGTERM", stop);
try {
  report(await runBench(options, scratch, (found) => keepFigures(found, options)), options);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
