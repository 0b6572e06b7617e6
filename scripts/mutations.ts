// `npm run mutations -- [AREA…]`: breaks an area's code at every place, one after another, and names the
// breaks that no test notices (docs/mutations.md).
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { areas, type MutationArea } from "./mutations/areas.ts";
import { figuresOf, type MutationReport } from "./mutations/figures.ts";
import { confinement, enterCopy, openWorkshop } from "./sabotage/workshop.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    lanes: { type: "string", default: "1" },
    static: { type: "boolean", default: false }, // Constants too: each asks all tests, which takes thrice as long.
    report: { type: "string" }, // Where Stryker's report is to lie, as JSON: one area only.
  },
});
const names = positionals.length > 0 ? positionals : Object.keys(areas);
const report = values.report === undefined ? undefined : resolve(values.report);
const copy = enterCopy();

for (const name of names) {
  const area = areas[name];
  if (area === undefined) throw new Error(`No area is called ${name}: ${Object.keys(areas).join(", ")}.`);
  openWorkshop(copy, name);
  process.stdout.write(`${figuresOf(name, await mutate(name, area))}\n`);
}

/**
 * Runs Stryker on a copy that is mended by being thrown away: what is broken may delete anything that it can
 * reach.
 */
async function mutate(name: string, { sources, tests }: MutationArea): Promise<MutationReport> {
  const root = join(copy, name);
  const tree = join(root, "tree");
  writeFileSync(join(tree, "stryker.json"), JSON.stringify(strykerConfig(sources)));
  const stryker = "node_modules/@stryker-mutator/core/bin/stryker.js";
  const [program, ...args] = [...confinement(root), process.execPath, stryker, "run", "stryker.json"];
  const folders = { TMPDIR: join(root, "tmp"), HOME: join(root, "home") };
  const env = { ...process.env, ...folders, MUTATIONS_TESTS: tests.join(",") };
  const child = spawn(program!, args, { cwd: tree, env, stdio: "inherit" });
  process.once("exit", () => child.kill("SIGKILL"));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`Stryker ended with ${code}.`);
  if (report !== undefined) copyFileSync(join(tree, "report.json"), report);
  return JSON.parse(readFileSync(join(tree, "report.json"), "utf8")) as MutationReport;
}

function strykerConfig(sources: readonly string[]): object {
  return {
    mutate: sources,
    inPlace: true,
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: "scripts/mutations/vitest.config.ts", related: false },
    coverageAnalysis: "perTest",
    concurrency: Number(values.lanes),
    ignoreStatic: !values.static,
    timeoutMS: 15_000,
    reporters: ["json", "progress-append-only"],
    jsonReporter: { fileName: "report.json" },
    // It would be read with an interface that TypeScript no longer has; Node needs none of it.
    tsconfigFile: "none.json",
    allowConsoleColors: false,
  };
}
