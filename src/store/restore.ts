import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { BlobReader } from "./blob-reader.ts";
import { findContent } from "./file-content.ts";
import type { StoredEntry } from "./format/tree-segment.ts";
import { gatherGroups } from "./group-fetcher.ts";
import type { FileTarget } from "./ingest/messages.ts";
import { transfersOfParts } from "./ingest/transfers.ts";
import { forEachLimited } from "./parallel.ts";
import type { ReadParts } from "./read-parts.ts";
import type { RestoreOptions, RestoreReport } from "./repository.ts";
import { restoreLargeFile } from "./restore-large-file.ts";
import { RestoreTarget } from "./restore-target.ts";
import { walkTree } from "./tree-reader.ts";

const jobBytesMax = 4 * 1024 * 1024;
const jobFilesMax = 256;
const jobsMax = 6;
const largeFilesMax = 2;

/** A file that is to be written. `chunk` is -1 when it is empty. */
interface SmallFile extends FileTarget {
  readonly name: string;
  readonly chunk: number;
}

/** Entries that are planned before other work gets its turn. */
const entriesPerTurn = 256;

interface LargeFile extends FileTarget {
  readonly name: string;
  readonly sha256: Uint8Array;
  readonly size: number;
}

/** Writes the entries of a tree below a folder. What can't be written is named, and the rest is written. */
export async function restoreTree(
  parts: ReadParts,
  tree: Uint8Array,
  options: RestoreOptions,
): Promise<RestoreReport> {
  const target = await RestoreTarget.open(options.to);
  const work = new RestoreWork(parts, target, options);
  const lost = ({ firstPath, reason }: { firstPath: string; reason: string }): void =>
    work.refuse(firstPath, reason);
  const blobs = new BlobReader(parts.store, parts.index.chunks);
  let entries = 0;
  for await (const entry of walkTree(blobs, tree, options.paths, { lost })) {
    options.signal.throwIfAborted();
    work.plan(entry);
    // A stop is heard between two turns of the event loop only.
    if (++entries % entriesPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await work.writeSmallFiles();
  await work.writeLargeFiles(blobs);
  target.setFolderTimes();
  return work.report();
}

class RestoreWork {
  readonly #parts: ReadParts;
  readonly #target: RestoreTarget;
  readonly #options: RestoreOptions;
  readonly #small: SmallFile[] = [];
  readonly #large: LargeFile[] = [];
  readonly #refused: { readonly path: string; readonly reason: string }[] = [];
  /** Temporary names are of this run, and never those of another. */
  readonly #mark = randomBytes(6).toString("hex");
  #files = 0;
  #bytes = 0;

  constructor(parts: ReadParts, target: RestoreTarget, options: RestoreOptions) {
    this.#parts = parts;
    this.#target = target;
    this.#options = options;
  }

  refuse(path: string, reason: string): void {
    this.#refused.push({ path, reason });
  }

  report(): RestoreReport {
    return { files: this.#files, bytes: this.#bytes, refused: this.#refused };
  }

  /** Makes folders at once and sorts files by how they are written. */
  plan({ path: name, modifiedAt, file }: StoredEntry): void {
    if (!file) {
      const refusal = this.#target.makeFolder(name, modifiedAt);
      if (refusal !== undefined) this.refuse(name, refusal);
      return;
    }
    const place = this.#target.placeFile(name);
    if ("refused" in place) return this.refuse(name, place.refused);
    const { size, sha256 } = file;
    const content = findContent(this.#parts.index.chunks, size, sha256);
    const target = { name, modifiedAt, ...this.#targetOf(place.path) };
    if (content === "missing") this.refuse(name, "its content is missing from the repository");
    else if (content === "empty") this.#small.push({ ...target, chunk: -1 });
    else if ("chunk" in content) this.#small.push({ ...target, chunk: content.chunk });
    else this.#large.push({ ...target, sha256, size });
  }

  /** Files of one chunk, in the order in which the packs hold them. */
  async writeSmallFiles(): Promise<void> {
    const { chunks } = this.#parts.index;
    this.#small.sort((left, right) =>
      left.chunk === -1 || right.chunk === -1
        ? left.chunk - right.chunk
        : chunks.compare(left.chunk, right.chunk),
    );
    await forEachLimited(this.#jobs(), jobsMax, (job) => this.#writeJob(job));
  }

  async writeLargeFiles(blobs: BlobReader): Promise<void> {
    await forEachLimited(this.#large, largeFilesMax, async (file) => {
      const reason = await restoreLargeFile(this.#parts, blobs, file, this.#options.signal);
      this.#note(file.name, file.size, reason);
    });
  }

  *#jobs(): Iterable<readonly SmallFile[]> {
    const { chunks } = this.#parts.index;
    let job: SmallFile[] = [];
    let bytes = 0;
    for (const file of this.#small) {
      job.push(file);
      bytes += file.chunk === -1 ? 0 : chunks.place(file.chunk).length;
      if (bytes < jobBytesMax && job.length < jobFilesMax) continue;
      yield job;
      job = [];
      bytes = 0;
    }
    if (job.length > 0) yield job;
  }

  async #writeJob(job: readonly SmallFile[]): Promise<void> {
    const { store, index, session } = this.#parts;
    this.#options.signal.throwIfAborted();
    const entries = job.filter(({ chunk }) => chunk !== -1).map(({ chunk }) => chunk);
    const { parts, placeOf } = await gatherGroups(store, index.chunks, entries);
    const files = job.map(({ path, temporary, modifiedAt, overwrite, chunk }) => {
      const place = chunk === -1 ? undefined : placeOf(chunk);
      return { path, temporary, modifiedAt, overwrite, chunk: place };
    });
    const bytes = files.reduce((sum, file) => sum + (file.chunk?.length ?? 0), 0);
    const post = session.idlest({ bytes, files: files.length });
    const { refused } = await session.ask(post, { do: "write-files", parts, files }, transfersOfParts(parts));
    const reasons = new Map(refused.map(({ at, reason }) => [at, reason]));
    for (const [at, file] of job.entries())
      this.#note(file.name, files[at]!.chunk?.length ?? 0, reasons.get(at));
  }

  #note(path: string, bytes: number, reason: string | undefined): void {
    if (reason !== undefined) return this.refuse(path, reason);
    this.#files++;
    this.#bytes += bytes;
    const progress = { files: this.#files, bytes: this.#bytes, readBytes: this.#bytes, current: path };
    this.#options.onProgress?.(progress);
  }

  #targetOf(path: string): Omit<FileTarget, "modifiedAt"> {
    const number = this.#small.length + this.#large.length;
    const temporary = join(dirname(path), `.sitekeep-${this.#mark}-${number}`);
    return { path, temporary, overwrite: this.#options.overwrite };
  }
}
