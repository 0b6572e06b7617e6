import { mkdirSync, rmSync, statfsSync } from "node:fs";

/** Ten times the room that the temporary files of one run need at a time. */
const roomBytes = 2 ** 30;

/**
 * Where most tests have their temporary files: in memory, on Linux. They make tens of thousands of small ones,
 * and a disk makes them cost twice as much. Nothing is given where there is no such place or too little of it
 * (a container's 64 MiB), where TMPDIR names another, or where SITEKEEP_TESTS_ON_DISK is 1.
 */
export function memoryFolder(): string | undefined {
  const isElsewhere = process.env["TMPDIR"] !== undefined || process.env["SITEKEEP_TESTS_ON_DISK"] === "1";
  if (process.platform !== "linux" || isElsewhere) return undefined;
  return roomIn("/dev/shm") < roomBytes ? undefined : `/dev/shm/sitekeep-tests-${process.pid}`;
}

function roomIn(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

/** Of the whole run: workers find the folder named in TMPDIR. */
export function setup(): () => void {
  const folder = memoryFolder();
  if (folder === undefined) return () => undefined;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return () => rmSync(folder, { recursive: true, force: true });
}
