import { isAscii } from "node:buffer";
import type { Instant } from "../../core/base/instant.ts";
import { ByteReader } from "./encoding/byte-reader.ts";
import { ByteWriter } from "./encoding/byte-writer.ts";
import { digestBytes } from "./encoding/envelope.ts";
import { Malformed } from "./encoding/malformed.ts";

/** A file's size and digest, which is also the name of its content. */
export interface FileContent {
  readonly size: number;
  readonly sha256: Uint8Array;
}

/** One entry of a tree as it is stored. */
export interface StoredEntry {
  readonly path: string;
  readonly modifiedAt: Instant;
  readonly attributes: number | undefined;
  /** Absent for a folder. */
  readonly file: FileContent | undefined;
}

const folderFlag = 1;
const attributesFlag = 2;
const knownFlags = folderFlag | attributesFlag;

/**
 * Paths of one segment, each written out: a few bytes that share a long path with the one before stand for
 * all of it.
 */
const pathBytesMax = 256 * 1024 * 1024;

/** Enough for most; there is more room where it is needed. */
const pathBytesGuess = 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Writes the entries of one segment, each path as the count of bytes that it shares with the one before, then
 * the rest. The first path of a segment shares nothing, so that a segment is read alone.
 */
export class TreeSegmentWriter {
  readonly #writer = new ByteWriter();
  #last: Uint8Array = new Uint8Array(0);
  /** Room for a path, and for the one before: they change places with each entry. */
  #room = new Uint8Array(pathBytesGuess);
  #otherRoom = new Uint8Array(pathBytesGuess);

  get length(): number {
    return this.#writer.length;
  }

  /**
   * Adds the next entry and gives the bytes of its path, on which the caller may base a cut: good until the
   * next.
   */
  add(entry: StoredEntry): Uint8Array {
    const path = this.#encode(entry.path);
    const shared = sharedBytes(this.#last, path);
    this.#last = path;
    this.#writer
      .varint(shared)
      .varint(path.length - shared)
      .bytes(path.subarray(shared));
    this.#writer.u8((entry.file ? 0 : folderFlag) | (entry.attributes === undefined ? 0 : attributesFlag));
    this.#writer.varint(zigzag(entry.modifiedAt));
    if (entry.attributes !== undefined) this.#writer.varint(entry.attributes);
    if (entry.file) this.#writer.varint(entry.file.size).bytes(entry.file.sha256);
    return path;
  }

  #encode(path: string): Uint8Array {
    [this.#room, this.#otherRoom] = [this.#otherRoom, this.#room];
    const bytesMax = path.length * 3;
    if (this.#room.length < bytesMax) this.#room = new Uint8Array(bytesMax);
    return this.#room.subarray(0, encoder.encodeInto(path, this.#room).written);
  }

  /** Ends the segment; the next entry begins a new one. */
  take(): Uint8Array<ArrayBuffer> {
    const segment = this.#writer.take();
    this.#writer.clear();
    this.#last = new Uint8Array(0);
    return segment;
  }
}

/** Reads a segment back. Paths must rise, or lookups would go astray. */
export function decodeTreeSegment(segment: Uint8Array): readonly StoredEntry[] {
  const reader = new ByteReader(segment);
  const entries: StoredEntry[] = [];
  const paths = new PathReader();
  let last: string | undefined;
  while (!reader.done) {
    const path = paths.read(reader);
    if (last !== undefined && path <= last) throw new Malformed("a tree's paths do not rise");
    last = path;
    entries.push(readEntry(reader, path));
  }
  return entries;
}

/** Reads one path after another, each built on the one before. */
class PathReader {
  #room: Buffer = Buffer.allocUnsafe(pathBytesGuess);
  #length = 0;
  #bytesSoFar = 0;
  /** While all paths so far are ASCII, which is decoded in a third of the time. */
  #isAscii = true;

  read(reader: ByteReader): string {
    const shared = reader.varint();
    if (shared > this.#length) throw new Malformed("a path shares more than there is");
    const rest = reader.bytes(reader.varint());
    this.#length = shared + rest.length;
    this.#bytesSoFar += this.#length;
    if (this.#bytesSoFar > pathBytesMax)
      throw new Malformed("its paths are longer than a segment may unfold to");
    if (this.#length > this.#room.length)
      this.#room = Buffer.concat([this.#room.subarray(0, shared)], this.#length * 2);
    this.#room.set(rest, shared);
    this.#isAscii &&= isAscii(rest);
    return this.#isAscii
      ? this.#room.toString("latin1", 0, this.#length)
      : decodePath(this.#room.subarray(0, this.#length));
  }
}

function decodePath(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (thrown) {
    throw new Malformed("a path is not UTF-8", { cause: thrown });
  }
}

function readEntry(reader: ByteReader, path: string): StoredEntry {
  const flags = reader.u8();
  if ((flags & ~knownFlags) !== 0) throw new Malformed(`an entry has flags ${flags}`);
  const modifiedAt = unzigzag(reader.varint());
  const attributes = (flags & attributesFlag) === 0 ? undefined : reader.varint();
  const isFolder = (flags & folderFlag) !== 0;
  const file = isFolder ? undefined : { size: reader.varint(), sha256: reader.bytes(digestBytes) };
  return { path, modifiedAt, attributes, file };
}

function sharedBytes(left: Uint8Array, right: Uint8Array): number {
  const most = Math.min(left.length, right.length);
  let shared = 0;
  while (shared < most && left[shared] === right[shared]) shared++;
  return shared;
}

/** Times before 1970 exist: signed numbers become even, negative ones odd. */
function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
