import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it that are missing. Gives the first that was made, or nothing when all were there.
 * Node's own recursive `mkdir` never comes back from below a folder that can hold none, such as `/proc`.
 */
export async function makeFolders(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder);
    return folder;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && (await isFolder(folder))) return undefined;
    const above = dirname(folder);
    if (code !== "ENOENT" || above === folder || (await isFolder(above))) throw error;
    const first = await makeFolders(above);
    return (await makeFolders(folder)) === undefined ? first : (first ?? folder);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
