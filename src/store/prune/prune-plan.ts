import { toHex } from "../../core/base/bytes.ts";
import type { Instant } from "../../core/base/instant.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import { type Fences, publishedAt, type TrashedPack } from "../objects/fences.ts";
import { blobTypes } from "../format/pack-table.ts";

/** A pack in its place, as the store lists it. */
export interface StandingPack {
  /** The pack's digest in hexadecimal. */
  readonly hex: string;
  readonly size: number;
  readonly modifiedAt: Instant | undefined;
}

/** All that a plan is made from. */
export interface PruneFacts {
  readonly fences: Fences;
  readonly chunks: ChunkIndex;
  readonly isNeeded: (entry: number) => boolean;
  readonly packs: readonly StandingPack[];
  readonly trash: readonly TrashedPack[];
  readonly isLeased: boolean;
  readonly now: Instant;
  readonly graceMs: number;
  readonly maxUnusedPerMille: number;
}

/** What becomes of each pack, and which blobs are stored once more before that. */
export interface PackFates {
  readonly trash: readonly StandingPack[];
  /** Packs among these that hold something needed. */
  readonly repack: readonly StandingPack[];
  readonly keep: readonly StandingPack[];
  readonly leave: readonly StandingPack[];
  readonly remove: readonly TrashedPack[];
  readonly wait: readonly TrashedPack[];
  readonly unusedBytes: number;
  /** Entries of the index: what lies in packs that go, or that have gone to the trash. */
  readonly rescue: readonly number[];
}

/** What the index tells of one pack. */
interface Contents {
  needed: number;
  neededBytes: number;
  neededLists: number;
  plainBytes: number;
  lists: number;
}

/** Decides what becomes of each pack. Pure: equal facts give equal fates. */
export function decideFates(facts: PruneFacts): PackFates {
  const { chunks, fences, packs } = facts;
  const contents = readContents(facts);
  const of = (pack: StandingPack) => contents.get(pack.hex);
  const isGarbage = (pack: StandingPack) => (of(pack)?.needed ?? 0) === 0;
  const isCondemned = ({ hex }: StandingPack) => fences.condemned.has(hex);
  const isLeft = (pack: StandingPack) => !isCondemned(pack) && isYoung(pack, facts);
  // What is needed of a doubted pack may not be readable, and nobody builds on its lists.
  const isDoubted = ({ hex }: StandingPack) => fences.doubted.has(hex);
  const isForced = (pack: StandingPack) =>
    isCondemned(pack) || (!isDoubted(pack) && hasStaleLists(of(pack)!));
  const unneeded = packs.filter(isGarbage);
  const leave = unneeded.filter(isLeft);
  const garbage = unneeded.filter((it) => !isLeft(it));
  const needed = packs.filter((it) => !isGarbage(it));
  const forced = needed.filter(isForced);
  const rest = needed.filter((it) => !isForced(it));
  const movable = rest.filter((it) => !isDoubted(it));
  const wasteful = chooseWasteful(movable, (pack) => unusedBytesOf(pack, of(pack)!), facts.maxUnusedPerMille);
  const repack = [...forced, ...wasteful];
  const anew = new Set(wasteful);
  const keep = rest.filter((it) => !anew.has(it));
  const kept = new Set(keep.map(({ hex }) => hex));
  const rescue: number[] = [];
  const hexes = chunks.packs.map(({ digest }) => toHex(digest));
  for (let entry = 0; entry < chunks.count; entry++)
    if (facts.isNeeded(entry) && !kept.has(hexes[chunks.place(entry).pack]!)) rescue.push(entry);
  return {
    trash: [...garbage, ...repack],
    repack,
    keep,
    leave,
    ...splitTrash(facts),
    unusedBytes: keep.reduce((sum, pack) => sum + unusedBytesOf(pack, of(pack)!), 0),
    rescue,
  };
}

function readContents({ chunks, isNeeded }: PruneFacts): ReadonlyMap<string, Contents> {
  const all = chunks.packs.map(({ groups }, number): Contents => {
    const plainBytes = groups.reduce((sum, group) => sum + group.plainBytes, 0);
    return { needed: 0, neededBytes: 0, neededLists: 0, plainBytes, lists: chunks.listsIn(number) };
  });
  for (let entry = 0; entry < chunks.count; entry++) {
    if (!isNeeded(entry)) continue;
    const { pack, length } = chunks.place(entry);
    const contents = all[pack]!;
    contents.needed++;
    contents.neededBytes += length;
    const type = chunks.typeOf(entry);
    if (type === blobTypes.list || type === blobTypes.piece) contents.neededLists++;
  }
  return new Map(all.map((contents, number) => [toHex(chunks.packs[number]!.digest), contents]));
}

/**
 * A list that nothing needs may name chunks that go: a capture would find the file by it, and rest on them.
 */
function hasStaleLists({ lists, neededLists }: Contents): boolean {
  return lists > neededLists;
}

function unusedBytesOf({ size }: StandingPack, { plainBytes, neededBytes }: Contents): number {
  return plainBytes === 0 ? 0 : Math.round((size * (plainBytes - neededBytes)) / plainBytes);
}

/**
 * The worst packs, as many as must be made anew so that what stays has no larger share of unused bytes than
 * allowed.
 */
function chooseWasteful(
  packs: readonly StandingPack[],
  unusedOf: (pack: StandingPack) => number,
  maxUnusedPerMille: number,
): readonly StandingPack[] {
  const shareOf = (pack: StandingPack) => unusedOf(pack) / Math.max(1, pack.size);
  const worstFirst = [...packs].sort((left, right) => shareOf(right) - shareOf(left));
  let bytes = packs.reduce((sum, pack) => sum + pack.size, 0);
  let unused = packs.reduce((sum, pack) => sum + unusedOf(pack), 0);
  const chosen: StandingPack[] = [];
  for (const pack of worstFirst) {
    if (unused * 1000 <= bytes * maxUnusedPerMille) break;
    chosen.push(pack);
    unused -= unusedOf(pack);
    bytes -= unusedOf(pack);
  }
  return chosen;
}

/**
 * By the store's own clock, where it tells times: a kindness to captures that go on, and no more than that.
 */
function isYoung({ modifiedAt }: StandingPack, { now, graceMs }: PruneFacts): boolean {
  return modifiedAt !== undefined && modifiedAt + graceMs > now;
}

/** While anybody restores, nothing leaves the trash: an index that was read before still leads there. */
function splitTrash({
  trash,
  fences,
  isLeased,
  now,
  graceMs,
}: PruneFacts): Pick<PackFates, "remove" | "wait"> {
  const isOver = ({ fence }: TrashedPack): boolean => {
    const at = publishedAt(fences, fence);
    return !isLeased && at !== undefined && at + graceMs <= now;
  };
  return { remove: trash.filter(isOver), wait: trash.filter((it) => !isOver(it)) };
}
