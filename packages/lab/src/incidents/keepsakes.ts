import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Remembers what an incident must put back when it is turned off. */
export function keep(lab: string, name: string, what: object): void {
  mkdirSync(join(lab, "incidents"), { recursive: true });
  writeFileSync(keepsakeFile(lab, name), JSON.stringify(what, undefined, 1));
}

/** Returns what was kept, and forgets it. */
export function takeBack<T>(lab: string, name: string): T | undefined {
  const file = keepsakeFile(lab, name);
  if (!existsSync(file)) return undefined;
  const kept = JSON.parse(readFileSync(file, "utf8")) as T;
  rmSync(file);
  return kept;
}

/** Where an incident may put a file that it takes out of the way. */
export function asideFile(lab: string, name: string): string {
  mkdirSync(join(lab, "incidents"), { recursive: true });
  return join(lab, "incidents", `${name}.aside`);
}

function keepsakeFile(lab: string, name: string): string {
  return join(lab, "incidents", `${name}.json`);
}
