import { stat } from "node:fs/promises";
import { formatBytes } from "../../../core/base/bytes.ts";
import { type Problem, ProblemError } from "../../../core/base/problem.ts";
import { aboutMachine } from "../../../core/base/subject.ts";
import type { DatabaseAddress } from "../../../core/model/policy/source.ts";
import { cutPath } from "../../access/files/windows-path.ts";
import { parseServerName } from "../../../core/base/server-name.ts";
import type { Means } from "../../driver.ts";
import { floorOf } from "./backup-need.ts";
import type { StagingFolder } from "./staging.ts";

/** A restore for which there is to be room. */
interface RestoreSizes {
  readonly target: DatabaseAddress;
  readonly where: string;
  readonly staging: StagingFolder;
  /** The backups, as files of this machine: all of them lie in the staging folder together. */
  readonly files: readonly string[];
  /** Where new data files will lie. Absent: the instance does not tell, or there are some already. */
  readonly dataFolder?: string;
  /** Of the database's data files, as they were at the backup. Absent: nothing tells it. */
  readonly dataBytes?: number;
}

/** One folder of the target's machine, and what is to lie there. */
interface Part {
  readonly what: string;
  readonly folder: string;
  readonly local: string;
  readonly bytes: number;
}

/**
 * Throws a problem where a restore can't fit, before anything is copied. What nobody can ask is left to SQL
 * Server, which looks for room before it writes a database (3257).
 */
export async function requireRestoreRoom(sizes: RestoreSizes, means: Means): Promise<void> {
  for (const parts of Map.groupBy(await partsOf(sizes, means), volumeOf).values()) {
    const space = await means.space(parts[0]!.local).catch(() => undefined);
    const bytes = parts.reduce((sum, it) => sum + it.bytes, 0);
    if (space && space.freeBytes - bytes < floorOf(space))
      throw new ProblemError(noRoom(sizes, parts, { freeBytes: space.freeBytes, floor: floorOf(space) }));
  }
}

async function partsOf(
  { target, staging, files, dataFolder, dataBytes }: RestoreSizes,
  means: Means,
): Promise<readonly Part[]> {
  const backups = await Promise.all(files.map(sizeOf));
  const staged: Part = {
    what: "the backups",
    folder: staging.sql,
    local: staging.local,
    bytes: backups.reduce((sum, it) => sum + it, 0),
  };
  if (dataFolder === undefined || dataBytes === undefined) return [staged];
  const { host } = parseServerName(target.server);
  const local = means.localPath(dataFolder, host);
  return [staged, { what: "the data files", folder: dataFolder, local, bytes: dataBytes }];
}

/** A file that can't be read is told where it is copied. */
async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found?.size ?? 0;
}

/** The drive or the share: two folders of one of them share its room. */
function volumeOf({ folder }: Part): string {
  return cutPath(folder)?.root.toLowerCase() ?? folder;
}

function noRoom(
  { target: { server, name }, where }: RestoreSizes,
  parts: readonly Part[],
  { freeBytes, floor }: { readonly freeBytes: number; readonly floor: number },
): Problem {
  const takes = parts.map(({ what, bytes }) => `${what} (${formatBytes(bytes)})`).join(" and ");
  const places = [...new Set(parts.map(({ folder }) => folder))].join(" and ");
  return {
    code: "disk-full",
    severity: "error",
    message: `To restore ${name}, ${takes} have to go to ${places} of ${server}, where ${formatBytes(freeBytes)} are free, of which ${formatBytes(floor)} have to stay free. Nothing was copied.`,
    where,
    hint: "Free space there, name a folder of another drive with --staging, or restore to a server with larger disks.",
    about: aboutMachine({ kind: "database", server, name }),
  };
}
