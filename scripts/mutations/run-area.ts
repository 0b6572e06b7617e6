import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { confinement } from "../sabotage/workshop.ts";
import type { MutationArea } from "./areas.ts";
import type { JudgedMutant } from "./figures.ts";
import { instrument, type Mutant } from "./instrument.ts";
import { type Step, Trail, Tried } from "./trail.ts";

interface Setting {
  readonly root: string; // A workshop's, of which `tree` is the project's copy.
  readonly lanes: number;
  readonly isStatic: boolean;
  readonly say: (line: string) => void;
}

const lookMs = 200;
const staticMs = 300_000;

/** Breaks an area at every place, one after another, and tells what became of each break. */
export async function runArea(area: MutationArea, setting: Setting): Promise<readonly JudgedMutant[]> {
  const { root, lanes } = setting;
  const mutants = await instrument(join(root, "tree"), area.sources);
  const ends = Array.from({ length: lanes }, (_, at) => runLane(area, setting, `${at}/${lanes}`));
  const steps = (await Promise.all(ends)).flat();
  const tried = new Tried(steps);
  if (tried.unfit.size > 0)
    throw new Error(`Fails unbroken, or when it is run again:\n${[...tried.unfit].join("\n")}`);
  if (setting.isStatic) await tryConstants(area, setting, tried);
  return reportOf(mutants, tried, setting.isStatic);
}

/** Processes of tests, one after another, until one comes to its end by itself. */
async function runLane(area: MutationArea, setting: Setting, lane: string): Promise<readonly Step[]> {
  const path = join(setting.root, "tmp", `trail-${lane.replace("/", "-")}`);
  const trail = new Trail(path);
  for (;;) {
    const began = trail.read().length;
    const child = startTests(area, setting, { MUTATIONS_TRAIL: path, MUTATIONS_LANE: lane });
    const isEnded = await watch(child, trail, setting);
    const steps = trail.read();
    const last = steps.at(-1);
    if (last?.is === "tries") trail.add({ is: "stuck", mutant: last.mutant, test: last.test });
    else if (last?.is === "begins") throw new Error(`It does not end unbroken: ${last.test}`);
    else if (isEnded) return steps;
    if (trail.read().length === began) throw new Error("The tests come no further.");
  }
}

/** Whether the tests ended by themselves, and not for what is awake in them. */
async function watch(child: ChildProcess, trail: Trail, { say }: Setting): Promise<boolean> {
  const closed = once(child, "close").then(() => true);
  let seen = 0;
  let since = Date.now();
  for (;;) {
    if (await Promise.race([closed, sleep(lookMs, false)])) return trail.read().at(-1)?.is !== "leaves";
    const steps = trail.read();
    const last = steps.at(-1);
    if (steps.length > seen) since = Date.now();
    seen = steps.length;
    const limitMs = last?.is === "tries" || last?.is === "begins" ? last.limitMs : Infinity;
    if (last?.is !== "leaves" && Date.now() - since < limitMs) continue;
    if (last?.is === "tries") say(`ended: ${last.test} with ${last.mutant}`);
    process.kill(-child.pid!, "SIGKILL");
    await closed;
    return false;
  }
}

/** A constant is made once: a break of it needs tests that load everything anew. */
async function tryConstants(area: MutationArea, setting: Setting, tried: Tried): Promise<void> {
  const reached = new Set([...tried.reached.values()].flatMap((it) => [...it]));
  const open = [...tried.constant].filter((it) => !reached.has(it));
  const next = open.values();
  const lane = async () => {
    for (const mutant of next) {
      const child = startTests(area, setting, { __STRYKER_ACTIVE_MUTANT__: mutant });
      const timer = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), staticMs);
      const [code] = (await once(child, "close")) as [number | null];
      clearTimeout(timer);
      if (code !== 0) tried.noticed.set(mutant, code === null ? "Timeout" : "Killed");
    }
  };
  await Promise.all(Array.from({ length: setting.lanes }, lane));
}

function startTests({ tests }: MutationArea, { root }: Setting, more: Readonly<Record<string, string>>) {
  const vitest = ["node_modules/vitest/vitest.mjs", "run", "--config", "scripts/mutations/vitest.config.ts"];
  const [program, ...args] = [...confinement(root), process.execPath, ...vitest];
  const folders = { TMPDIR: join(root, "tmp"), HOME: join(root, "home") };
  const child = spawn(program!, args, {
    cwd: join(root, "tree"),
    env: { ...process.env, ...folders, MUTATIONS_TESTS: tests.join(","), ...more },
    stdio: "ignore",
    detached: true,
  });
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  child.once("close", () => process.off("exit", end));
  return child;
}

function reportOf(mutants: readonly Mutant[], tried: Tried, isStatic: boolean): readonly JudgedMutant[] {
  const reached = new Set([...tried.reached.values()].flatMap((it) => [...it]));
  const statusOf = ({ id }: Mutant) => {
    if (reached.has(id) || (isStatic && tried.constant.has(id))) return tried.noticed.get(id) ?? "Survived";
    return tried.constant.has(id) ? "Ignored" : "NoCoverage";
  };
  return mutants.map((mutant) => ({ ...mutant, status: statusOf(mutant) }));
}
