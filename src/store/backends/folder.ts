import { randomBytes } from "node:crypto";
import { dirname, join, resolve } from "node:path";
import { type Backend, ObjectMissing } from "./backend.ts";
import { type Disk, type DiskFile, realDisk } from "./disk.ts";
import { makeFoldersOn } from "./make-folders.ts";
import { isTemporary, listFiles, listNonObjects, readObject, temporaryMark } from "./read-folder.ts";
import { codeOf, ignoreIf } from "./system-errors.ts";

/**
 * Keeps objects as files below a folder, on a disk or a share. An object gets its name when its bytes are on
 * the disk, so that a name stands for whole bytes even after a power cut. A change has come back when it is
 * durable.
 */
export function folderBackend(folder: string, disk: Disk = realDisk): Backend {
  const root = resolve(folder);
  const pathOf = (name: string): string => join(root, ...name.split("/"));
  const isInside = makeInside(root, disk);
  const ownPathOf = async (name: string): Promise<string> => {
    const path = pathOf(name);
    if (!(await isInside(dirname(path)))) throw leadsOutside(path);
    return path;
  };
  const anchor = makeAnchor(root, disk);
  const settle = async (path: string): Promise<void> => {
    await anchor(dirname(path));
    await flushFolder(disk, dirname(path));
  };
  const reading = { disk, root, isInside };
  return {
    title: `folder ${folder}`,

    async put(name, bytes) {
      const path = await ownPathOf(name);
      if (!(await holds(disk, path, bytes))) {
        const temporary = await writeTemporary(disk, path, bytes, root);
        await nameAnyhow(disk, temporary, path);
      }
      await settle(path);
    },

    async putNew(name, bytes) {
      const path = await ownPathOf(name);
      const temporary = await writeTemporary(disk, path, bytes, root);
      const isNew = await nameExclusively(disk, temporary, path, bytes);
      await settle(path);
      return isNew;
    },

    async get(name, part) {
      const path = pathOf(name);
      if (!(await isInside(dirname(path)))) throw new ObjectMissing(name);
      return readObject(disk, path, name, part);
    },
    list: (prefix) => listFiles(reading, { prefix, isWanted: (name) => !isTemporary(name) }),
    unfinished: () => listFiles(reading, { prefix: "", isWanted: isTemporary }),
    nonObjects: () => listNonObjects(reading),

    async remove(name) {
      const path = await ownPathOf(name);
      await disk.unlink(path).catch((thrown) => ignoreIf(thrown, "ENOENT", "ENOTDIR"));
      // What is gone must not come back after something else went that it needs.
      await flushFolder(disk, dirname(path)).catch((thrown) => ignoreIf(thrown, "ENOENT", "ENOTDIR"));
    },

    async move(from, to) {
      const target = await ownPathOf(to);
      const source = await ownPathOf(from);
      await makeFolder(disk, dirname(target), root);
      await anchor(dirname(target));
      await moveObject(disk, from, source, target);
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
 * Whether a folder below the root is none of somebody else's: no name on the way to it is a link. Asked once
 * a folder; the root itself may be reached by links.
 */
function makeInside(root: string, disk: Disk): (folder: string) => Promise<boolean> {
  const known = new Set([root]);
  const isInside = async (folder: string): Promise<boolean> => {
    if (known.has(folder)) return true;
    if (!(await isInside(dirname(folder)))) return false;
    const isLink = await disk.isLink(folder).catch((thrown) => ignoreIf(thrown, "ENOENT", "ENOTDIR"));
    // What is not there yet is made by whoever writes, and looked at again.
    if (isLink === false) known.add(folder);
    return isLink !== true;
  };
  return isInside;
}

function leadsOutside(path: string): NodeJS.ErrnoException {
  const fault = new Error(`ELOOP: a folder above '${path}' is a link, and a repository has none`);
  return Object.assign(fault, { code: "ELOOP", syscall: "lstat", path });
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
  // A link in its place is nobody's object.
  const handle = await disk.open(path, "r+").catch((thrown) => ignoreIf(thrown, "ELOOP"));
  if (!handle) return false;
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
 * Gives a file its name, whatever had it. Where nothing may be renamed, as in a folder that only takes more,
 * it gets the name beside its own one, which stays until a prune takes it.
 */
async function nameAnyhow(disk: Disk, temporary: string, path: string): Promise<void> {
  try {
    await disk.rename(temporary, path);
  } catch (thrown) {
    const isNamed =
      removalRefusals.has(codeOf(thrown)) && (await disk.link(temporary, path).then(...yesOrNo));
    if (!isNamed) await removeAndThrow(disk, temporary, thrown);
  }
}

const yesOrNo = [() => true, () => false] as const;

/** How a system refuses to take a name away that it has let somebody make. */
const removalRefusals = new Set(["EPERM", "EACCES"]);

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
    // A prune may have taken it for a dead writer's; a folder that only takes more keeps it for one.
    await disk.unlink(temporary).catch((thrown) => ignoreIf(thrown, "ENOENT", ...removalRefusals));
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

/** Windows can't flush a folder; NTFS journals names by itself. */
async function flushFolder(disk: Disk, folder: string): Promise<void> {
  const handle = await disk
    .open(folder, "folder")
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
