import { dirname } from "node:path";
import { type Disk, realDisk } from "./disk.ts";

/**
 * Makes a folder and those above it that are missing. Gives the first that was made, or nothing when all were
 * there. Node's own recursive `mkdir` never comes back from below a folder that can hold none, such as
 * `/proc`.
 */
export function makeFolders(folder: string): Promise<string | undefined> {
  return makeFoldersOn(realDisk, folder);
}

/** Makes folders as `makeFolders` does, by the calls of a disk. */
export async function makeFoldersOn(disk: Disk, folder: string): Promise<string | undefined> {
  try {
    return await makeOne(disk, folder);
  } catch (thrown) {
    const above = dirname(folder);
    if ((thrown as NodeJS.ErrnoException).code !== "ENOENT" || above === folder) throw thrown;
    // Another writer may have made the one above meanwhile: then this one can be made now, or never.
    const first = (await isFolder(disk, above)) ? undefined : await makeFoldersOn(disk, above);
    const made = await makeOne(disk, folder);
    return first ?? made;
  }
}

/** Gives the folder when it was made, nothing when it was there. */
async function makeOne(disk: Disk, folder: string): Promise<string | undefined> {
  try {
    await disk.mkdir(folder);
    return folder;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "EEXIST" && (await isFolder(disk, folder)))
      return undefined;
    throw thrown;
  }
}

async function isFolder(disk: Disk, path: string): Promise<boolean> {
  return await disk.stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
