import { createHash, hash } from "node:crypto";
import { blobTypes } from "../format/pack-table.ts";
import { pageBytes } from "../format/encoding/pages.ts";
import type { Chunker } from "./gear-chunker.ts";
import type { FileRead, FileToRead, HashedBatch, Request, Segment } from "./messages.ts";
import type { PackBuilder } from "./pack-builder.ts";
import { ReadArena, readWholeFile } from "./read-file.ts";

type KeepRequest = Omit<Request & { readonly do: "keep" }, "do">;

interface Held {
  readonly chunks: readonly Uint8Array[];
  readonly ids: Uint8Array;
}

/**
 * Chunks that were read and hashed here and wait for the main thread to say which of them are new. The bytes
 * never leave the thread that read them.
 */
export class HeldBatches {
  readonly #chunker: Chunker;
  readonly #held = new Map<number, Held>();
  #next = 0;

  constructor(chunker: Chunker) {
    this.#chunker = chunker;
  }

  /** Reads files, cuts and hashes them. */
  read(files: readonly FileToRead[]): HashedBatch {
    const arena = new ReadArena(files.reduce((sum, file) => sum + file.size + 1, 0));
    const chunks: Uint8Array[] = [];
    const digests: Uint8Array[] = [];
    const read = files.map((file) => this.#readFile(file, arena, { chunks, digests }));
    return this.#hold(chunks, Buffer.concat(digests), read);
  }

  /** Hashes chunks and pages of a large file that another thread may have read. */
  hash(segment: Segment): HashedBatch {
    const chunks: Uint8Array[] = [];
    let start = 0;
    for (const end of segment.cuts) {
      chunks.push(segment.bytes.subarray(start, end));
      start = end;
    }
    return this.#hold(chunks, Buffer.concat(chunks.map(digest)), []);
  }

  /** Packs what is needed of a batch and lets the batch go. */
  keep({ batch, needed, runs }: KeepRequest, builder: PackBuilder): void {
    const { chunks, ids } = this.#held.get(batch)!;
    this.#held.delete(batch);
    for (const { id, items } of runs) {
      const pages = items.map((at) => chunks[at]!);
      const length = pages.length * pageBytes;
      builder.add({ type: blobTypes.pages, id, length, fileBytes: 0 }, ...pages);
    }
    for (const [at, chunk] of chunks.entries()) {
      if (needed[at] === 0) continue;
      const id = ids.subarray(at * 32, at * 32 + 32);
      builder.add({ type: blobTypes.data, id, length: chunk.length, fileBytes: 0 }, chunk);
    }
  }

  #readFile(
    file: FileToRead,
    arena: ReadArena,
    into: { chunks: Uint8Array[]; digests: Uint8Array[] },
  ): FileRead {
    const read = readWholeFile(file, arena);
    if (!("bytes" in read)) return read;
    const { bytes, changed } = read;
    const first = into.chunks.length;
    for (let start = 0; start < bytes.length;) {
      const end = this.#chunker.cut(bytes, start, bytes.length);
      into.chunks.push(bytes.subarray(start, end));
      start = end;
    }
    const chunks = into.chunks.length - first;
    const sha256 = digest(bytes);
    // The chunk of a file of one chunk is the file: one hash serves both.
    if (chunks === 1) into.digests.push(sha256);
    else into.digests.push(...into.chunks.slice(first).map(digest));
    return { size: bytes.length, sha256, chunks, changed };
  }

  #hold(chunks: readonly Uint8Array[], ids: Uint8Array, files: readonly FileRead[]): HashedBatch {
    const batch = this.#next++;
    this.#held.set(batch, { chunks, ids });
    return {
      batch,
      ids: new Uint8Array(ids),
      lengths: Uint32Array.from(chunks, (chunk) => chunk.length),
      files,
    };
  }
}

function digest(bytes: Uint8Array): Uint8Array {
  // `hash` is a fifth faster than `createHash` for small files; it came with Node 20.12.
  return bytes.length < 65_536
    ? hash("sha256", bytes, "buffer")
    : createHash("sha256").update(bytes).digest();
}
