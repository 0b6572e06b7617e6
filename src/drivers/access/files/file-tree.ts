import { lstat } from "node:fs/promises";
import type { FoundEntry, TakeEntry, Walked, WalkOptions } from "./found-entry.ts";
import type { Failure } from "./list-folder.ts";
import { TreeWalk } from "./tree-walk.ts";

/**
 * Walks a folder and hands on each entry below it, in the order of their paths, which is how the store keeps
 * a tree. Links are not followed: what they point to is not below the folder. What can't be read is a remark
 * and the rest goes on; only the folder itself must be there.
 */
export async function walkTree(folder: string, take: TakeEntry, options: WalkOptions = {}): Promise<Walked> {
  const walk = new TreeWalk(folder, take, options);
  try {
    await walk.run();
    return { remarks: walk.remarks, idle: walk.idle };
  } finally {
    await walk.close();
  }
}

/** Looks at one file or folder; `undefined` when there is none, a throw when it can't be told. */
export async function statEntry(file: string): Promise<FoundEntry | undefined> {
  try {
    const look = await lstat(file);
    if (!look.isFile() && !look.isDirectory()) return undefined;
    const type = look.isFile() ? "file" : "folder";
    const [modifiedAt, changedAt] = [Math.trunc(look.mtimeMs), Math.trunc(look.ctimeMs)];
    const size = look.isFile() ? look.size : 0;
    return { path: "", file, type, size, modifiedAt, fileId: look.ino, changedAt };
  } catch (thrown) {
    if (isAbsent(thrown as Failure)) return undefined;
    throw thrown;
  }
}

/** True for the errors that say that nothing is there. */
export function isAbsent({ code }: Pick<Failure, "code">): boolean {
  return code === "ENOENT" || code === "ENOTDIR";
}
