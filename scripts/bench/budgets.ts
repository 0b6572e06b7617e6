// Whole-process times of the packed program against its budgets (docs/decisions/0005). Medians of runs that
// alternate with a bare `node -e 0`, which is taken off.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { day } from "../../src/core/base/instant.ts";
import { makeSnapshotId } from "../../src/core/base/snapshot-id.ts";
import { createLab } from "../../packages/lab/src/create-lab.ts";
import { folderBackend } from "../../src/store/backends/folder.ts";
import { parseKeyFile } from "../../src/store/keys/keys.ts";
import { initRepository, openRepository } from "../../src/store/open-repository.ts";
import type { Repository } from "../../src/store/repository.ts";
import { median } from "./measure/median.ts";

/** One command beside its budget. */
export interface BudgetFigure {
  readonly name: string;
  readonly medianMs: number;
  readonly budgetMs: number;
}

interface Budget {
  readonly name: string;
  readonly args: readonly string[];
  readonly budgetMs: number;
}

const pointsMade = 1_000;

/** Makes a lab site with a thousand points in an empty folder and times what an operator waits for. */
export async function measureBudgets(folder: string, runs: number): Promise<readonly BudgetFigure[]> {
  const lab = join(folder, "lab");
  const environment = {
    ...process.env,
    SITEKEEP_LAB: lab,
    XDG_CACHE_HOME: join(folder, "cache"),
    NO_COLOR: "1",
  };
  await createLab({ folder: lab, nowMs: Date.now(), size: "small", onStep: () => {} });
  await makePoints(lab);
  const servers = spawnServers(lab, environment);
  try {
    await servers.ready;
    const time = (args: readonly string[]): number => timeOf(["dist/sitekeep.js", ...args], environment);
    time(["plan"]); // Records the answers that --recorded takes, and fills the caches as any earlier run has.
    return budgets.map(({ name, args, budgetMs }) => {
      const times = Array.from({ length: runs }, () => time(args) - timeOf(["-e", "0"], environment));
      return { name, medianMs: Math.round(median(times)), budgetMs };
    });
  } finally {
    servers.stop();
  }
}

const budgets: readonly Budget[] = [
  { name: "--help", args: ["--help"], budgetMs: 100 },
  { name: `plan --recorded, ${pointsMade} points`, args: ["plan", "--recorded"], budgetMs: 300 },
  { name: `plan with live SQL, ${pointsMade} points`, args: ["plan"], budgetMs: 1_000 },
];

/**
 * The lab's servers in a process of their own: in this one they could not answer while it waits for a run.
 */
function spawnServers(lab: string, environment: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, ["dist/sitekeep.js", "lab", "start", lab], { env: environment });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.stdout.on("data", (part: Buffer) => part.toString().includes("--lab") && resolve());
  child.once("close", (code) => reject(new Error(`The lab's servers ended with ${code}.`)));
  return { ready: promise, stop: () => void child.kill("SIGINT") };
}

/**
 * A thousand recovery points of one small snapshot each, an hour apart, as a policy with hourly runs would
 * leave.
 */
async function makePoints(lab: string): Promise<void> {
  const backend = folderBackend(join(lab, "repository"));
  const keys = [{ keyFile: parseKeyFile(readFileSync(join(lab, "secrets/repository.key"))) }];
  await initRepository(backend, { keys, random: randomBytes });
  const repository = await openRepository(backend, { keys, random: randomBytes, now: Date.now });
  const first = Date.now() - 42 * day;
  for (let point = 0; point < pointsMade; point += 1) await makePoint(repository, first + point * 3_600_000);
  await repository.close();
}

async function makePoint(repository: Repository, at: number): Promise<void> {
  const { signal } = new AbortController();
  const writer = await repository.beginSnapshot({
    site: "PS1",
    source: "scripts",
    signal,
    rereadPerMille: 0,
  });
  const bytes = Buffer.from(`a script of ${at}`);
  await writer.offer({ type: "file", path: "a.ps1", modifiedAt: at, size: bytes.length, locator: { bytes } });
  const times = { point: at, startedAt: at, finishedAt: at, asOf: at };
  const id = makeSnapshotId(at, randomBytes(10));
  const what = { site: "PS1", policy: "lab", source: "scripts", kind: "folder", mode: "full" } as const;
  await writer.commit({ id, ...what, ...times, facts: {}, problems: [] });
}

function timeOf(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const before = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { env });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr}`);
  return performance.now() - before;
}
