import { spawnSync } from "node:child_process";
import { chmodSync, renameSync, rmSync } from "node:fs";
import { basename, dirname } from "node:path";

import { publisherDatabase } from "../site/updates-publisher.ts";
import { asideFile, keep, takeBack } from "./keepsakes.ts";

const name = "locked-scupdb";
const user = "ben";

/**
 * Makes a file that can be listed but not read, as one that a program on Windows holds open.
 *
 * An ordinary account loses its right to read it (EACCES). The superuser may read whatever the mode says,
 * so for that account a socket of the same name stands in: it is listed, and opening it fails at once
 * (ENXIO) and never hangs, as a named pipe would.
 */
export function lockPublisherDatabase(lab: string): string {
  const file = publisherDatabase(lab, user);
  const way = process.getuid?.() === 0 ? "socket" : "mode";
  keep(lab, name, { way });
  if (way === "mode") chmodSync(file, 0);
  else {
    renameSync(file, asideFile(lab, name));
    standInSocket(file);
  }
  return `${user}'s Scupdb.sdf can't be read.`;
}

export function unlockPublisherDatabase(lab: string): string {
  const file = publisherDatabase(lab, user);
  const kept = takeBack<{ way: string }>(lab, name);
  if (kept === undefined) return "No database was locked.";
  if (kept.way === "mode") chmodSync(file, 0o644);
  else {
    rmSync(file);
    renameSync(asideFile(lab, name), file);
  }
  return `${user}'s Scupdb.sdf can be read again.`;
}

/**
 * A process that ends without tidying up leaves its socket; a relative name evades the limit on its length.
 */
function standInSocket(file: string): void {
  const listen = `require("node:net").createServer().listen(${JSON.stringify(basename(file))},
    () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", listen], { cwd: dirname(file) });
}
