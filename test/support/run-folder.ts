import { mkdirSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Ten times the room that the temporary files of one run need at a time. */
const roomBytes = 2 ** 30;

/** Where most tests have their temporary files: a folder of the run, so that what a test leaves goes too. */
export function runFolder(): string {
  return join(isMemoryGiven() ? "/dev/shm" : tmpdir(), `sitekeep-tests-${process.pid}`);
}

/**
 * Tests make tens of thousands of small files, and a disk makes them cost twice as much as memory does. No
 * memory is taken where there is too little of it (a container's 64 MiB), where TMPDIR names another place,
 * or where SITEKEEP_TESTS_ON_DISK is 1.
 */
function isMemoryGiven(): boolean {
  const isElsewhere = process.env["TMPDIR"] !== undefined || process.env["SITEKEEP_TESTS_ON_DISK"] === "1";
  return process.platform === "linux" && !isElsewhere && roomIn("/dev/shm") >= roomBytes;
}

function roomIn(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

/** Of the whole run: workers find the folder named in their environment. */
export function setup(): () => void {
  const folder = runFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return () => rmSync(folder, { recursive: true, force: true });
}
