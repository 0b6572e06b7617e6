import { ByteReader } from "./encoding/byte-reader.ts";
import { ByteWriter } from "./encoding/byte-writer.ts";
import { digestBytes } from "./encoding/envelope.ts";
import { Malformed } from "./encoding/malformed.ts";

/** Where one segment of a tree is, and which paths it holds: from `firstPath` up to the next segment's. */
export interface SegmentRow {
  readonly firstPath: string;
  /** The `tree` blob. */
  readonly id: Uint8Array;
  readonly entries: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Count of segments, then for each: id, entries, length of the first path, first path. */
export function encodeTreeRoot(segments: readonly SegmentRow[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter().varint(segments.length);
  for (const segment of segments) {
    const path = encoder.encode(segment.firstPath);
    writer.bytes(segment.id).varint(segment.entries).varint(path.length).bytes(path);
  }
  return writer.take();
}

export function decodeTreeRoot(root: Uint8Array): readonly SegmentRow[] {
  const reader = new ByteReader(root);
  const segments: SegmentRow[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    const id = reader.bytes(digestBytes);
    const entries = reader.varint();
    const firstPath = decodePath(reader.bytes(reader.varint()));
    const last = segments.at(-1);
    if (last && firstPath <= last.firstPath) throw new Malformed("a tree's segments do not rise");
    segments.push({ id, entries, firstPath });
  }
  reader.end();
  return segments;
}

function decodePath(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (thrown) {
    throw new Malformed("a path is not UTF-8", { cause: thrown });
  }
}
