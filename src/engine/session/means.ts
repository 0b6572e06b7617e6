import { existsSync } from "node:fs";
import { toBase32 } from "../../core/base/bytes.ts";
import { given } from "../../core/base/given.ts";
import { minute } from "../../core/base/instant.ts";
import type { Machine } from "../../core/model/policy/machine.ts";
import type { ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import type { DatabaseAddress } from "../../core/model/policy/source.ts";
import type { SqlRunner } from "../../drivers/access/sql/sql-runner.ts";
import { reachPath } from "../../drivers/access/files/windows-path.ts";
import type { Means, WayToServer } from "../../drivers/driver.ts";
import { isGone, ownerOf } from "./owner.ts";
import type { Redactor } from "./redact.ts";
import { readSecret } from "./secrets.ts";
import type { World } from "./world.ts";

const toolTimeoutMs = 10 * minute;

/** The means of one step, and the end of what they made on this machine. */
export interface StepMeans {
  readonly means: Means;
  /** Removes temporary folders. Call it once, whatever became of the step. */
  dispose(): Promise<void>;
}

/** What a step brings to the means that its driver gets: when it must stop, and who hears of its progress. */
export interface MeansSetting {
  readonly signal: AbortSignal;
  readonly report: Means["report"];
  /** Connections to use instead of own ones. */
  readonly sql?: Means["sql"];
  /** Absent: nothing is captured. */
  readonly sealed?: boolean;
  /** Places of the program's own (`ownPlaces`). Absent: nothing is captured. */
  readonly own?: readonly string[];
}

/** Whether a policy's repositories are all encrypted, those of its copies among them. */
export function isSealed({ repository }: Pick<ResolvedPolicy, "repository">): boolean {
  return repository.encrypt && (repository.copies ?? []).every((it) => it.repository.encrypt);
}

/** How safe the way to a server is. A certificate that the machine file names has to be the one shown. */
export function wayTo(
  { serverCertificates }: Pick<Machine, "serverCertificates">,
  { server, encrypt, trustServerCertificate }: DatabaseAddress,
): WayToServer {
  if (encrypt === false) return "plain";
  const isPinned = serverCertificates?.[server] !== undefined;
  return trustServerCertificate && !isPinned ? "anybody" : "proven";
}

/** Opens a connection of its own, with the login's password read at this moment. */
export async function connect(
  { world, redactor }: { readonly world: World; readonly redactor: Redactor },
  database: DatabaseAddress,
): Promise<SqlRunner> {
  const { auth } = database;
  const password = auth.as === "login" ? await readSecret(world, redactor, auth.password) : undefined;
  return world.connect(database, password);
}

/** The first place at which a tool lies. */
function usualPlace(places: readonly string[] = []): string | undefined {
  return places.find((place) => existsSync(place));
}

/** Builds what a driver may touch the machine with, for one step. */
export function makeMeans(world: World, redactor: Redactor, step: MeansSetting): StepMeans {
  const folders: { remove(): Promise<void> }[] = [];
  const means: Means = {
    now: () => world.now(),
    signal: step.signal,
    report: step.report,
    nonce: () => toBase32(world.random(8)).slice(0, 12),
    secret: (reference) => readSecret(world, redactor, reference),
    conceal: (secret) => redactor.register(secret),
    sealed: step.sealed ?? false,
    own: step.own ?? [],
    wayTo: (database) => wayTo(world.machine, database),
    localPath: (path, on) => reachPath(path, on, world.machine),
    space: (folder) => world.volumeSpace(folder),
    sleep: (ms, signal) => world.sleep(ms, signal),
    owner: ownerOf(world),
    isGone: (owner) => isGone(world, owner),
    sql: step.sql ?? ((database) => connect({ world, redactor }, database)),
    runTool(tool, args, options) {
      const line = [
        ...(world.machine.tools[tool] ?? [usualPlace(options?.places) ?? `${tool}.exe`]),
        ...args,
      ];
      const timeoutMs = options?.timeoutMs ?? toolTimeoutMs;
      return world.run({ line, timeoutMs, signal: step.signal, ...given({ input: options?.input }) });
    },
    isToolNamed: (tool) => world.machine.tools[tool] !== undefined,
    async temporaryFolder() {
      const folder = await world.makeTemporaryFolder();
      folders.push(folder);
      return folder.path;
    },
  };
  return {
    means,
    async dispose() {
      for (const folder of folders) await folder.remove();
    },
  };
}
