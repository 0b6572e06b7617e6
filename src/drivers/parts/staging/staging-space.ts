import { formatBytes } from "../../../core/base/bytes.ts";
import { type Fact, known, unknown } from "../../../core/base/fact.ts";
import { type Problem, ProblemError } from "../../../core/base/problem.ts";
import { second } from "../../../core/base/instant.ts";
import { aboutMachine } from "../../../core/base/subject.ts";
import type { DatabaseAddress } from "../../../core/model/policy/source.ts";
import type { CaptureMode } from "../../../core/model/repository/snapshot.ts";
import { fileProblem } from "../../access/files/file-problems.ts";
import { lastSizes, sizesOf, usedBytesOf, usedPages } from "../../access/sql/backup-size.ts";
import type { SqlRunner } from "../../access/sql/sql-runner.ts";
import type { Means, VolumeSpace } from "../../driver.ts";
import { ask } from "../session/ask.ts";
import { floorOf, needOf } from "./backup-need.ts";
import type { StagingFolder } from "./staging.ts";

/** A backup for which there is to be room. */
export interface RoomRequest {
  readonly database: DatabaseAddress;
  readonly where: string;
  readonly mode: CaptureMode;
  readonly compression: boolean;
  /** Whether the policy could ask for compression. */
  readonly mayCompress: boolean;
}

/** The room in a staging folder, and what a backup will take of it. */
export interface Room {
  readonly space: Fact<VolumeSpace>;
  /** Absent: nothing tells it. */
  readonly needBytes?: number;
}

/** Asks for the room of a folder, and for the size of a backup that is to be made there. */
export async function readRoom(
  request: RoomRequest,
  {
    sql,
    means,
    staging,
  }: { readonly sql: SqlRunner; readonly means: Means; readonly staging: StagingFolder },
): Promise<Room> {
  const { database, where } = request;
  const space = await readSpace(means, staging, where);
  const asking = { task: { database, where }, values: { database: database.name } };
  const used = await ask(sql, usedPages, asking);
  if (used.is !== "known") return { space };
  const sizes = await ask(sql, lastSizes, asking);
  const last = sizes.is === "known" ? sizesOf(sizes.value) : [];
  const needBytes = needOf({ ...request, used: usedBytesOf(used.value), last });
  return { space, ...(needBytes !== undefined && { needBytes }) };
}

/** The free space of the folder's volume, as this machine sees it. */
async function readSpace(means: Means, staging: StagingFolder, where: string): Promise<Fact<VolumeSpace>> {
  try {
    return known(await means.space(staging.local));
  } catch (thrown) {
    const place = { where, path: staging.read, what: "The staging folder", severity: "risk" } as const;
    return unknown(fileProblem(thrown as NodeJS.ErrnoException, place));
  }
}

/** Why there is not the room that a backup takes; nothing where there is, or where nobody can tell. */
export function roomProblem(
  request: RoomRequest,
  { space, needBytes = 0 }: Room,
  staging: StagingFolder,
): Problem | undefined {
  if (space.is !== "known") return undefined;
  const floor = floorOf(space.value);
  if (space.value.freeBytes - needBytes >= floor) return undefined;
  const takes = needBytes > 0 ? `takes about ${formatBytes(needBytes)}, and ` : "would not be safe: ";
  return {
    ...problemAt(request, staging),
    message: `A ${titleOf(request)} ${takes}${formatBytes(space.value.freeBytes)} are free where ${staging.sql} is, of which ${formatBytes(floor)} have to stay free for SQL Server's own files.`,
  };
}

/** How often the free space is looked at while SQL Server writes. */
const lookEveryMs = 2 * second;

/**
 * Lets SQL Server write, and stops it before it has filled the volume: its own files may lie there, and where
 * those can't grow the site stands still. A look that fails says nothing, and the next one is waited for.
 */
export async function whileThereIsRoom<Result>(
  request: RoomRequest,
  { means, staging }: { readonly means: Means; readonly staging: StagingFolder },
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ended = new AbortController();
  const full = new AbortController();
  const watching = watch(means, staging, {
    signal: AbortSignal.any([ended.signal, means.signal]),
    onFloor: (space) => full.abort(new ProblemError(stoppedProblem(request, staging, space))),
  });
  try {
    return await work(AbortSignal.any([means.signal, full.signal]));
  } finally {
    ended.abort();
    await watching;
  }
}

async function watch(
  means: Means,
  staging: StagingFolder,
  { signal, onFloor }: { readonly signal: AbortSignal; onFloor(space: VolumeSpace): void },
): Promise<void> {
  for (;;) {
    await means.sleep(lookEveryMs, signal).catch(() => undefined);
    if (signal.aborted) return;
    const space = await means.space(staging.local).catch(() => undefined);
    if (space && space.freeBytes < floorOf(space)) return onFloor(space);
  }
}

function stoppedProblem(request: RoomRequest, staging: StagingFolder, space: VolumeSpace): Problem {
  return {
    ...problemAt(request, staging),
    message: `The ${titleOf(request)} was stopped, for only ${formatBytes(space.freeBytes)} were left where ${staging.sql} is, and ${formatBytes(floorOf(space))} have to stay free for SQL Server's own files. Nothing of it is kept.`,
  };
}

function problemAt({ database, where, compression, mayCompress }: RoomRequest, staging: StagingFolder) {
  const { server, name } = database;
  const compress = mayCompress && !compression ? ", or set compression: true" : "";
  const preallocation = compression
    ? " SQL Server takes a third of the data's size at once; its trace flag 3042 has the file grow as needed."
    : "";
  return {
    code: "staging-full",
    severity: "error",
    where,
    hint: `Free space where ${staging.sql} is, name a larger folder under staging${compress}.${preallocation}`,
    about: aboutMachine({ kind: "database", server, name }),
  } as const;
}

function titleOf({ mode, database }: RoomRequest): string {
  return `${mode} backup of ${database.name}`;
}
