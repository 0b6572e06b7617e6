import { realpath } from "node:fs/promises";
import { isWithin, relativePath } from "./windows-path.ts";

/** What of the program's own lies in a folder. */
export interface OwnPaths {
  /** The folder itself belongs to the program, or lies in a folder that does. */
  readonly isOwn: boolean;
  /** Paths below the folder, `/`-separated, as `ownKey` writes them. */
  readonly below: ReadonlySet<string>;
}

/** Looks which places of the program's own a folder holds, or is itself part of. */
export async function findOwnPaths(folder: string, own: readonly string[]): Promise<OwnPaths> {
  const real = await realpath(folder).catch(() => folder);
  const below = own.flatMap((place) => relativePath(place, real) ?? []).filter((it) => it !== "");
  return { isOwn: own.some((place) => isWithin(real, place)), below: new Set(below.map(ownKey)) };
}

/** A path as it is compared: letters of either case are one, as on Windows. */
export function ownKey(path: string): string {
  return path.toLowerCase();
}
