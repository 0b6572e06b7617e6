import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleepFor } from "node:timers/promises";
import { second } from "../../core/base/instant.ts";
import type { Machine } from "../../core/model/policy/machine.ts";
import type { PolicyFile } from "../../core/model/policy/policy-document.ts";
import { driverOf } from "../../drivers/drivers.ts";
import type { World } from "../../engine/session/world.ts";
import { cacheFolder } from "./cache-folder.ts";
import { openBackend } from "./open-backend.ts";
import { readPolicyFolder } from "./policy-folder.ts";
import { recordsIn } from "./records.ts";
import { runCommand } from "./run-command.ts";
import { programVersion } from "./version.ts";
import { volumeSpaceOf } from "./volume-space.ts";

/** A webhook that has not answered by then is taken for one that does not. */
const postTimeoutMs = 10 * second;

export interface RealWorldOptions {
  readonly machine: Machine;
  /** Policies that were handed over; they are not read from a folder then. */
  readonly policyFiles?: readonly PolicyFile[];
}

/** The world as it is: this machine's clock, files, network and programs. */
export function realWorld({ machine, policyFiles }: RealWorldOptions): World {
  return {
    now: () => Date.now(),
    random: (bytes) => randomBytes(bytes),
    machine,
    version: programVersion,
    cacheFolder: cacheFolder(),
    ...recordsIn(join(cacheFolder(), "records")),
    environment: (name) => process.env[name],
    readBytes: (path) => readFile(path),
    readPolicyFiles: async (folder) => policyFiles ?? readPolicyFolder(folder),
    run: runCommand,
    async connect(database, password) {
      // The SQL driver costs more to load than everything else: only who connects pays for it.
      const { connectSql } = await import("./connect-sql.ts");
      return connectSql(machine, database, password);
    },
    driverOf,
    openBackend: (location) => openBackend(location, machine),
    volumeSpace: volumeSpaceOf,
    processId: process.pid,
    isProcessRunning,
    async makeTemporaryFolder() {
      const path = await mkdtemp(join(tmpdir(), "sitekeep-"));
      return { path, remove: () => rm(path, { recursive: true, force: true }) };
    },
    async post(url, body, signal) {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.any([signal, AbortSignal.timeout(postTimeoutMs)]),
      });
      await answer.body?.cancel();
      return { status: answer.status, words: answer.statusText };
    },
    async sleep(ms, signal) {
      await sleepFor(ms, undefined, signal && { signal });
    },
  };
}

/** A process that belongs to somebody else runs, too. */
function isProcessRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
