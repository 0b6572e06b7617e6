import { existsSync } from "node:fs";
import { dirname, relative } from "node:path";
import type { Engine } from "../engine.ts";
import { refuseIfInUse } from "../execute/run-database.ts";
import type { DatabaseState } from "../instance-state.ts";
import { SqlError } from "../sql-error.ts";
import type { Options } from "./backup-options.ts";
import type { SetStart } from "./backup-set.ts";
import { toLocalPath } from "./device-path.ts";

/** Where the files of a restored database go. */
export interface RestoreTarget {
  readonly existing: DatabaseState | undefined;
  readonly dataFile: string;
  readonly logFile: string;
  /** Below the instance's folder. */
  readonly localFile: string;
  readonly localLog: string;
}

/** Finds the place of a full restore, and refuses to overwrite what it must not. */
export function findTarget(engine: Engine, name: string, start: SetStart, options: Options): RestoreTarget {
  const existing = engine.findDatabase(name);
  if (existing !== undefined) checkExisting(engine, existing, start, options);
  const { logicalData, logicalLog } = start.database;
  const strange = options.moves.find(
    ({ logical }) => !isSame(logical, logicalData) && !isSame(logical, logicalLog),
  );
  if (strange !== undefined) {
    const text = `Logical file '${strange.logical}' is not part of database '${name}'. Use RESTORE FILELISTONLY to list the logical file names.`;
    throw new SqlError(3234, text);
  }
  const moved = (logical: string): string | undefined =>
    options.moves.find((it) => isSame(it.logical, logical))?.physical;
  const dataFile = moved(logicalData) ?? existing?.dataFile ?? start.database.dataFile;
  const logFile = moved(logicalLog) ?? existing?.logFile ?? start.database.logFile;
  return {
    existing,
    dataFile,
    logFile,
    localFile: place(engine, dataFile, existing),
    localLog: place(engine, logFile, existing),
  };
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

function checkExisting(engine: Engine, existing: DatabaseState, start: SetStart, options: Options): void {
  const { name } = existing;
  if (!options.has("REPLACE") && existing.familyGuid !== start.database.familyGuid) {
    throw new SqlError(
      3154,
      `The backup set holds a backup of a database other than the existing '${name}' database.`,
    );
  }
  if (!options.has("REPLACE") && existing.recoveryModel === "FULL" && existing.restoring === null) {
    throw new SqlError(
      3159,
      `The tail of the log for the database "${name}" has not been backed up. Use BACKUP LOG WITH NORECOVERY to backup the log if it contains work you do not want to lose. Use the WITH REPLACE or WITH STOPAT clause of the RESTORE statement to just overwrite the contents of the log.`,
    );
  }
  refuseIfInUse(
    engine,
    existing,
    "Exclusive access could not be obtained because the database is in use.",
    3101,
  );
}

function place(engine: Engine, windowsPath: string, existing: DatabaseState | undefined): string {
  const owner = engine.state.databases.find(
    (it) => it !== existing && (isSame(it.dataFile, windowsPath) || isSame(it.logFile, windowsPath)),
  );
  if (owner !== undefined) {
    const text = `The file '${windowsPath}' cannot be overwritten. It is being used by database '${owner.name}'.`;
    throw new SqlError(1834, text);
  }
  const local = toLocalPath(engine, windowsPath);
  if (local === undefined || !existsSync(dirname(local))) {
    const why = "3(The system cannot find the path specified.)";
    const text = `Directory lookup for the file "${windowsPath}" failed with the operating system error ${why}.`;
    throw new SqlError(5133, text);
  }
  return relative(engine.folder, local);
}
