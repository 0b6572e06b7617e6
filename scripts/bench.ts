// `npm run bench`: whole-process times of the packed program against its budgets (docs/decisions/0005). Medians of runs
// that alternate with a bare `node -e 0`, which is taken off. `--quick` makes fewer runs, `--json FILE` writes the figures.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { day } from "../src/core/base/instant.ts";
import { makeSnapshotId } from "../src/core/base/snapshot-id.ts";
import { createLab } from "../src/lab/create-lab.ts";
import { folderBackend } from "../src/store/backends/folder.ts";
import { parseKeyFile } from "../src/store/keys.ts";
import { initRepository, openRepository } from "../src/store/open-repository.ts";
import type { Repository } from "../src/store/repository.ts";

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly budgetMs: number;
}

interface Figure {
  readonly name: string;
  readonly medianMs: number;
  readonly budgetMs: number;
}

const pointsMade = 1_000;
const { values } = parseArgs({ options: { quick: { type: "boolean" }, json: { type: "string" } } });
const runs = values.quick ? 7 : 20;

execFileSync(process.execPath, ["scripts/build.ts"], { stdio: "inherit" });
const root = mkdtempSync(join(tmpdir(), "sitekeep-bench-"));
const lab = join(root, "lab");
const environment = { ...process.env, SITEKEEP_LAB: lab, XDG_CACHE_HOME: join(root, "cache"), NO_COLOR: "1" };
try {
  report(await measureAll());
} finally {
  rmSync(root, { recursive: true, force: true });
}

async function measureAll(): Promise<readonly Figure[]> {
  await createLab({ folder: lab, nowMs: Date.now(), size: "small", onStep: () => {} });
  await makePoints();
  const servers = spawnServers();
  try {
    await servers.ready;
    time(["plan"]); // Records the answers that --recorded takes, and fills the caches as any earlier run has.
    return [
      { name: "--help", args: ["--help"], budgetMs: 100 },
      { name: `plan --recorded, ${pointsMade} points`, args: ["plan", "--recorded"], budgetMs: 300 },
      { name: `plan with live SQL, ${pointsMade} points`, args: ["plan"], budgetMs: 1_000 },
    ].map(measure);
  } finally {
    servers.stop();
  }
}

/** The lab's servers in a process of their own: in this one they could not answer while it waits for a run. */
function spawnServers(): { readonly ready: Promise<void>; stop(): void } {
  const child = spawn(process.execPath, ["dist/sitekeep.js", "lab", "start", lab], { env: environment });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.stdout.on("data", (part: Buffer) => part.toString().includes("--lab") && resolve());
  child.once("close", (code) => reject(new Error(`The lab's servers ended with ${code}.`)));
  return { ready: promise, stop: () => void child.kill("SIGINT") };
}

/** A thousand recovery points of one small snapshot each, an hour apart, as a policy with hourly runs would leave. */
async function makePoints(): Promise<void> {
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

function measure({ name, args, budgetMs }: Case): Figure {
  const differences = Array.from({ length: runs }, () => {
    const bareMs = timeOf(["-e", "0"]);
    return time(args) - bareMs;
  });
  return { name, medianMs: Math.round(median(differences)), budgetMs };
}

function time(args: readonly string[]): number {
  return timeOf(["dist/sitekeep.js", ...args]);
}

function timeOf(args: readonly string[]): number {
  const before = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { env: environment });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr}`);
  return performance.now() - before;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2;
}

function report(figures: readonly Figure[]): void {
  for (const { name, medianMs, budgetMs } of figures) {
    const verdict = medianMs <= budgetMs ? "within" : "OVER";
    process.stdout.write(
      `${name.padEnd(36)} ${String(medianMs).padStart(5)} ms   ${verdict} its ${budgetMs} ms\n`,
    );
  }
  process.stdout.write(`Medians of ${runs} runs each, minus a bare \`node -e 0\` (${process.version}).\n`);
  if (values.json)
    writeFileSync(values.json, `${JSON.stringify({ runs, node: process.version, figures }, undefined, 2)}\n`);
}
