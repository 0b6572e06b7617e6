import type { BlobReader } from "../index/blob-reader.ts";
import { blobTypes } from "../format/pack-table.ts";
import { decodeTreeRoot, type SegmentRow } from "../format/tree-root.ts";
import { decodeTreeSegment, type StoredEntry } from "../format/tree-segment.ts";
import { asDamage } from "../objects/object-store.ts";
import { ObjectDamaged } from "../objects/repository-errors.ts";
import { toHex } from "../../core/base/bytes.ts";

/** A stretch of a tree that can't be read, in words for a report. */
export interface LostSegment {
  /** Empty for the tree as a whole. */
  readonly firstPath: string;
  readonly reason: string;
}

export interface WalkTreeOptions {
  lost?(segment: LostSegment): void;
  wants?(segment: SegmentRow): boolean;
}

/** Reads the root of a tree: its segments in order. */
export async function readTreeRoot(blobs: BlobReader, tree: Uint8Array): Promise<readonly SegmentRow[]> {
  const root = await blobs.read(blobTypes.root, tree);
  return asDamage(`tree root ${toHex(tree.subarray(0, 8))}`, () => decodeTreeRoot(root));
}

export async function readTreeSegment(blobs: BlobReader, row: SegmentRow): Promise<readonly StoredEntry[]> {
  const segment = await blobs.read(blobTypes.tree, row.id);
  return asDamage(`tree segment at ${row.firstPath}`, () => decodeTreeSegment(segment));
}

/**
 * The entries of a tree in order of their paths. `paths` narrows to entries and what is below them; empty
 * means all; `wants` to some segments. A segment that can't be read is told to `lost`, and the rest goes on;
 * without `lost` it is thrown.
 */
export async function* walkTree(
  blobs: BlobReader,
  tree: Uint8Array,
  paths: readonly string[],
  { lost, wants }: WalkTreeOptions = {},
): AsyncIterable<StoredEntry> {
  const rows = await readTreeRoot(blobs, tree).catch((thrown: unknown) =>
    reportLost(thrown, lost, { firstPath: "", what: "nothing of it can be listed" }),
  );
  for (const [at, row] of rows.entries()) {
    if (wants?.(row) === false || !mayHold(row.firstPath, rows[at + 1]?.firstPath, paths)) continue;
    for (const entry of await readOrReport(blobs, row, lost)) if (isSelected(entry.path, paths)) yield entry;
  }
}

async function readOrReport(
  blobs: BlobReader,
  row: SegmentRow,
  lost: ((segment: LostSegment) => void) | undefined,
): Promise<readonly StoredEntry[]> {
  try {
    return await readTreeSegment(blobs, row);
  } catch (thrown) {
    return reportLost(thrown, lost, {
      firstPath: row.firstPath,
      what: `${row.entries} entries from here on`,
    });
  }
}

function reportLost(
  error: unknown,
  lost: ((segment: LostSegment) => void) | undefined,
  { firstPath, what }: { readonly firstPath: string; readonly what: string },
): readonly [] {
  if (!(error instanceof ObjectDamaged) || !lost) throw error;
  lost({ firstPath, reason: `${what}: ${error.message}` });
  return [];
}

function isSelected(path: string, paths: readonly string[]): boolean {
  return paths.length === 0 || paths.some((it) => path === it || path.startsWith(`${it}/`));
}

/** `0` follows `/`: all that is below a path lies before it. */
function mayHold(first: string, next: string | undefined, paths: readonly string[]): boolean {
  if (paths.length === 0) return true;
  return paths.some((path) => first < `${path}0` && (next === undefined || next > path));
}
