import { dirname } from "node:path";
import type { FileCount, Told } from "./count-file.ts";
import { largestCircle } from "./largest-circle.ts";

/** What is said of a folder, all its rooms included. */
export interface Figures {
  /** Lines of its files. */
  readonly fileLines: Spread;
  /** Lines of its functions. */
  readonly functionLines: Spread;
  /** Exported names that have a doc. */
  readonly exports: Share;
  /** Members of exported types that have a doc. */
  readonly members: Share;
  /** Files that reach each other by their imports, types included; none, as it should be. */
  readonly fileCircle: readonly string[];
  /** Rooms that do. */
  readonly roomCircle: readonly string[];
  /** Lines of the tests divided by lines of the sources. */
  readonly testShare: number;
  /** The folder with most files directly in it, folders of like items left out. */
  readonly flattest: Folder;
  /** Comment lines that run past 110 columns. */
  readonly wideComments: number;
}

/** A row of numbers in three. `p90`: nine of ten are at most this. */
export interface Spread {
  readonly median: number;
  readonly p90: number;
  readonly max: number;
}

/** So many names, and how many of them have a doc. */
export interface Share {
  readonly names: number;
  readonly withDoc: number;
}

/** A folder, and how many files lie directly in it. */
export interface Folder {
  readonly folder: string;
  readonly files: number;
}

/**
 * Contracts that the rooms beside them keep: each is a room below those, as in the import table of
 * test/architecture.test.ts.
 */
const contracts = ["src/drivers/driver.ts", "src/store/repository.ts"];

/** Folders where one file stands for one item of a list, so that more of them are no muddle. */
export const foldersOfLikeItems = ["src/cli/commands", "src/core/kinds", "src/core/lint/hazards"];

/** The figures of some files, whose tests have so many lines. */
export function figuresOf(files: readonly FileCount[], testLines: number): Figures {
  return {
    fileLines: spreadOf(files.map(({ lines }) => lines)),
    functionLines: spreadOf(files.flatMap(({ functions }) => functions)),
    exports: shareOf(files.flatMap(({ exports }) => exports)),
    members: shareOf(files.flatMap(({ members }) => members)),
    fileCircle: largestCircle(new Map(files.map(({ path, imports }) => [path, imports]))),
    roomCircle: largestCircle(arrowsOfRooms(files)),
    testShare: testLines / sum(files.map(({ lines }) => lines)),
    flattest: flattestOf(files),
    wideComments: sum(files.map(({ wideComments }) => wideComments.length)),
  };
}

/** How many of the names have a doc. */
export function shareOf(names: readonly Told[]): Share {
  return { names: names.length, withDoc: names.filter(({ hasDoc }) => hasDoc).length };
}

/** A share in whole percent, rounded down: 99.9 % is not all. Nothing of nothing is all. */
export function percentOf({ names, withDoc }: Share): number {
  return names === 0 ? 100 : Math.floor((100 * withDoc) / names);
}

/**
 * Every folder by how many files lie directly in it, the fullest first; folders of like items are left out.
 */
export function flatFolders(files: readonly FileCount[]): readonly Folder[] {
  const counts = Map.groupBy(files, ({ path }) => dirname(path));
  return [...counts]
    .map(([folder, inIt]) => ({ folder, files: inIt.length }))
    .filter(({ folder }) => !foldersOfLikeItems.includes(folder))
    .sort((left, right) => right.files - left.files);
}

function flattestOf(files: readonly FileCount[]): Folder {
  return flatFolders(files)[0] ?? { folder: "", files: 0 };
}

function spreadOf(numbers: readonly number[]): Spread {
  const sorted = numbers.toSorted((left, right) => left - right);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { median: at(0.5), p90: at(0.9), max: at(1) };
}

function arrowsOfRooms(files: readonly FileCount[]): ReadonlyMap<string, readonly string[]> {
  const arrows = new Map<string, Set<string>>();
  for (const { path, imports } of files) {
    const room = roomOf(path);
    const others = arrows.get(room) ?? new Set();
    for (const other of imports.map(roomOf)) if (other !== room) others.add(other);
    arrows.set(room, others);
  }
  return new Map([...arrows].map(([room, others]) => [room, [...others]]));
}

function roomOf(path: string): string {
  return contracts.includes(path) ? path : dirname(path);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, it) => total + it, 0);
}
