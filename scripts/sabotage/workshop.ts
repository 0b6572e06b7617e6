import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { needsProgram } from "./imports.ts";
import type { Round } from "./ledger.ts";

/** Files and what they are to hold while tests run. */
export type Changes = ReadonlyMap<string, string>;

/** A copy of the project where things may be broken: the tests, the build, threads and programs all see the broken text. */
export interface Workshop {
  /** Runs test files on the broken tree and puts the tree right again. */
  run(changes: Changes, files: readonly string[], limitMs: number): Promise<Pick<Round, "ended" | "tests">>;
  close(): void;
}

const testTimeoutMs = 20_000;
const programTimeoutMs = 60_000;

/** Copies what git knows of the project, with its changes that aren't committed yet. */
export function openWorkshop(): Workshop {
  const root = mkdtempSync(join(tmpdir(), "sitekeep-sabotage-"));
  const tree = join(root, "tree");
  for (const file of trackedFiles()) cpSync(file, join(tree, file));
  linkPackages(join(tree, "node_modules"));
  for (const folder of ["tmp", "home"]) mkdirSync(join(root, folder));
  return {
    async run(changes, files, limitMs) {
      const originals = [...changes.keys()].map((file) => [file, readIn(tree, file)] as const);
      try {
        for (const [file, text] of changes) writeIn(tree, file, text);
        return await runTests(root, files, limitMs);
      } finally {
        for (const [file, text] of originals) writeIn(tree, file, text);
        // Broken code leaves things behind.
        for (const name of readdirSync(join(root, "tmp")))
          rmSync(join(root, "tmp", name), { recursive: true, force: true });
      }
    },
    close: () => rmSync(root, { recursive: true, force: true }),
  };
}

function trackedFiles(): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  return listed
    .toString()
    .split("\0")
    .filter((file) => file !== "" && file !== "node_modules" && existsSync(file));
}

/** Each package by a link of its own, so that a single one can be replaced. */
function linkPackages(to: string): void {
  mkdirSync(to);
  for (const name of readdirSync("node_modules")) {
    if (name.startsWith(".") && name !== ".bin") continue;
    symlinkSync(resolve("node_modules", name), join(to, name), "junction");
  }
}

function readIn(tree: string, file: string): string | undefined {
  return existsSync(join(tree, file)) ? readFileSync(join(tree, file), "utf8") : undefined;
}

function writeIn(tree: string, file: string, text: string | undefined): void {
  const path = join(tree, file);
  const folder = dirname(path);
  if (text === undefined) return rmSync(path);
  if (existsSync(folder) && lstatSync(folder).isSymbolicLink()) rmSync(folder); // The link, never what it leads to.
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, text);
}

async function runTests(root: string, files: readonly string[], limitMs: number) {
  const results = join(root, "results");
  const builds = files.some(needsProgram);
  const timeoutMs = builds ? programTimeoutMs : testTimeoutMs;
  const node = [process.execPath, "scripts/sabotage/run-tests.ts", results, String(timeoutMs), ...files];
  const [program, ...args] = [...confinement(root), ...node];
  writeFileSync(results, "");
  const child = spawn(program!, args, {
    cwd: join(root, "tree"),
    stdio: "ignore",
    detached: true,
    env: {
      ...process.env,
      TMPDIR: join(root, "tmp"),
      HOME: join(root, "home"),
      SABOTAGE_BUILDS: builds ? "1" : "0",
    },
  });
  const timer = setTimeout(() => end(child.pid!), limitMs);
  const code = await new Promise<number | null>((done) => child.once("close", done));
  clearTimeout(timer);
  const tests = readFileSync(results, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Round["tests"][number]);
  return { ended: code === 0 ? "finished" : "stuck", tests } as const;
}

/** The program with all that it started. */
function end(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has just ended.
  }
}

/**
 * Broken code may delete anything and leave processes behind. Where Linux allows it, the tests see all but their own copy
 * read-only, have a network of their own, and whatever they start ends with them.
 */
function confinement(root: string): readonly string[] {
  const inside = `mount --bind "$0" "$0" && mount -o remount,ro,bind / && ip link set lo up && cd "$0/tree" && exec "$@"`;
  const command = ["unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "--mount-proc"];
  const whole = [...command, "sh", "-c", inside, root];
  isConfined ??= spawnSync(whole[0]!, [...whole.slice(1), "true"]).status === 0;
  return isConfined ? whole : [];
}

let isConfined: boolean | undefined;
