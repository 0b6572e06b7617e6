import { lstatSync, readdirSync, readFileSync, type Stats } from "node:fs";
import { sep } from "node:path";
import { readMarkedText } from "../../../core/base/marked-text.ts";

/** What an entry is; `failed` when it could not be looked at. */
export const entryKinds = { file: 0, folder: 1, link: 2, special: 3, failed: 4 } as const;

/**
 * Numbers of `Looks.facts` for each entry: size, time of change, file id, time of change of the entry itself.
 */
export const factsPerEntry = 4;

/**
 * Entries of one folder as they were seen, in columns: they travel between threads, and there may be
 * millions.
 */
export interface Looks {
  /** Of `entryKinds`. */
  readonly kinds: Uint8Array<ArrayBuffer>;
  readonly facts: Float64Array<ArrayBuffer>;
  /** The text of small files that were asked for, by position. */
  readonly texts: ReadonlyMap<number, string>;
  /** Why an entry could not be looked at, by position. */
  readonly failures: ReadonlyMap<number, Failure>;
  readonly pace: Pace;
}

/** How long looks take: of so many, the fastest. */
export interface Pace {
  readonly looks: number;
  readonly fastestMs: number;
}

/**
 * A folder's names, in the order of their letters, and its entries as they were seen: of a large folder the
 * first only.
 */
export interface Listing extends Looks {
  readonly names: readonly string[];
  /** Set when the folder can't be listed; there are no names then. */
  readonly failure?: Failure;
}

/** An error of the file system, without what does not travel between threads. */
export interface Failure {
  readonly code: string | undefined;
  readonly message: string;
}

/** What is to be listed, and how much of it at once. */
export interface ListOrder {
  /** The walked folder, by its path on this machine. */
  readonly root: string;
  /** Files below the root whose text is read as well. */
  readonly texts?: RegExp;
  /** Entries of one folder that are looked at with its names; the rest is asked for by those. */
  readonly looksMax: number;
}

/** Of each folder so many looks are timed. */
const timedLooks = 8;

/** Lists one folder below the root (`/`-separated, "" for the root itself) and looks at its first entries. */
export function listFolder(order: ListOrder, folder: string): Listing {
  try {
    const names = readdirSync(placeOf(order.root, folder)).sort();
    return { names, ...lookAt(order, folder, names.slice(0, order.looksMax)) };
  } catch (thrown) {
    return { names: [], ...lookAt(order, folder, []), failure: failureOf(thrown) };
  }
}

/** Looks at entries of one folder, by their names. */
export function lookAt(order: ListOrder, folder: string, names: readonly string[]): Looks {
  const base = folder === "" ? `${trimmed(order.root)}${sep}` : `${placeOf(order.root, folder)}${sep}`;
  const kinds = new Uint8Array(names.length);
  const facts = new Float64Array(names.length * factsPerEntry);
  const texts = new Map<number, string>();
  const failures = new Map<number, Failure>();
  let fastestMs = Infinity;
  for (let at = 0; at < names.length; at++) {
    const before = at < timedLooks ? performance.now() : 0;
    try {
      kinds[at] = describe(lstatSync(base + names[at]!), facts, at);
    } catch (thrown) {
      kinds[at] = entryKinds.failed;
      failures.set(at, failureOf(thrown));
    }
    if (at < timedLooks) fastestMs = Math.min(fastestMs, performance.now() - before);
    if (kinds[at] !== entryKinds.file || !order.texts?.test(pathOf(folder, names[at]!))) continue;
    const text = textOf(base + names[at]!);
    if (text !== undefined) texts.set(at, text);
  }
  const pace = { looks: Math.min(names.length, timedLooks), fastestMs };
  return { kinds, facts, texts, failures, pace };
}

/** The pace of all looks of two. */
export function joinPace(left: Pace, right: Pace): Pace {
  return { looks: left.looks + right.looks, fastestMs: Math.min(left.fastestMs, right.fastestMs) };
}

export const noPace: Pace = { looks: 0, fastestMs: Infinity };

/** A path below the walked folder. */
export function pathOf(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** Where a path below the root lies on this machine. As `join` would give it, which looks at every letter. */
export function placeOf(root: string, path: string): string {
  if (path === "") return root;
  return `${trimmed(root)}${sep}${sep === "/" ? path : path.replaceAll("/", sep)}`;
}

function failureOf(error: unknown): Failure {
  const { code, message } = error as NodeJS.ErrnoException;
  return { code, message };
}

/** Writes what was seen of an entry into its row, and gives its kind. */
function describe(look: Stats, facts: Float64Array, at: number): number {
  if (look.isSymbolicLink()) return entryKinds.link;
  const isFile = look.isFile();
  if (!isFile && !look.isDirectory()) return entryKinds.special;
  const row = at * factsPerEntry;
  facts[row] = isFile ? look.size : 0;
  facts[row + 1] = Math.trunc(look.mtimeMs);
  facts[row + 2] = look.ino;
  facts[row + 3] = Math.trunc(look.ctimeMs);
  return isFile ? entryKinds.file : entryKinds.folder;
}

/**
 * Files that name other things are small. One that can't be read is told by who reads its content; what is
 * no text is given as it is, for who looks at it to say so.
 */
function textOf(file: string): string | undefined {
  try {
    const bytes = readFileSync(file);
    const read = readMarkedText(bytes);
    return "text" in read ? read.text : bytes.toString("latin1");
  } catch {
    return undefined;
  }
}

function trimmed(folder: string): string {
  return folder.endsWith(sep) ? folder.slice(0, -1) : folder;
}
