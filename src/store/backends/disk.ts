import { constants } from "node:fs";
import { link, lstat, mkdir, open, readdir, rename, stat, unlink } from "node:fs/promises";

/**
 * The calls by which a folder keeps objects, and no more of the file system than that: a test that records
 * them, or lets one fail, puts another disk in this place.
 */
export interface Disk {
  open(path: string, flags: OpenFlags): Promise<DiskFile>;
  mkdir(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  link(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  stat(path: string): Promise<{ readonly size: number; readonly mtimeMs: number; isDirectory(): boolean }>;
  /** Whether the name itself is a link. Rejects where nothing has it. */
  isLink(path: string): Promise<boolean>;
  readdir(path: string): Promise<readonly FolderEntry[]>;
}

/**
 * `r` reads a file: it fails with `ELOOP` where the name is a link, and does not wait for whoever would fill
 * a pipe. `r+` is for a file that is flushed, `folder` for a folder. `wx` makes a file and fails when the
 * name is taken.
 */
export type OpenFlags = "r" | "r+" | "wx" | "folder";

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
  stat(): Promise<{ readonly size: number; isFile(): boolean }>;
  close(): Promise<void>;
}

export const realDisk: Disk = {
  open: openOnDisk,
  mkdir: (path) => mkdir(path),
  rename,
  link,
  unlink,
  stat: (path) => stat(path),
  isLink: async (path) => (await lstat(path)).isSymbolicLink(),
  readdir: (path) => readdir(path, { withFileTypes: true }),
};

/** Windows has no such flags: there a link is looked for before. */
async function openOnDisk(path: string, flags: OpenFlags): Promise<DiskFile> {
  if (flags === "wx" || flags === "folder") return open(path, flags === "wx" ? "wx" : "r");
  const { O_RDONLY, O_RDWR, O_NOFOLLOW, O_NONBLOCK } = constants;
  if (O_NOFOLLOW === undefined && (await lstat(path)).isSymbolicLink()) throw linkFound(path);
  return open(path, (flags === "r" ? O_RDONLY : O_RDWR) | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
}

function linkFound(path: string): NodeJS.ErrnoException {
  const fault = new Error(`ELOOP: too many symbolic links encountered, open '${path}'`);
  return Object.assign(fault, { code: "ELOOP", syscall: "open", path });
}
