import { lstatSync, readdirSync, type Stats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join, sep } from "node:path";
import { compileGlobs, compileReach } from "./glob.ts";

/** One entry found on disk. */
export interface FoundEntry {
  /** Below the walked folder, `/`-separated. */
  readonly path: string;
  readonly file: string;
  readonly type: "file" | "folder";
  readonly size: number;
  readonly modifiedAt: number;
  /** Inode, or file id of NTFS and ReFS as far as a double holds it: enough to tell that it is another file. */
  readonly fileId: number;
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
  /** How near the folder is thought until its looks say otherwise: near. */
  readonly reach?: Reach;
  readonly signal?: AbortSignal;
}

/** How near a folder is: a look at an entry of a near one takes microseconds, of a far one a round trip. */
export type Reach = "near" | "far";

/** Takes what a walk finds. Of a far folder it is called for several entries at a time; a walk waits for what it returns. */
export type TakeEntry = (entry: FoundEntry, reach: Reach) => Promise<void> | void;

/** Folders read, and entries looked at, at the same time where it is far: enough to keep a share busy. */
const foldersAtOnce = 8;
const looksAtOnce = 32;

/**
 * Where even the fastest of some looks takes longer than this, each is a round trip, or a disk seeks. (The average would
 * not tell: on a busy machine a thread waits for its turn.) Asking a near folder directly costs a quarter of handing each
 * question to another thread.
 */
const nearLookMs = 0.1;
/** So many looks at least must agree. */
const nearLooksMin = 8;

/** Entries of a near folder after which other work gets its turn. */
const entriesPerTurn = 1024;

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
    reach: options.reach ?? "near",
    entries: 0,
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
    const entry = describe("", file, await lstat(file));
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
  /** Becomes far when looks take long, and stays so. */
  reach: Reach;
  /** Entries since other work had its turn. */
  entries: number;
  wanted(path: string): boolean;
  entered(folder: string): boolean;
  unwanted(path: string): boolean;
}

/** Reads waiting folders until none is left and none is being read: near ones one by one, far ones several at a time. */
async function drain(walk: Walk): Promise<void> {
  const running = new Set<Promise<void>>();
  while (walk.waiting.length > 0 || running.size > 0) {
    walk.signal?.throwIfAborted();
    const most = walk.reach === "near" ? 1 : foldersAtOnce;
    while (walk.waiting.length > 0 && running.size < most) {
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

/**
 * Takes a folder's entries in the order of their names. The folders among them come twice: as an entry, and with a `/`,
 * where what is in them belongs; a near tree is so walked in the order in which the store keeps it.
 */
async function readFolder(walk: Walk, folder: string): Promise<void> {
  const names = await listNames(walk, folder);
  const known = new Set(names);
  let some: string[] = [];
  const flush = async (): Promise<void> => {
    const looked = some;
    some = [];
    walk.signal?.throwIfAborted();
    const found = walk.reach === "near" ? takeNear(walk, folder, looked) : takeFar(walk, folder, looked);
    // A folder that its listing did not show as one waits for its turn.
    for (const path of await found) if (!known.has(`${nameOf(path)}/`)) enter(walk, path);
  };
  for (const name of names) {
    if (!name.endsWith("/")) some.push(name);
    if (some.length >= looksAtOnce || (name.endsWith("/") && some.length > 0)) await flush();
    if (!name.endsWith("/")) continue;
    const path = pathOf(folder, name.slice(0, -1));
    if (walk.reach === "far") enter(walk, path);
    else if (isEntered(walk, path)) await readFolder(walk, path);
  }
  if (some.length > 0) await flush();
}

function enter(walk: Walk, path: string): void {
  if (isEntered(walk, path)) walk.waiting.push(path);
}

function isEntered(walk: Walk, path: string): boolean {
  return walk.entered(path) && !walk.unwanted(path);
}

/** Names in a folder, sorted; those of folders a second time with a `/`. */
async function listNames(walk: Walk, folder: string): Promise<readonly string[]> {
  const path = join(walk.folder, folder);
  const all = { withFileTypes: true } as const;
  try {
    const entries = walk.reach === "near" ? readdirSync(path, all) : await readdir(path, all);
    const names = entries.map((entry) => entry.name);
    for (const entry of entries) if (entry.isDirectory()) names.push(`${entry.name}/`);
    return names.sort();
  } catch (error) {
    if (folder === "") throw new FolderUnreadable(error as NodeJS.ErrnoException);
    remark(walk, folder, error as NodeJS.ErrnoException);
    return [];
  }
}

/** Looks at all at once, then hands them on in their order. The looks tell how near the folder is. Gives the folders. */
async function takeNear(walk: Walk, folder: string, names: readonly string[]): Promise<readonly string[]> {
  const places = placesOf(walk, folder, names);
  let [before, fastestMs] = [performance.now(), Infinity];
  const looks = places.map(({ file }) => {
    const look = lookNow(file);
    const after = performance.now();
    fastestMs = Math.min(fastestMs, after - before);
    before = after;
    return look;
  });
  if (places.length >= nearLooksMin && fastestMs > nearLookMs) walk.reach = "far";
  const folders: string[] = [];
  for (const [at, place] of places.entries()) {
    const look = looks[at]!;
    const taking = takeLook(walk, place, look);
    if (taking) await taking;
    if (isFolder(look)) folders.push(place.path);
  }
  walk.entries += places.length;
  if (walk.entries >= entriesPerTurn) {
    walk.entries = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return folders;
}

async function takeFar(walk: Walk, folder: string, names: readonly string[]): Promise<readonly string[]> {
  const folders: string[] = [];
  const results = await Promise.allSettled(
    placesOf(walk, folder, names).map(async (place) => {
      const look = await lstat(place.file).catch((error: NodeJS.ErrnoException) => error);
      if (isFolder(look)) folders.push(place.path);
      await takeLook(walk, place, look);
    }),
  );
  const failed = results.find((it) => it.status === "rejected");
  if (failed) throw failed.reason;
  return folders;
}

function isFolder(look: Stats | NodeJS.ErrnoException): boolean {
  return !(look instanceof Error) && look.isDirectory();
}

interface Place {
  readonly path: string;
  readonly file: string;
}

function placesOf(walk: Walk, folder: string, names: readonly string[]): readonly Place[] {
  return names
    .map((name) => pathOf(folder, name))
    .filter((path) => !walk.unwanted(path))
    .map((path) => ({ path, file: fileOf(walk, path) }));
}

/** As `join` would give it, which looks at every letter. */
function fileOf({ folder }: Walk, path: string): string {
  const base = folder.endsWith(sep) ? folder : `${folder}${sep}`;
  return base + (sep === "/" ? path : path.replaceAll("/", sep));
}

function pathOf(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function lookNow(file: string): Stats | NodeJS.ErrnoException {
  try {
    return lstatSync(file);
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

function takeLook(
  walk: Walk,
  { path, file }: Place,
  look: Stats | NodeJS.ErrnoException,
): Promise<void> | void {
  if (look instanceof Error) return remark(walk, path, look);
  const entry = describe(path, file, look);
  if (entry === "link" || entry === "special") {
    // A profile on Windows is full of junctions: only those where something was wanted are worth a word.
    if (walk.wanted(path) || walk.entered(path)) remark(walk, path, entry);
    return;
  }
  if (walk.wanted(path)) return walk.take(entry, walk.reach);
}

function describe(path: string, file: string, look: Stats): FoundEntry | "link" | "special" {
  if (look.isSymbolicLink()) return "link";
  const isFile = look.isFile();
  if (!isFile && !look.isDirectory()) return "special";
  return {
    path,
    file,
    type: isFile ? "file" : "folder",
    size: isFile ? look.size : 0,
    modifiedAt: Math.trunc(look.mtimeMs),
    fileId: look.ino,
    changedAt: Math.trunc(look.ctimeMs),
  };
}

function remark(walk: Walk, path: string, error: WalkRemark["error"]): void {
  walk.remarks.push({ path, file: join(walk.folder, path), error });
}
