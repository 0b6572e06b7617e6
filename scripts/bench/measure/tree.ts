import { createHash } from "node:crypto";
import { closeSync, lstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";

/** What is compared of an entry: its kind, for a file its length and SHA-256, and its time. */
export interface EntryDigest {
  readonly is: string;
  readonly modifiedMs: number;
}

/** By path below the root. */
export type TreeDigest = ReadonlyMap<string, EntryDigest>;

/** A repository keeps times to the millisecond; a copy's may be off by less. */
const timeOffMs = 1;

const buffer = Buffer.allocUnsafe(4 * 1024 ** 2);

/** Reads a whole tree. */
export function digestTree(root: string): TreeDigest {
  const digest = new Map<string, EntryDigest>();
  for (const { path, file, isFolder, size, modifiedMs } of entriesOf(root))
    digest.set(path, { is: isFolder ? "folder" : `file ${size} ${hashOf(file)}`, modifiedMs });
  return digest;
}

/** Says in what two trees differ, a few of many differences; nothing when they are the same. */
export function differences(wanted: TreeDigest, found: TreeDigest): readonly string[] {
  const different: string[] = [];
  for (const [path, is] of wanted) {
    const other = found.get(path);
    if (other === undefined || !isSame(is, other))
      different.push(`${path}: ${textOf(is)}, not ${other ? textOf(other) : "there"}`);
  }
  for (const path of found.keys()) if (!wanted.has(path)) different.push(`${path}: should not be there`);
  return different;
}

function isSame(left: EntryDigest, right: EntryDigest): boolean {
  return left.is === right.is && Math.abs(left.modifiedMs - right.modifiedMs) < timeOffMs;
}

function textOf({ is, modifiedMs }: EntryDigest): string {
  return `${is} of ${modifiedMs} ms`;
}

/** Reads every byte below a folder, so that it lies in the page cache; gives the seconds that this took. */
export function warm(root: string): number {
  const before = performance.now();
  for (const { file, isFolder } of entriesOf(root)) if (!isFolder) readAll(file, () => {});
  return (performance.now() - before) / 1000;
}

/** The sum of the lengths of all files below a folder. */
export function bytesBelow(root: string): number {
  let bytes = 0;
  for (const { size } of entriesOf(root)) bytes += size;
  return bytes;
}

interface TreeEntry {
  readonly path: string;
  readonly file: string;
  readonly isFolder: boolean;
  readonly size: number;
  readonly modifiedMs: number;
}

function* entriesOf(root: string, below = ""): Generator<TreeEntry> {
  for (const name of readdirSync(join(root, below))) {
    const path = below === "" ? name : `${below}/${name}`;
    const file = join(root, path);
    const stat = lstatSync(file);
    const isFolder = stat.isDirectory();
    yield { path, file, isFolder, size: isFolder ? 0 : stat.size, modifiedMs: stat.mtimeMs };
    if (isFolder) yield* entriesOf(root, path);
  }
}

function hashOf(file: string): string {
  const hash = createHash("sha256");
  readAll(file, (part) => hash.update(part));
  return hash.digest("hex");
}

function readAll(file: string, take: (part: Buffer) => void): void {
  const handle = openSync(file, "r");
  for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer))
    take(buffer.subarray(0, read));
  closeSync(handle);
}
