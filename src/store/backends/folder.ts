import { randomBytes } from "node:crypto";
import { dirname, join, resolve } from "node:path";
import { type Backend, type ListedObject, ObjectMissing } from "./backend.ts";
import { type Disk, type DiskFile, realDisk } from "./disk.ts";
import { makeFoldersOn } from "./make-folders.ts";

/** Folders and sizes asked for at once while listing: a share answers each one after a round trip. */
const listRequestsMax = 32;
/** Marks files that are not whole yet. No object's name begins so, and `list` passes over them. */
const temporaryMark = ".tmp-";

/**
 * Keeps objects as files below a folder, on a disk or a share. An object gets its name when its bytes are on
 * the disk, so that a name stands for whole bytes even after a power cut. A change has come back when it is
 * durable.
 */
export function folderBackend(folder: string, disk: Disk = realDisk): Backend {
  const root = resolve(folder);
  const pathOf = (name: string): string => join(root, ...name.split("/"));
  const anchor = makeAnchor(root, disk);
  const settle = async (path: string): Promise<void> => {
    await anchor(dirname(path));
    await flushFolder(disk, dirname(path));
  };
  return {
    title: `folder ${folder}`,

    async put(name, bytes) {
      const path = pathOf(name);
      if (!(await holds(disk, path, bytes))) {
        const temporary = await writeTemporary(disk, path, bytes, root);
        await disk.rename(temporary, path).catch((thrown) => removeAndThrow(disk, temporary, thrown));
      }
      await settle(path);
    },

    async putNew(name, bytes) {
      const path = pathOf(name);
      const temporary = await writeTemporary(disk, path, bytes, root);
      const isNew = await nameExclusively(disk, temporary, path, bytes);
      await settle(path);
      return isNew;
    },

    get: (name, part) => readObject(disk, pathOf(name), name, part),
    list: (prefix) => listFiles(disk, root, { prefix, isWanted: (name) => !isTemporary(name) }),
    unfinished: () => listFiles(disk, root, { prefix: "", isWanted: isTemporary }),

    async remove(name) {
      const path = pathOf(name);
      await disk.unlink(path).catch((thrown) => ignoreIf(thrown, "ENOENT", "ENOTDIR"));
      // What is gone must not come back after something else went that it needs.
      await flushFolder(disk, dirname(path)).catch((thrown) => ignoreIf(thrown, "ENOENT", "ENOTDIR"));
    },

    async move(from, to) {
      const target = pathOf(to);
      await makeFolder(disk, dirname(target), root);
      await anchor(dirname(target));
      await moveObject(disk, from, pathOf(from), target);
    },
  };
}

/**
 * The new name is on the disk before the old one is given up there: a power cut may show both, never neither.
 */
async function moveObject(disk: Disk, name: string, from: string, to: string): Promise<void> {
  await disk.rename(from, to).catch(async (error) => {
    ignoreIf(error, "ENOENT", "ENOTDIR");
    await disk.stat(to).catch((thrown) => {
      ignoreIf(thrown, "ENOENT", "ENOTDIR");
      throw new ObjectMissing(name);
    });
  });
  await flushFolder(disk, dirname(to));
  await flushFolder(disk, dirname(from)).catch((thrown) => ignoreIf(thrown, "ENOENT", "ENOTDIR"));
}

/**
 * Sees to it, once a folder, that the folder's own name is on the disk, and those above it up to the root.
 * Another writer may have made it a moment ago and not have flushed it yet, or have died before.
 */
function makeAnchor(root: string, disk: Disk): (folder: string) => Promise<void> {
  const anchored = new Map<string, Promise<unknown>>();
  const anchor = async (folder: string): Promise<void> => {
    const known = anchored.get(folder);
    if (known) return void (await known);
    const above = dirname(folder);
    // The folder above the root is not ours: it may refuse.
    const flushing =
      folder === root
        ? flushFolder(disk, above).catch(() => undefined)
        : Promise.all([anchor(above), flushFolder(disk, above)]);
    anchored.set(folder, flushing);
    await flushing.catch((thrown) => {
      anchored.delete(folder);
      throw thrown;
    });
  };
  return anchor;
}

/**
 * An object's bytes never change: one of the same size is what a retry finds of its first try. That may have
 * ended before the bytes were flushed.
 */
async function holds(disk: Disk, path: string, bytes: Uint8Array): Promise<boolean> {
  const found = await disk.stat(path).catch((thrown) => ignoreIf(thrown, "ENOENT", "ENOTDIR"));
  if (found?.size !== bytes.length) return false;
  const handle = await disk.open(path, "r+");
  try {
    const isSame = Buffer.compare(await handle.readFile(), bytes) === 0;
    if (isSame) await handle.sync();
    return isSame;
  } finally {
    await handle.close();
  }
}

async function writeTemporary(disk: Disk, path: string, bytes: Uint8Array, root: string): Promise<string> {
  const folder = dirname(path);
  const temporary = join(folder, `${temporaryMark}${randomBytes(8).toString("hex")}`);
  const handle = await disk.open(temporary, "wx").catch(async (thrown) => {
    ignoreIf(thrown, "ENOENT");
    await makeFolder(disk, folder, root);
    return disk.open(temporary, "wx");
  });
  try {
    await writeDurably(handle, bytes);
  } catch (thrown) {
    await handle.close();
    return removeAndThrow(disk, temporary, thrown);
  }
  await handle.close();
  return temporary;
}

async function writeDurably(handle: DiskFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at);
    at += bytesWritten;
  }
  await handle.sync();
}

/** New folders above the root are flushed into their parents here; `makeAnchor` sees to those below it. */
async function makeFolder(disk: Disk, folder: string, root: string): Promise<void> {
  const first = await makeFoldersOn(disk, folder);
  if (first === undefined || !root.startsWith(first)) return;
  for (let made = root; ; made = dirname(made)) {
    await flushFolder(disk, dirname(made));
    if (made === first || made === dirname(made)) return;
  }
}

/**
 * Gives a file its name unless the name is taken; the file system decides. Without hard links (some shares)
 * the object is created under its name at once: it ends in its digest, so a torn one counts as absent.
 */
async function nameExclusively(
  disk: Disk,
  temporary: string,
  path: string,
  bytes: Uint8Array,
): Promise<boolean> {
  try {
    await disk.link(temporary, path);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === "EEXIST") return false;
    if (!linkRefusals.has(codeOf(thrown))) throw thrown;
    return await createExclusively(disk, path, bytes);
  } finally {
    // A prune may have taken it for a dead writer's.
    await disk.unlink(temporary).catch((thrown) => ignoreIf(thrown, "ENOENT"));
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

async function createExclusively(disk: Disk, path: string, bytes: Uint8Array): Promise<boolean> {
  const handle = await disk.open(path, "wx").catch((thrown) => ignoreIf(thrown, "EEXIST"));
  if (!handle) return false;
  try {
    await writeDurably(handle, bytes);
    return true;
  } finally {
    await handle.close();
  }
}

async function readObject(
  disk: Disk,
  path: string,
  name: string,
  part: { readonly offset: number; readonly length: number } | undefined,
): Promise<Uint8Array> {
  const handle = await disk.open(path, "r").catch((thrown) => {
    ignoreIf(thrown, "ENOENT", "ENOTDIR");
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

/** Which files of a folder are listed, by their own names and by the beginning of their whole ones. */
interface Wanted {
  readonly prefix: string;
  isWanted(name: string): boolean;
}

function isTemporary(name: string): boolean {
  return name.startsWith(temporaryMark);
}

interface Listed {
  readonly objects: readonly ListedObject[];
  readonly folders: readonly string[];
}

/** Walks the folders below the prefix's last `/`, many at a time. */
async function* listFiles(disk: Disk, root: string, wanted: Wanted): ReturnType<Backend["list"]> {
  const { prefix } = wanted;
  let folders: readonly string[] = [prefix.slice(0, prefix.lastIndexOf("/") + 1)];
  while (folders.length > 0) {
    const deeper: string[] = [];
    for (let at = 0; at < folders.length; at += listRequestsMax) {
      const batch = folders.slice(at, at + listRequestsMax);
      const asked = batch.map((folder) => listFolder(disk, { ...wanted, root, folder }));
      for (const listed of await Promise.all(asked)) {
        yield* listed.objects;
        deeper.push(...listed.folders);
      }
    }
    folders = deeper;
  }
}

async function listFolder(
  disk: Disk,
  { root, folder, prefix, isWanted }: Wanted & { readonly root: string; readonly folder: string },
): Promise<Listed> {
  const path = join(root, folder);
  const entries = (await disk.readdir(path).catch((thrown) => ignoreIf(thrown, "ENOENT", "ENOTDIR"))) ?? [];
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${folder}${entry.name}/`)
    .filter((name) => name.startsWith(prefix) || prefix.startsWith(name));
  const names = entries
    .filter((entry) => entry.isFile() && isWanted(entry.name))
    .map((entry) => `${folder}${entry.name}`)
    .filter((name) => name.startsWith(prefix));
  return { folders, objects: await sizesOf(disk, root, names) };
}

async function sizesOf(disk: Disk, root: string, names: readonly string[]): Promise<Listed["objects"]> {
  const objects: ListedObject[] = [];
  for (let at = 0; at < names.length; at += listRequestsMax) {
    const found = names.slice(at, at + listRequestsMax).map(async (name) => {
      // Gone since its folder was read: no longer an object.
      const facts = await disk.stat(join(root, name)).catch((thrown) => ignoreIf(thrown, "ENOENT"));
      if (facts) objects.push({ name, size: facts.size, modifiedAt: Math.trunc(facts.mtimeMs) });
    });
    await Promise.all(found);
  }
  return objects;
}

/** Windows can't flush a folder; NTFS journals names by itself. */
async function flushFolder(disk: Disk, folder: string): Promise<void> {
  const handle = await disk
    .open(folder, "r")
    .catch((thrown) => ignoreIf(thrown, "EISDIR", "EPERM", "EACCES", "EINVAL"));
  if (!handle) return;
  try {
    await handle.sync().catch((thrown) => ignoreIf(thrown, "EPERM", "EINVAL", "EBADF", "ENOTSUP", "EISDIR"));
  } finally {
    await handle.close();
  }
}

async function removeAndThrow(disk: Disk, path: string, error: unknown): Promise<never> {
  await disk.unlink(path).catch(() => undefined);
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
