import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { BlobReader } from "../index/blob-reader.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import { findContent } from "../tree/file-content.ts";
import { digestBytes } from "../format/encoding/envelope.ts";
import type { StoredEntry } from "../format/tree-segment.ts";
import { type Gathered, gatherGroups } from "../index/group-fetcher.ts";
import { type FileTarget, type FilesToWrite, noGroup } from "../ingest/messages.ts";
import { transfersOfParts } from "../ingest/transfers.ts";
import { forEachLimited, oneAhead } from "../../threads/parallel.ts";
import type { ReadParts } from "../crew/read-parts.ts";
import type { RestoreOptions, RestoreReport } from "../repository.ts";
import { restoreLargeFile } from "./restore-large-file.ts";
import { noChunk, type SmallFileJob, SmallFiles } from "./restore-small-files.ts";
import { RestoreTarget } from "./restore-target.ts";
import { walkTree } from "../tree/tree-reader.ts";

const jobsMax = 6;
/**
 * Of files of few parts, some wait for their first or last while others are written: two at once leave
 * threads idle.
 */
const largeFilesMax = 4;

/** Entries that are planned before other work gets its turn. */
const entriesPerTurn = 256;

interface LargeFile {
  readonly name: string;
  readonly modifiedAt: number;
  readonly inNewFolder: boolean;
  /** Entry of its list. */
  readonly list: number;
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
  await work.writeSmallFiles(walkTree(blobs, tree, options.paths, { lost }));
  await work.writeLargeFiles(blobs);
  target.setFolderTimes();
  return work.report();
}

class RestoreWork {
  readonly #parts: ReadParts;
  readonly #target: RestoreTarget;
  readonly #options: RestoreOptions;
  readonly #large: LargeFile[] = [];
  readonly #refused: { readonly path: string; readonly reason: string }[] = [];
  /** Temporary names are of this run, and never those of another. */
  readonly #temporary = `.sitekeep-${randomBytes(6).toString("hex")}-`;
  #temporaries = 0;
  #files = 0;
  #bytes = 0;
  /** Written of files that are not whole yet. */
  #unfinished = 0;

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

  /** Makes folders, writes files of one chunk, and takes note of the others. */
  async writeSmallFiles(entries: AsyncIterable<StoredEntry>): Promise<void> {
    await forEachLimited(this.#jobs(entries), jobsMax, (job) => this.#writeJob(job));
  }

  async writeLargeFiles(blobs: BlobReader): Promise<void> {
    const { signal } = this.#options;
    await forEachLimited(this.#large, largeFilesMax, async (file) => {
      const sha256 = this.#parts.index.chunks.idOf(file.list).slice();
      const found = { target: this.#targetOf(file), sha256, size: file.size };
      let begun = 0;
      const written = (bytes: number): void => {
        begun += bytes;
        this.#unfinished += bytes;
        this.#note(0, 0, file.name);
      };
      const reason = await restoreLargeFile(this.#parts, blobs, found, { signal, written });
      this.#unfinished -= begun;
      if (reason === undefined) this.#note(1, file.size, file.name);
      else this.refuse(file.name, reason);
    });
  }

  async *#jobs(entries: AsyncIterable<StoredEntry>): AsyncIterable<SmallFileJob> {
    for await (const files of oneAhead(this.#windows(entries))) yield* files.jobs();
  }

  /** Small files, so many at a time that a large tree does not fill memory. */
  async *#windows(entries: AsyncIterable<StoredEntry>): AsyncGenerator<SmallFiles> {
    let window = new SmallFiles(this.#parts.index.chunks);
    let count = 0;
    for await (const entry of entries) {
      this.#options.signal.throwIfAborted();
      this.#plan(entry, window);
      // A stop is heard between two turns of the event loop only.
      if (++count % entriesPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
      if (!window.isFull) continue;
      yield window;
      window = new SmallFiles(this.#parts.index.chunks);
    }
    yield window;
  }

  /** Makes folders at once and sorts files by how they are written. */
  #plan({ path: name, modifiedAt, file }: StoredEntry, small: SmallFiles): void {
    if (!file) {
      const refusal = this.#target.makeFolder(name, modifiedAt);
      if (refusal !== undefined) this.refuse(name, refusal);
      return;
    }
    const place = this.#target.placeFile(name);
    if ("refused" in place) return this.refuse(name, place.refused);
    const content = findContent(this.#parts.index.chunks, file.size, file.sha256);
    const planned = { name, modifiedAt, inNewFolder: place.inNewFolder };
    if (content === "missing") this.refuse(name, "its content is missing from the repository");
    else if (content === "empty") small.add({ ...planned, chunk: noChunk });
    else if ("chunk" in content) small.add({ ...planned, chunk: content.chunk });
    else this.#large.push({ ...planned, list: content.list, size: file.size });
  }

  async #writeJob(job: SmallFileJob): Promise<void> {
    const { store, index, session } = this.#parts;
    this.#options.signal.throwIfAborted();
    const gathered = await gatherGroups(
      store,
      index.chunks,
      job.chunks.filter((chunk) => chunk !== noChunk),
    );
    const { parts } = gathered;
    const files = this.#filesToWrite(job, gathered);
    const bytes = files.lengths.reduce((sum, length) => sum + length, 0);
    const post = session.idlest({ bytes, files: job.names.length });
    const { refused } = await session.ask(post, { do: "write-files", parts, files }, transfersOfParts(parts));
    for (const { at, reason } of refused) this.refuse(job.names[at]!, reason);
    const refusedBytes = refused.reduce((sum, { at }) => sum + files.lengths[at]!, 0);
    this.#note(job.names.length - refused.length, bytes - refusedBytes, job.names.at(-1)!);
  }

  #filesToWrite({ names, modifiedAt, inNewFolder, chunks }: SmallFileJob, gathered: Gathered): FilesToWrite {
    const firstNumber = this.#temporaries;
    this.#temporaries += names.length;
    return {
      root: this.#target.root,
      names: names.join("\0"),
      temporary: this.#temporary,
      firstNumber,
      overwrite: this.#options.overwrite,
      modifiedAt,
      inNewFolder,
      ...placesOf(this.#parts.index.chunks, chunks, gathered),
    };
  }

  #targetOf({ name, modifiedAt, inNewFolder }: LargeFile): FileTarget {
    const path = join(this.#target.root, name);
    const temporary = join(dirname(path), `${this.#temporary}${this.#temporaries++}`);
    return { path, temporary, modifiedAt, overwrite: this.#options.overwrite, inNewFolder };
  }

  #note(files: number, bytes: number, current: string): void {
    this.#files += files;
    this.#bytes += bytes;
    const shown = this.#bytes + this.#unfinished;
    const progress = { files: this.#files, bytes: shown, readBytes: shown, current };
    this.#options.onProgress?.(progress);
  }
}

/** Where the content of each file is in the groups that were fetched. */
function placesOf(index: ChunkIndex, chunks: Uint32Array, { groupOf }: Gathered) {
  const groups = new Uint32Array(chunks.length).fill(noGroup);
  const offsets = new Uint32Array(chunks.length);
  const lengths = new Uint32Array(chunks.length);
  const ids = new Uint8Array(chunks.length * digestBytes);
  for (const [at, chunk] of chunks.entries()) {
    if (chunk === noChunk) continue;
    const { offset, length } = index.place(chunk);
    groups[at] = groupOf(chunk);
    offsets[at] = offset;
    lengths[at] = length;
    ids.set(index.idOf(chunk), at * digestBytes);
  }
  return { groups, offsets, lengths, ids };
}
