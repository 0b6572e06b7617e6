import { randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleepFor } from "node:timers/promises";
import type { Json } from "../core/base/json.ts";
import type { Machine } from "../core/model/machine.ts";
import type { World } from "../engine/world.ts";
import { folderBackend } from "../store/backends/folder.ts";
import { readPolicyFolder } from "./policy-folder.ts";
import { runCommand } from "./run-command.ts";
import { programVersion } from "./version.ts";

export interface RealWorldOptions {
  readonly machine: Machine;
  /** Folder of a lab site whose clock is to be followed instead of the machine's own. */
  readonly labFolder?: string;
}

/** The world as it is: this machine's clock, files, network and programs. */
export function realWorld({ machine, labFolder }: RealWorldOptions): World {
  return {
    now: labFolder === undefined ? () => Date.now() : labClock(labFolder),
    random: (bytes) => randomBytes(bytes),
    machine,
    version: programVersion,
    cacheFolder: cacheFolder(),
    async remember(name, value) {
      await mkdir(recordFolder(), { recursive: true });
      const half = join(recordFolder(), `${name}.${process.pid}.half`);
      await writeFile(half, JSON.stringify(value), { mode: 0o600 });
      await rename(half, join(recordFolder(), `${name}.json`));
    },
    async recall(name) {
      const text = await readFile(join(recordFolder(), `${name}.json`), "utf8").catch(() => undefined);
      return text === undefined ? undefined : (JSON.parse(text) as Json);
    },
    environment: (name) => process.env[name],
    readText: (path) => readFile(path, "utf8"),
    readBytes: (path) => readFile(path),
    readPolicyFiles: readPolicyFolder,
    run: runCommand,
    async connect(database, password) {
      // The SQL driver costs more to load than everything else: only who connects pays for it.
      const { connectSql } = await import("./connect-sql.ts");
      return connectSql(machine, database, password);
    },
    openBackend: ({ folder }) => folderBackend(folder),
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

function cacheFolder(): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  return join(LOCALAPPDATA ?? XDG_CACHE_HOME ?? join(homedir(), ".cache"), "sitekeep");
}

function recordFolder(): string {
  return join(cacheFolder(), "records");
}

/**
 * The clock of a lab site: ours, moved by what `lab age` wrote. Read again when the file changed, so that a running
 * `watch` grows older with its lab.
 */
function labClock(folder: string): () => number {
  const file = join(folder, "state.json");
  let readAt = -1;
  let offsetMs = 0;
  return () => {
    const { mtimeMs } = statSync(file);
    if (mtimeMs !== readAt) {
      readAt = mtimeMs;
      offsetMs = (JSON.parse(readFileSync(file, "utf8")) as { clockOffsetMs?: number }).clockOffsetMs ?? 0;
    }
    return Date.now() + offsetMs;
  };
}
