import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it that are missing. Gives the first that was made, or nothing when all were there.
 * Node's own recursive `mkdir` never comes back from below a folder that can hold none, such as `/proc`.
 */
export async function makeFolders(folder: string): Promise<string | undefined> {
  try {
    return await makeOne(folder);
  } catch (error) {
    const above = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || above === folder) throw error;
    // Another writer may have made the one above meanwhile: then this one can be made now, or never.
    const first = (await isFolder(above)) ? undefined : await makeFolders(above);
    const made = await makeOne(folder);
    return first ?? made;
  }
}

/** Gives the folder when it was made, nothing when it was there. */
async function makeOne(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder);
    return folder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST" && (await isFolder(folder))) return undefined;
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
