import { ByteReader } from "./encoding/byte-reader.ts";
import { ByteWriter } from "./encoding/byte-writer.ts";
import { digestBytes } from "./encoding/envelope.ts";
import { Malformed } from "./encoding/malformed.ts";
import { pageBytes, pageMarkBytes, pagesPerExtent } from "./encoding/pages.ts";

/** A run of bytes of one blob. */
export interface Slice {
  readonly id: Uint8Array;
  readonly offset: number;
  readonly length: number;
  /** Of a run of pages: the first bytes of each page's SHA-256, by which the next capture knows it again. */
  readonly marks?: Uint8Array;
}

/**
 * The parts of one file, in order. Level 0 lists slices of `data` and, with marks, of `pages` blobs; level 1
 * lists
 * `piece` blobs, each a list of level 0: `length` is then how many bytes of the file the piece stands for.
 */
export interface FileList {
  readonly level: number;
  readonly slices: readonly Slice[];
}

const whole = 0;
const part = 1;
const repeat = 2;
const pages = 3;
const levelMax = 1;

/**
 * Level, count of rows, rows. A row is 0, id, length (a chunk from its start), or 1, id, offset, length, or
 * 2, count: the row before it so many times more, or 3, id, first page, count, marks: pages of a run of
 * pages.
 */
export function encodeFileList(list: FileList): Uint8Array<ArrayBuffer> {
  const rows = new ByteWriter();
  let count = 0;
  for (let at = 0; at < list.slices.length; count++) {
    const slice = list.slices[at]!;
    writeSlice(rows, slice);
    const start = at++;
    while (at < list.slices.length && equals(slice, list.slices[at]!)) at++;
    if (at - start > 1) rows.u8(repeat).varint(at - start - 1);
    if (at - start > 1) count++;
  }
  return new ByteWriter().u8(list.level).varint(count).bytes(rows.take()).take();
}

function writeSlice(rows: ByteWriter, { id, offset, length, marks }: Slice): void {
  if (marks)
    rows
      .u8(pages)
      .bytes(id)
      .varint(offset / pageBytes)
      .varint(length / pageBytes)
      .bytes(marks);
  else if (offset === 0) rows.u8(whole).bytes(id).varint(length);
  else rows.u8(part).bytes(id).varint(offset).varint(length);
}

/** `slicesMax` bounds what a forged count may unfold to. */
export function decodeFileList(bytes: Uint8Array, slicesMax: number): FileList {
  const reader = new ByteReader(bytes);
  const level = reader.u8();
  if (level > levelMax) throw new Malformed(`a file list has level ${level}`);
  const slices: Slice[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    const kind = reader.u8();
    if (kind === repeat) repeatLast(slices, reader.varint(), slicesMax);
    else slices.push(readSlice(reader, kind));
    if (slices.length > slicesMax) throw new Malformed("a file list is too long");
  }
  reader.end();
  return { level, slices };
}

function readSlice(reader: ByteReader, kind: number): Slice {
  if (kind === pages) return readPages(reader);
  if (kind !== whole && kind !== part) throw new Malformed(`a file list has a row of kind ${kind}`);
  const id = reader.bytes(digestBytes);
  const offset = kind === part ? reader.varint() : 0;
  const length = reader.varint();
  // Rows of nothing could be repeated without end, and no sum of theirs would ever be too large.
  if (length === 0) throw new Malformed("a file list has a row of no bytes");
  return { id, offset, length };
}

function readPages(reader: ByteReader): Slice {
  const id = reader.bytes(digestBytes);
  const offset = reader.varint() * pageBytes;
  const count = reader.varint();
  if (count < 1 || count > pagesPerExtent) throw new Malformed(`a file list has a run of ${count} pages`);
  return { id, offset, length: count * pageBytes, marks: reader.bytes(count * pageMarkBytes) };
}

function repeatLast(slices: Slice[], count: number, slicesMax: number): void {
  const last = slices.at(-1);
  if (last === undefined) throw new Malformed("a file list begins with a repetition");
  if (slices.length + count > slicesMax) throw new Malformed("a file list is too long");
  for (let left = count; left > 0; left--) slices.push(last);
}

function equals(left: Slice, right: Slice): boolean {
  if (left.length !== right.length || left.offset !== right.offset) return false;
  if ((left.marks === undefined) !== (right.marks === undefined)) return false;
  return left.id === right.id || left.id.every((byte, at) => byte === right.id[at]);
}
