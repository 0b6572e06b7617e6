import { spawnSync } from "node:child_process";
import { chmodSync, renameSync, rmSync } from "node:fs";
import { basename, dirname } from "node:path";

import { asideFile, keep, takeBack } from "./keepsakes.ts";

/**
 * Makes a file that can be listed but not read, as one that a program on Windows holds open.
 *
 * An ordinary account loses its right to read it (EACCES). The superuser may read whatever the mode says,
 * so for that account a socket of the same name stands in: it is listed, and opening it fails at once
 * (ENXIO) and never hangs, as a named pipe would.
 */
export function lockFile(lab: string, name: string, file: string): void {
  const way = process.getuid?.() === 0 ? "socket" : "mode";
  keep(lab, name, { way });
  if (way === "mode") chmodSync(file, 0);
  else {
    renameSync(file, asideFile(lab, name));
    standInSocket(file);
  }
}

/** Lets a file be read again that an incident of this name has locked. */
export function unlockFile(lab: string, name: string, file: string): void {
  const kept = takeBack<{ way: string }>(lab, name);
  if (kept === undefined) return;
  if (kept.way === "mode") chmodSync(file, 0o644);
  else {
    rmSync(file);
    renameSync(asideFile(lab, name), file);
  }
}

/**
 * A process that ends without tidying up leaves its socket; a relative name evades the limit on its length.
 */
function standInSocket(file: string): void {
  const listen = `require("node:net").createServer().listen(${JSON.stringify(basename(file))},
    () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", listen], { cwd: dirname(file) });
}
