import { statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type Disk, type DiskFile, type OpenFlags, realDisk } from "../../../src/store/backends/disk.ts";

/**
 * What a file system is asked to change, in the order in which it was done, and what was told of it
 * meanwhile.
 */
export type DiskEvent<Mark> =
  /** Names that changed together: all of them, or none. */
  | { readonly do: "names"; readonly changes: readonly NameChange[] }
  | { readonly do: "write"; readonly file: number; readonly at: number; readonly bytes: Uint8Array }
  /** A flush covers what was done before it began: the events before number `since`. */
  | { readonly do: "flush-file"; readonly file: number; readonly since: number }
  | { readonly do: "flush-folder"; readonly folder: string; readonly since: number }
  | { readonly do: "mark"; readonly mark: Mark };

export interface NameChange {
  readonly path: string;
  /** The number of a file, which keeps it under whatever name. */
  readonly is: number | "folder" | "gone";
}

/** A real disk whose changes are written down. */
export class RecordingDisk<Mark> implements Disk {
  readonly events: DiskEvent<Mark>[] = [];
  readonly #files = new Map<string, number>();
  #made = 0;

  /** Takes files below a folder for ones that were flushed long ago. */
  adopt(root: string, files: ReadonlyMap<string, Uint8Array>): void {
    const folders = new Set([root]);
    for (const [name, bytes] of files) {
      for (const folder of foldersBetween(root, join(root, name)))
        if (folders.size < folders.add(folder).size) this.#name({ path: folder, is: "folder" });
      this.#name({ path: join(root, name), is: ++this.#made });
      this.events.push({ do: "write", file: this.#made, at: 0, bytes });
      this.events.push({ do: "flush-file", file: this.#made, since: this.events.length });
    }
    for (const folder of folders) this.events.push({ do: "flush-folder", folder, since: this.events.length });
  }

  mark(mark: Mark): void {
    this.events.push({ do: "mark", mark });
  }

  async open(path: string, flags: OpenFlags): Promise<DiskFile> {
    const inner = await realDisk.open(path, flags);
    if (flags === "wx") this.#name({ path, is: ++this.#made });
    return statSync(path).isDirectory() ? this.#folder(path, inner) : this.#file(path, inner);
  }

  async mkdir(path: string): Promise<void> {
    await realDisk.mkdir(path);
    this.#name({ path, is: "folder" });
  }

  async rename(from: string, to: string): Promise<void> {
    await realDisk.rename(from, to);
    this.#name({ path: to, is: this.#numberOf(from) }, { path: from, is: "gone" });
  }

  async link(from: string, to: string): Promise<void> {
    await realDisk.link(from, to);
    this.#name({ path: to, is: this.#numberOf(from) });
  }

  async unlink(path: string): Promise<void> {
    await realDisk.unlink(path);
    this.#name({ path, is: "gone" });
  }

  stat(path: string): ReturnType<Disk["stat"]> {
    return realDisk.stat(path);
  }

  isLink(path: string): Promise<boolean> {
    return realDisk.isLink(path);
  }

  readdir(path: string): ReturnType<Disk["readdir"]> {
    return realDisk.readdir(path);
  }

  #name(...changes: readonly NameChange[]): void {
    this.events.push({ do: "names", changes });
    for (const { path, is } of changes)
      if (typeof is === "number") this.#files.set(path, is);
      else this.#files.delete(path);
  }

  #numberOf(path: string): number {
    const file = this.#files.get(path);
    if (file === undefined) throw new Error(`${path} was not made on this disk.`);
    return file;
  }

  #folder(folder: string, inner: DiskFile): DiskFile {
    return wrapped(inner, {
      sync: async () => {
        const since = this.events.length;
        await inner.sync();
        this.events.push({ do: "flush-folder", folder, since });
      },
    });
  }

  #file(path: string, inner: DiskFile): DiskFile {
    const file = this.#numberOf(path);
    let end = 0;
    return wrapped(inner, {
      write: async (bytes, offset, length) => {
        const { bytesWritten } = await inner.write(bytes, offset, length);
        const written = bytes.slice(offset, offset + bytesWritten);
        this.events.push({ do: "write", file, at: end, bytes: written });
        end += bytesWritten;
        return { bytesWritten };
      },
      sync: async () => {
        const since = this.events.length;
        await inner.sync();
        this.events.push({ do: "flush-file", file, since });
      },
    });
  }
}

/** The highest first. */
function foldersBetween(root: string, path: string): readonly string[] {
  const above = dirname(path);
  return relative(root, above) === "" ? [] : [...foldersBetween(root, above), above];
}

/** A real disk that nobody waits for: where no power is cut. */
export const hastyDisk: Disk = {
  ...realDisk,
  open: async (path, flags) => wrapped(await realDisk.open(path, flags), { sync: async () => {} }),
};

/** An open file with some of its calls replaced. */
export function wrapped(inner: DiskFile, own: Partial<DiskFile>): DiskFile {
  return {
    write: (bytes, offset, length) => inner.write(bytes, offset, length),
    sync: () => inner.sync(),
    read: (bytes, offset, length, position) => inner.read(bytes, offset, length, position),
    readFile: () => inner.readFile(),
    stat: () => inner.stat(),
    close: () => inner.close(),
    ...own,
  };
}
