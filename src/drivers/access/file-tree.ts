import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { compileGlobs, compileReach } from "./glob.ts";

/** One entry found on disk. */
export interface FoundEntry {
  /** Below the walked folder, `/`-separated. */
  readonly path: string;
  readonly file: string;
  readonly type: "file" | "folder";
  readonly size: number;
  readonly modifiedAt: number;
  readonly inode: string;
  readonly changedAt: number;
}

/** Something in the tree that can't be taken: a folder that may not be listed, a link that is not followed. */
export interface WalkRemark {
  readonly path: string;
  readonly file: string;
  readonly error: NodeJS.ErrnoException | "link" | "special";
}

/** Thrown when the walked folder itself can't be listed. Errors of the receiver are passed on as they came. */
export class FolderUnreadable extends Error {
  override readonly name = "FolderUnreadable";
  readonly reason: NodeJS.ErrnoException;

  constructor(reason: NodeJS.ErrnoException) {
    super(reason.message, { cause: reason });
    this.reason = reason;
  }
}

export interface WalkOptions {
  /** Globs over paths below the folder; empty means everything. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly signal?: AbortSignal;
}

/** Takes what a walk finds. Called for several entries at a time; a walk waits for what it returns. */
export type TakeEntry = (entry: FoundEntry) => Promise<void>;

/** Folders read, and entries looked at, at the same time: enough to keep the thread pool and a share busy. */
const foldersAtOnce = 8;
const statsAtOnce = 32;

/**
 * Walks a folder and hands on each entry below it, in no promised order. Links are not followed: what they point to
 * is not below the folder. What can't be read is a remark and the rest goes on; only the folder itself must be there.
 */
export async function walkTree(
  folder: string,
  take: TakeEntry,
  options: WalkOptions = {},
): Promise<readonly WalkRemark[]> {
  const walk: Walk = {
    folder,
    take,
    remarks: [],
    waiting: [""],
    wanted: options.include?.length ? compileGlobs(options.include) : () => true,
    entered: options.include?.length ? compileReach(options.include) : () => true,
    unwanted: compileGlobs(options.exclude ?? []),
    ...(options.signal && { signal: options.signal }),
  };
  await drain(walk);
  return walk.remarks;
}

/** Looks at one file or folder; `undefined` when there is none, a throw when it can't be told. */
export async function statEntry(file: string): Promise<FoundEntry | undefined> {
  try {
    const entry = await describe("", file);
    return typeof entry === "string" ? undefined : entry;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** True for the errors that say that nothing is there. */
export function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOENT" || code === "ENOTDIR";
}

interface Walk {
  readonly folder: string;
  readonly take: TakeEntry;
  readonly remarks: WalkRemark[];
  /** Folders still to be read. A stack: depth first keeps it small. */
  readonly waiting: string[];
  readonly signal?: AbortSignal;
  wanted(path: string): boolean;
  entered(folder: string): boolean;
  unwanted(path: string): boolean;
}

/** Reads waiting folders, several at a time, until none is left and none is being read. */
async function drain(walk: Walk): Promise<void> {
  const running = new Set<Promise<void>>();
  while (walk.waiting.length > 0 || running.size > 0) {
    walk.signal?.throwIfAborted();
    while (walk.waiting.length > 0 && running.size < foldersAtOnce) {
      const work: Promise<void> = readFolder(walk, walk.waiting.pop()!).finally(() => running.delete(work));
      running.add(work);
    }
    try {
      await Promise.race(running);
    } catch (error) {
      await Promise.allSettled(running);
      throw error;
    }
  }
}

async function readFolder(walk: Walk, folder: string): Promise<void> {
  const names = await readdir(join(walk.folder, folder)).catch((error: NodeJS.ErrnoException) => {
    if (folder === "") throw new FolderUnreadable(error);
    remark(walk, folder, error);
    return [];
  });
  for (let at = 0; at < names.length; at += statsAtOnce)
    await takeNames(walk, folder, names.slice(at, at + statsAtOnce));
}

async function takeNames(walk: Walk, folder: string, names: readonly string[]): Promise<void> {
  walk.signal?.throwIfAborted();
  const results = await Promise.allSettled(names.map((name) => takeName(walk, folder, name)));
  const failed = results.find((it) => it.status === "rejected");
  if (failed) throw failed.reason;
}

async function takeName(walk: Walk, folder: string, name: string): Promise<void> {
  const path = folder === "" ? name : `${folder}/${name}`;
  if (walk.unwanted(path)) return;
  const file = join(walk.folder, path);
  const entry = await describe(path, file).catch((error: NodeJS.ErrnoException) => error);
  if (entry instanceof Error) return remark(walk, path, entry);
  if (entry === "link" || entry === "special") {
    // A profile on Windows is full of junctions: only those where something was wanted are worth a word.
    if (walk.wanted(path) || walk.entered(path)) remark(walk, path, entry);
    return;
  }
  if (entry.type === "folder" && walk.entered(path)) walk.waiting.push(path);
  if (walk.wanted(path)) await walk.take(entry);
}

async function describe(path: string, file: string): Promise<FoundEntry | "link" | "special"> {
  // With `bigint`, as file ids of NTFS and ReFS do not fit a double.
  const stat = await lstat(file, { bigint: true });
  if (stat.isSymbolicLink()) return "link";
  if (!stat.isFile() && !stat.isDirectory()) return "special";
  return {
    path,
    file,
    type: stat.isFile() ? "file" : "folder",
    size: stat.isFile() ? Number(stat.size) : 0,
    modifiedAt: Number(stat.mtimeMs),
    inode: String(stat.ino),
    changedAt: Number(stat.ctimeMs),
  };
}

function remark(walk: Walk, path: string, error: WalkRemark["error"]): void {
  walk.remarks.push({ path, file: join(walk.folder, path), error });
}
