import { createHash } from "node:crypto";
import { canonicalJson, type JsonObject } from "../../core/base/json.ts";
import type { Plan } from "../../core/model/plan.ts";
import { isRunFinish, isRunStart, type Run, type RunFinish } from "../../core/model/run.ts";
import type { FoundRecords } from "../../core/model/repository/found-records.ts";
import type { Repository } from "../../store/repository.ts";
import type { World } from "./world.ts";

const runsFolder = "runs/";

/** SHA-256 of a plan's canonical JSON: names the plan in records, and makes a saved one single-use. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

/** Writes the start of a run under this machine's next number. Two processes at once get two numbers. */
export async function recordStart(
  world: World,
  repository: Repository,
  start: { readonly plan: Plan; readonly trigger: Run["trigger"] },
): Promise<Run> {
  // Names of records are in small letters, so that every file system keeps them apart.
  const machine = world.machine.identity.toLowerCase();
  const mine = (await readRuns(repository)).runs.filter((run) => run.machine === machine);
  const last = mine.at(-1);
  for (let sequence = (last?.sequence ?? 0) + 1; ; sequence += 1) {
    const run: Run = {
      id: `${machine}-${String(sequence).padStart(8, "0")}`,
      machine,
      sequence,
      startedAt: world.now(),
      trigger: start.trigger,
      planDigest: digestOf(start.plan),
      sites: start.plan.sites.map((it) => it.site),
      ...(last && { previous: digestOf(last) }),
    };
    if (await repository.putRecord(`${runsFolder}${run.id}/started`, toJson(run))) return run;
  }
}

/** Writes the end of a run. Its start stays as it is. */
export async function recordFinish(repository: Repository, run: Run, finish: RunFinish): Promise<void> {
  await repository.putRecord(`${runsFolder}${run.id}/finished`, toJson(finish));
}

/**
 * Every run of the repository, oldest first within a machine; one without `finished` was interrupted or still
 * runs.
 */
export async function readRuns(repository: Repository): Promise<FoundRuns> {
  return runsOf(await repository.records(runsFolder));
}

/** The runs that records tell of, and the names of objects that tell of none, though they should. */
export interface FoundRuns {
  readonly runs: readonly Run[];
  /** A history with these holes must let no brake go. */
  readonly unreadable: readonly string[];
}

/** The runs that records tell of. What no version wrote counts as unreadable. */
export function runsOf({ records, unreadable }: FoundRecords): FoundRuns {
  const finished = new Map<string, RunFinish>();
  const started: Run[] = [];
  const malformed: string[] = [];
  for (const { name, record } of records) {
    if (name.endsWith("/finished") && isRunFinish(record))
      finished.set(name.split("/")[1]!, record as unknown as RunFinish);
    else if (name.endsWith("/started") && isRunStart(record)) started.push(record as unknown as Run);
    else if (/\/(started|finished)$/.test(name)) malformed.push(`records/${name}`);
  }
  const runs = started
    .map((run) => (finished.has(run.id) ? { ...run, finished: finished.get(run.id)! } : run))
    .sort((left, right) => left.startedAt - right.startedAt || left.sequence - right.sequence);
  return { runs, unreadable: [...unreadable, ...malformed].sort() };
}

function toJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
