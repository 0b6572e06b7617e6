import { createHash } from "node:crypto";

/** A file of a content: its path with backslashes, and the SHA-256 of its bytes in upper-case hex. */
export interface HashedFile {
  readonly path: string;
  readonly hash: string;
}

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: Map<string, string>;
}

/**
 * The hash of a whole content, as it stands in `DataLib\<content>.INI`.
 *
 * The algorithm is reverse engineered by the community (John Hofmann, Get-PackageFiles.ps1) and not
 * documented by Microsoft: one SHA-256 over UTF-16LE text. Folders are walked depth first in alphabetical
 * order; each adds the relative paths of its folders, then those of its files (both in lower case), then
 * the hashes of its files in upper-case hex.
 */
export function treeHash(files: readonly HashedFile[]): string {
  const sum = createHash("sha256");
  const add = (text: string): void => void sum.update(Buffer.from(text, "utf16le"));
  addFolder(folderOf(files), "", add);
  return sum.digest("hex").toUpperCase();
}

function addFolder(folder: Folder, prefix: string, add: (text: string) => void): void {
  const folders = sorted(folder.folders);
  const files = sorted(folder.files);
  for (const [name] of folders) add(prefix + name);
  for (const [name] of files) add(prefix + name);
  for (const [, hash] of files) add(hash);
  for (const [name, child] of folders) addFolder(child, `${prefix}${name}\\`, add);
}

function folderOf(files: readonly HashedFile[]): Folder {
  const root: Folder = { folders: new Map(), files: new Map() };
  for (const { path, hash } of files) {
    const parts = path.toLowerCase().split("\\");
    const name = parts.pop()!;
    parts.reduce(enter, root).files.set(name, hash.toUpperCase());
  }
  return root;
}

function enter(folder: Folder, name: string): Folder {
  const known = folder.folders.get(name);
  if (known !== undefined) return known;
  const made: Folder = { folders: new Map(), files: new Map() };
  folder.folders.set(name, made);
  return made;
}

function sorted<T>(entries: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...entries].sort(([left], [right]) => (left < right ? -1 : 1));
}
