import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { site } from "./hierarchy.ts";

/** Where a machine of the lab keeps its drives. */
export function hostFolder(lab: string, host: string): string {
  return join(lab, "hosts", host.split(".")[0]!);
}

/** The folder that plays a Windows path of a machine: `D:\Sources` of cm01 is `hosts/cm01/D/Sources`. */
export function onHost(lab: string, host: string, windowsPath: string): string {
  const [drive, ...rest] = windowsPath.split("\\");
  return join(hostFolder(lab, host), drive!.replace(":", ""), ...rest.filter((part) => part !== ""));
}

/** A path inside the installation folder of the site server. */
export function inInstallFolder(lab: string, ...parts: readonly string[]): string {
  return join(onHost(lab, site.server, site.installFolder), ...parts);
}

/** A file to be made: where, what, and when Windows would say that it was last changed. */
export interface NewFile {
  readonly path: string;
  readonly bytes: string | Uint8Array;
  readonly modifiedMs: number;
}

/** Writes a file and the folders above it. Whole seconds, so the time survives every file system. */
export function writeDated({ path, bytes, modifiedMs }: NewFile): void {
  try {
    writeFileSync(path, bytes);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") throw thrown;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  const seconds = Math.floor(modifiedMs / 1000);
  utimesSync(path, seconds, seconds);
}
