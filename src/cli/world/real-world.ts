import { randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleepFor } from "node:timers/promises";
import type { Json } from "../../core/base/json.ts";
import { ProblemError } from "../../core/base/problem.ts";
import type { Machine } from "../../core/model/policy/machine.ts";
import type { PolicyFile } from "../../core/model/policy/policy-document.ts";
import { mapPath } from "../../drivers/access/files/windows-path.ts";
import { driverOf } from "../../drivers/drivers.ts";
import type { World } from "../../engine/session/world.ts";
import { readState } from "../../../packages/lab/src/lab-state.ts";
import { folderBackend } from "../../store/backends/folder.ts";
import { cacheFolder } from "./cache-folder.ts";
import { asLabProblem } from "./lab-problem.ts";
import { readPolicyFolder } from "./policy-folder.ts";
import { runCommand } from "./run-command.ts";
import { programVersion } from "./version.ts";

export interface RealWorldOptions {
  readonly machine: Machine;
  /** Folder of a lab site whose clock is to be followed instead of the machine's own. */
  readonly labFolder?: string;
  /** Policies that were handed over; they are not read from a folder then. */
  readonly policyFiles?: readonly PolicyFile[];
}

/** The world as it is: this machine's clock, files, network and programs. */
export function realWorld({ machine, labFolder, policyFiles }: RealWorldOptions): World {
  // What is remembered of a lab goes when the lab goes: another one may be made in its place.
  const records = join(labFolder ?? cacheFolder(), "records");
  return {
    now: labFolder === undefined ? () => Date.now() : labClock(labFolder),
    random: (bytes) => randomBytes(bytes),
    machine,
    version: programVersion,
    cacheFolder: cacheFolder(),
    async remember(name, value) {
      await mkdir(records, { recursive: true });
      const half = join(records, `${name}.${process.pid}.half`);
      await writeFile(half, JSON.stringify(value), { mode: 0o600 });
      await rename(half, join(records, `${name}.json`));
    },
    async recall(name) {
      const text = await readFile(join(records, `${name}.json`), "utf8").catch(() => undefined);
      return text === undefined ? undefined : parsed(text);
    },
    environment: (name) => process.env[name],
    readText: (path) => readFile(path, "utf8"),
    readBytes: (path) => readFile(path),
    readPolicyFiles: async (folder) => policyFiles ?? readPolicyFolder(folder),
    run: runCommand,
    async connect(database, password) {
      // The SQL driver costs more to load than everything else: only who connects pays for it.
      const { connectSql } = await import("./connect-sql.ts");
      return connectSql(machine, database, password);
    },
    driverOf,
    openBackend: ({ folder }) => folderBackend(reachFolder(folder, machine)),
    async makeTemporaryFolder() {
      const path = await mkdtemp(join(tmpdir(), "sitekeep-"));
      return { path, remove: () => rm(path, { recursive: true, force: true }) };
    },
    async post(url, body) {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(30_000),
      });
      if (!answer.ok) throw new Error(`the webhook answered ${answer.status} ${answer.statusText}`);
    },
    async sleep(ms, signal) {
      await sleepFor(ms, undefined, signal && { signal });
    },
  };
}

/** A record that something has damaged must not stop every run of the program on this machine. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

/**
 * Where this machine reaches a repository. Elsewhere than on Windows `\\server\share` would be a new folder
 * of that name.
 */
function reachFolder(folder: string, machine: Machine): string {
  const reached = mapPath(folder, machine.paths);
  if (process.platform === "win32" || !/^([A-Za-z]:|\\)/.test(reached)) return reached;
  throw new ProblemError({
    code: "repository-unreadable",
    severity: "error",
    message: `This machine knows no way to the repository's folder ${folder}.`,
    where: folder,
    hint: "Mount the share, and say under `paths:` of the machine file where (docs/machine.md).",
  });
}

/**
 * The clock of a lab site: ours, moved by what `lab age` wrote. Read again when the file changed, so that a
 * running
 * `watch` grows older with its lab.
 */
function labClock(folder: string): () => number {
  const file = join(folder, "state.json");
  let readAt: number | undefined;
  let offsetMs = 0;
  return () => {
    const writtenAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    if (writtenAt === undefined || writtenAt !== readAt) offsetMs = labOffset(folder);
    readAt = writtenAt;
    return Date.now() + offsetMs;
  };
}

function labOffset(folder: string): number {
  try {
    return readState(folder).clockOffsetMs;
  } catch (thrown) {
    throw asLabProblem(thrown);
  }
}
