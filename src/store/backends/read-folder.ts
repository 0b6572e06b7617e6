import { join, resolve } from "node:path";
import {
  type Backend,
  type ListedObject,
  anyObjectBytesMax,
  ObjectMissing,
  ObjectTooLarge,
  type Part,
} from "./backend.ts";
import type { Disk } from "./disk.ts";
import { ignoreIf } from "./system-errors.ts";

/** Folders and sizes asked for at once while listing: a share answers each one after a round trip. */
const listRequestsMax = 32;
/** Marks files that are not whole yet. No object's name begins so, and `list` passes over them. */
export const temporaryMark = ".tmp-";
/** How a system says that a name is of no file: there is none, or a link, a socket, a folder. */
const noFile = ["ENOENT", "ENOTDIR", "ELOOP", "ENXIO", "EISDIR"];

/** Reads a file, or a part of it. `ObjectMissing` where the name is not of a file. */
export async function readObject(
  disk: Disk,
  path: string,
  name: string,
  part: Part = { bytesMax: anyObjectBytesMax },
): Promise<Uint8Array> {
  const handle = await disk.open(path, "r").catch((thrown) => {
    ignoreIf(thrown, ...noFile);
    throw new ObjectMissing(name);
  });
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new ObjectMissing(name);
    if ("bytesMax" in part && found.size > part.bytesMax) throw new ObjectTooLarge(name, found.size);
    if ("bytesMax" in part) return await handle.readFile();
    const offset = part.offset < 0 ? Math.max(0, found.size + part.offset) : part.offset;
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

/** Where files are listed. */
interface Reading {
  readonly disk: Disk;
  readonly root: string;
  /** Whether a folder below the root is reached by no link. */
  isInside(folder: string): Promise<boolean>;
}

/** Whether a file is one that a writer has begun, and not finished. */
export function isTemporary(name: string): boolean {
  return name.startsWith(temporaryMark);
}

interface Listed {
  readonly objects: readonly ListedObject[];
  readonly folders: readonly string[];
}

/** Walks the folders below the prefix's last `/`, many at a time. */
export async function* listFiles(reading: Reading, wanted: Wanted): ReturnType<Backend["list"]> {
  const { disk, root, isInside } = reading;
  const { prefix } = wanted;
  const first = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  let folders: readonly string[] = (await isInside(resolve(root, first))) ? [first] : [];
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
  const entries = (await disk.readdir(path).catch((thrown) => ignoreIf(thrown, ...noFile))) ?? [];
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

/** Everything but files, folders included, wherever it lies. No link is followed. */
export async function* listNonObjects({
  disk,
  root,
}: Reading): ReturnType<NonNullable<Backend["nonObjects"]>> {
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const read = disk.readdir(join(root, folder)).catch((thrown) => ignoreIf(thrown, ...noFile));
    for (const entry of (await read) ?? []) {
      if (entry.isFile()) continue;
      const name = `${folder}${entry.name}`;
      if (entry.isDirectory()) folders.push(`${name}/`);
      yield { name, isFolder: entry.isDirectory() };
    }
  }
}
