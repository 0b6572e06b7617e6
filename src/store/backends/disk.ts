import { link, mkdir, open, readdir, rename, stat, unlink } from "node:fs/promises";

/**
 * The calls by which a folder keeps objects, and no more of the file system than that: a test that records
 * them, or lets one fail, puts another disk in this place.
 */
export interface Disk {
  /**
   * `wx` makes a file and fails when the name is taken; `r+` is for one that is flushed. Folders open with
   * `r`.
   */
  open(path: string, flags: "r" | "r+" | "wx"): Promise<DiskFile>;
  mkdir(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  link(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  stat(path: string): Promise<{ readonly size: number; readonly mtimeMs: number; isDirectory(): boolean }>;
  readdir(path: string): Promise<readonly FolderEntry[]>;
}

export interface FolderEntry {
  readonly name: string;
  isFile(): boolean;
  isDirectory(): boolean;
}

/** An open file or folder. */
export interface DiskFile {
  /** Writes at the file's end, perhaps less than all of it. */
  write(bytes: Uint8Array, offset: number, length: number): Promise<{ readonly bytesWritten: number }>;
  /** Comes back when what was written is on the disk; of a folder, the names in it. */
  sync(): Promise<void>;
  read(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
  readFile(): Promise<Uint8Array>;
  stat(): Promise<{ readonly size: number }>;
  close(): Promise<void>;
}

export const realDisk: Disk = {
  open,
  mkdir: (path) => mkdir(path),
  rename,
  link,
  unlink,
  stat: (path) => stat(path),
  readdir: (path) => readdir(path, { withFileTypes: true }),
};
