import { randomBytes } from "node:crypto";
import { link, open, readdir, rename, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Backend, ObjectMissing } from "./backend.ts";
import { makeFolders } from "./make-folders.ts";

/** Folders and sizes asked for at once while listing: a share answers each one after a round trip. */
const listRequestsMax = 32;
/** Marks files that are not whole yet. No object's name begins so, and `list` passes over them. */
const temporaryMark = ".tmp-";

/**
 * Keeps objects as files below a folder, on a disk or a share. An object gets its name when its bytes are on
 * the disk, so that a name stands for whole bytes even after a power cut.
 */
export function folderBackend(root: string): Backend {
  const pathOf = (name: string): string => join(root, ...name.split("/"));
  return {
    title: `folder ${root}`,

    async put(name, bytes) {
      const path = pathOf(name);
      if (await holds(path, bytes)) return;
      const temporary = await writeTemporary(path, bytes);
      await rename(temporary, path).catch((error) => removeAndThrow(temporary, error));
      await flushFolder(dirname(path));
    },

    async putNew(name, bytes) {
      const path = pathOf(name);
      const temporary = await writeTemporary(path, bytes);
      const isNew = await nameExclusively(temporary, path, bytes);
      await flushFolder(dirname(path));
      return isNew;
    },

    get: (name, part) => readObject(name, pathOf(name), part),
    list: (prefix) => listObjects(root, prefix),

    async remove(name) {
      await unlink(pathOf(name)).catch((error) => ignoreIf(error, "ENOENT", "ENOTDIR"));
    },

    move: (from, to) => moveObject({ name: from, path: pathOf(from) }, pathOf(to)),
  };
}

/** The new name is on the disk before the old one is given up there: a power cut may show both, never neither. */
async function moveObject(from: { readonly name: string; readonly path: string }, to: string): Promise<void> {
  await makeFolder(dirname(to));
  await rename(from.path, to).catch(async (error) => {
    ignoreIf(error, "ENOENT", "ENOTDIR");
    await stat(to).catch((absent) => {
      ignoreIf(absent, "ENOENT", "ENOTDIR");
      throw new ObjectMissing(from.name);
    });
  });
  await flushFolder(dirname(to));
  await flushFolder(dirname(from.path));
}

/** An object's bytes never change: one of the same size is what a retry finds of its first try. */
async function holds(path: string, bytes: Uint8Array): Promise<boolean> {
  const found = await stat(path).catch((error) => ignoreIf(error, "ENOENT", "ENOTDIR"));
  if (found?.size !== bytes.length) return false;
  const handle = await open(path, "r");
  try {
    return Buffer.compare(await handle.readFile(), bytes) === 0;
  } finally {
    await handle.close();
  }
}

async function writeTemporary(path: string, bytes: Uint8Array): Promise<string> {
  const folder = dirname(path);
  const temporary = join(folder, `${temporaryMark}${randomBytes(8).toString("hex")}`);
  const handle = await open(temporary, "wx").catch(async (error) => {
    ignoreIf(error, "ENOENT");
    await makeFolder(folder);
    return open(temporary, "wx");
  });
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } catch (error) {
    await handle.close();
    return removeAndThrow(temporary, error);
  }
  await handle.close();
  return temporary;
}

/** New folders are flushed into their parents, or a power cut takes them away with all they hold. */
async function makeFolder(folder: string): Promise<void> {
  const first = await makeFolders(folder);
  if (first === undefined) return;
  for (let made = folder; ; made = dirname(made)) {
    await flushFolder(dirname(made));
    if (made === first || made === dirname(made)) return;
  }
}

/**
 * Gives a file its name unless the name is taken; the file system decides. Without hard links (some shares) the
 * object is created under its name at once: it ends in its digest, so a torn one counts as absent.
 */
async function nameExclusively(temporary: string, path: string, bytes: Uint8Array): Promise<boolean> {
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    if (!linkRefusals.has(codeOf(error))) throw error;
    return await createExclusively(path, bytes);
  } finally {
    await unlink(temporary);
  }
}

const linkRefusals = new Set([
  "EPERM",
  "ENOSYS",
  "ENOTSUP",
  "EOPNOTSUPP",
  "EINVAL",
  "EACCES",
  "EISDIR",
  "UNKNOWN",
]);

async function createExclusively(path: string, bytes: Uint8Array): Promise<boolean> {
  const handle = await open(path, "wx").catch((error) => ignoreIf(error, "EEXIST"));
  if (!handle) return false;
  try {
    await handle.writeFile(bytes);
    await handle.sync();
    return true;
  } finally {
    await handle.close();
  }
}

async function readObject(
  name: string,
  path: string,
  part: { readonly offset: number; readonly length: number } | undefined,
): Promise<Uint8Array> {
  const handle = await open(path, "r").catch((error) => {
    ignoreIf(error, "ENOENT", "ENOTDIR");
    throw new ObjectMissing(name);
  });
  try {
    if (!part) return await handle.readFile();
    const offset = part.offset < 0 ? Math.max(0, (await handle.stat()).size + part.offset) : part.offset;
    const bytes = Buffer.allocUnsafeSlow(part.length);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length, offset + length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await handle.close();
  }
}

interface Listed {
  readonly objects: readonly { readonly name: string; readonly size: number }[];
  readonly folders: readonly string[];
}

/** Walks the folders below the prefix's last `/`, many at a time. */
async function* listObjects(root: string, prefix: string): ReturnType<Backend["list"]> {
  let folders: readonly string[] = [prefix.slice(0, prefix.lastIndexOf("/") + 1)];
  while (folders.length > 0) {
    const deeper: string[] = [];
    for (let at = 0; at < folders.length; at += listRequestsMax) {
      const batch = folders.slice(at, at + listRequestsMax);
      for (const listed of await Promise.all(batch.map((folder) => listFolder(root, folder, prefix)))) {
        yield* listed.objects;
        deeper.push(...listed.folders);
      }
    }
    folders = deeper;
  }
}

async function listFolder(root: string, folder: string, prefix: string): Promise<Listed> {
  const path = join(root, folder);
  const entries =
    (await readdir(path, { withFileTypes: true }).catch((error) => ignoreIf(error, "ENOENT", "ENOTDIR"))) ??
    [];
  const wanted = entries.filter((entry) => !entry.name.startsWith(temporaryMark));
  const folders = wanted
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${folder}${entry.name}/`)
    .filter((name) => name.startsWith(prefix) || prefix.startsWith(name));
  const names = wanted
    .filter((entry) => entry.isFile())
    .map((entry) => `${folder}${entry.name}`)
    .filter((name) => name.startsWith(prefix));
  return { folders, objects: await sizesOf(root, names) };
}

async function sizesOf(root: string, names: readonly string[]): Promise<Listed["objects"]> {
  const objects: { name: string; size: number }[] = [];
  for (let at = 0; at < names.length; at += listRequestsMax) {
    const found = names.slice(at, at + listRequestsMax).map(async (name) => {
      // Gone since its folder was read: no longer an object.
      const facts = await stat(join(root, name)).catch((error) => ignoreIf(error, "ENOENT"));
      if (facts) objects.push({ name, size: facts.size });
    });
    await Promise.all(found);
  }
  return objects;
}

/** Windows can't flush a folder; NTFS journals names by itself. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch((error) =>
    ignoreIf(error, "EISDIR", "EPERM", "EACCES", "EINVAL"),
  );
  if (!handle) return;
  try {
    await handle.sync().catch((error) => ignoreIf(error, "EPERM", "EINVAL", "EBADF", "ENOTSUP", "EISDIR"));
  } finally {
    await handle.close();
  }
}

async function removeAndThrow(path: string, error: unknown): Promise<never> {
  await unlink(path).catch(() => undefined);
  throw error;
}

/** Passes errors on but for those that are expected here. */
function ignoreIf(error: unknown, ...codes: readonly string[]): undefined {
  if (!codes.includes(codeOf(error))) throw error;
  return undefined;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}
