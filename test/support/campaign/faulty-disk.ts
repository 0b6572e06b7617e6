import { type Disk, type DiskFile, type OpenFlags, realDisk } from "../../../src/store/backends/disk.ts";
import { wrapped } from "./recording-disk.ts";

/**
 * How a disk fails: with the error of a system call, or by writing less than it was given, said or unsaid.
 */
export type DiskFault = "ENOSPC" | "EIO" | "EACCES" | "short-write" | "torn-write";

export interface FailingCall {
  readonly fault: DiskFault;
  /** Number of the call, of those that can fail so, from 1. */
  readonly call: number;
  /** Whether the calls after it fail too: a full disk stays full. */
  readonly lasting: "once" | "on";
}

/** What a full disk refuses; what permissions refuse. A failing disk may refuse everything. */
const refusing: Readonly<Record<DiskFault, readonly string[] | "all">> = {
  ENOSPC: ["make", "mkdir", "rename", "link", "write", "sync"],
  EIO: "all",
  EACCES: ["make", "open", "mkdir", "rename", "link", "unlink", "stat", "readdir"],
  "short-write": ["write"],
  "torn-write": ["write"],
};

/**
 * A disk of which one call fails, or all from one on. It doesn't wait for the real one: no power is cut here.
 */
export class FaultyDisk implements Disk {
  readonly #failing: FailingCall;
  #calls = 0;

  constructor(failing: FailingCall) {
    this.#failing = failing;
  }

  /** Calls so far that can fail so. */
  get calls(): number {
    return this.#calls;
  }

  async open(path: string, flags: OpenFlags): Promise<DiskFile> {
    this.#call(flags === "wx" ? "make" : "open");
    const inner = await realDisk.open(path, flags);
    return wrapped(inner, {
      write: (bytes, offset, length) => this.#write(inner, bytes.subarray(offset, offset + length)),
      sync: async () => this.#call("sync"),
      read: (bytes, offset, length, position) => (
        this.#call("read"),
        inner.read(bytes, offset, length, position)
      ),
      readFile: () => (this.#call("read"), inner.readFile()),
    });
  }

  async mkdir(path: string): Promise<void> {
    this.#call("mkdir");
    await realDisk.mkdir(path);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#call("rename");
    await realDisk.rename(from, to);
  }

  async link(from: string, to: string): Promise<void> {
    this.#call("link");
    await realDisk.link(from, to);
  }

  async unlink(path: string): Promise<void> {
    this.#call("unlink");
    await realDisk.unlink(path);
  }

  async stat(path: string): ReturnType<Disk["stat"]> {
    this.#call("stat");
    return realDisk.stat(path);
  }

  isLink(path: string): Promise<boolean> {
    return realDisk.isLink(path);
  }

  async readdir(path: string): ReturnType<Disk["readdir"]> {
    this.#call("readdir");
    return realDisk.readdir(path);
  }

  async #write(inner: DiskFile, bytes: Uint8Array): ReturnType<DiskFile["write"]> {
    if (!this.#isHit("write")) return inner.write(bytes, 0, bytes.length);
    const { fault } = this.#failing;
    if (fault !== "short-write" && fault !== "torn-write") throw systemError(fault, "write");
    const written = await inner.write(bytes, 0, Math.ceil(bytes.length / 2));
    if (fault === "torn-write") throw systemError("EIO", "write");
    return written;
  }

  #call(name: string): void {
    if (this.#isHit(name)) throw systemError(this.#failing.fault, name);
  }

  #isHit(name: string): boolean {
    const { fault, call, lasting } = this.#failing;
    const calls = refusing[fault];
    if (calls !== "all" && !calls.includes(name)) return false;
    this.#calls++;
    return lasting === "once" ? this.#calls === call : this.#calls >= call;
  }
}

function systemError(code: string, call: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: made to fail, ${call}`), { code, syscall: call });
}
