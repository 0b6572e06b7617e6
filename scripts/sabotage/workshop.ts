import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { needsProgram } from "./imports.ts";
import type { Round } from "./ledger.ts";

/** Files and what they are to hold while tests run. */
export type Changes = ReadonlyMap<string, string>;

/**
 * A copy of the project where things may be broken: the tests, the build, threads and programs all see the
 * broken text.
 */
export interface Workshop {
  /** Runs test files on the broken tree and puts the tree right again. */
  run(changes: Changes, files: readonly string[], limitMs: number): Promise<Pick<Round, "ended" | "tests">>;
}

const running = new Set<number>();
const testTimeoutMs = 20_000;
const programTimeoutMs = 60_000;

/**
 * Copies what git knows of the project, with its changes that aren't committed yet, and goes there: whatever
 * happens to the project from now on, the campaign is about one state of it. The folder and what still runs
 * in it go when this process ends.
 */
export function enterCopy(): string {
  const root = mkdtempSync(join(tmpdir(), "sitekeep-sabotage-"));
  const pristine = join(root, "pristine");
  for (const file of trackedFiles()) cpSync(file, join(pristine, file));
  symlinkSync(realpathSync("node_modules"), join(pristine, "node_modules"), "junction");
  process.once("exit", () => {
    for (const pid of running) end(pid);
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
  process.chdir(pristine);
  return root;
}

/** Makes a place to work at from the copy. */
export function openWorkshop(copy: string, name: string): Workshop {
  const root = join(copy, name);
  const tree = join(root, "tree");
  cpSync(join(copy, "pristine"), tree, { recursive: true, verbatimSymlinks: true });
  linkPackages(tree);
  for (const folder of ["tmp", "home"]) mkdirSync(join(root, folder));
  return {
    async run(changes, files, limitMs) {
      try {
        for (const [file, text] of changes) writeIn(tree, file, text);
        return await runTests(root, files, limitMs);
      } finally {
        for (const file of changes.keys()) mend(tree, file);
        // Broken code leaves things behind.
        for (const it of readdirSync(join(root, "tmp")))
          rmSync(join(root, "tmp", it), { recursive: true, force: true });
      }
    },
  };
}

function trackedFiles(): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  return listed
    .toString()
    .split("\0")
    .filter((file) => file !== "" && file !== "node_modules" && existsSync(file));
}

function writeIn(tree: string, file: string, text: string): void {
  const path = join(tree, file);
  if (isPackage(file)) linkPackages(tree, dirname(file));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** The current folder is the pristine copy. */
function mend(tree: string, file: string): void {
  if (isPackage(file)) linkPackages(tree);
  else if (existsSync(file)) writeFileSync(join(tree, file), readFileSync(file));
  else rmSync(join(tree, file));
}

function isPackage(file: string): boolean {
  return file.startsWith("node_modules/");
}

/**
 * Each package by a link of its own, but for one that is to be replaced: the folder they are in can be
 * written to. The lab is the tree's own, as it is broken here.
 */
function linkPackages(tree: string, replaced?: string): void {
  const packages = realpathSync("node_modules");
  const folder = join(tree, "node_modules");
  rmSync(folder, { recursive: true, force: true }); // Links, never what they lead to.
  mkdirSync(folder);
  for (const name of readdirSync(packages).filter((it) => !it.startsWith(".vite"))) {
    const target = name === "sitekeep-lab" ? join("..", "packages", "lab") : join(packages, name);
    if (join("node_modules", name) !== replaced) symlinkSync(target, join(folder, name), "junction");
  }
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
  running.add(child.pid!);
  const timer = setTimeout(() => end(child.pid!), limitMs);
  const code = await new Promise<number | null>((done) => child.once("close", done));
  clearTimeout(timer);
  running.delete(child.pid!);
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
 * Broken code may delete anything and leave processes behind. Where Linux allows it, the tests see all but
 * their own copy read-only, have a network of their own, and whatever they start ends with them.
 */
export function confinement(root: string): readonly string[] {
  const inside = `mount --bind "$0" "$0" && mount -o remount,ro,bind / && ip link set lo up && cd "$0/tree" && exec "$@"`;
  const command = ["unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "--mount-proc"];
  const whole = [...command, "sh", "-c", inside, root];
  isConfined ??= spawnSync(whole[0]!, [...whole.slice(1), "true"]).status === 0;
  return isConfined ? whole : [];
}

let isConfined: boolean | undefined;
