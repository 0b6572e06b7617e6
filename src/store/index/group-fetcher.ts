import { ObjectMissing } from "../backends/backend.ts";
import type { ChunkIndex, KnownPack, PlacedGroup } from "./chunk-index.ts";
import { packName } from "../format/layout.ts";
import { groupsPerPackMax } from "../format/pack-table.ts";
import type { ChunkPlace, PackPart, SealedGroup } from "../ingest/messages.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { getPack } from "../objects/pack-source.ts";
import { ObjectUnreadable } from "../objects/repository-errors.ts";

/** Groups with less than this between them are read in one go. */
const gapBytesMax = 128 * 1024;
const readBytesMax = 8 * 1024 * 1024;

/** Sealed groups that hold some blobs, and where each blob is in them. */
export interface Gathered {
  readonly parts: readonly PackPart[];
  /** What the disk or share refused to read. Those groups have no bytes, and may be sound. */
  readonly refused: readonly ObjectUnreadable[];
  /** Whether the group of an entry was read: it is neither missing nor refused. */
  wasRead(entry: number): boolean;
  /** The group of an entry, counted through all parts. */
  groupOf(entry: number): number;
  placeOf(entry: number): ChunkPlace;
}

/** Where groups are fetched from, and what was refused on the way. */
interface Fetching {
  readonly store: ObjectStore;
  readonly refused: ObjectUnreadable[];
}

/**
 * Fetches the groups that hold these entries of the index, each group once. Never fails: see `SealedGroup`
 * and `refused`.
 */
export async function gatherGroups(
  store: ObjectStore,
  index: ChunkIndex,
  entries: Iterable<number>,
): Promise<Gathered> {
  const wanted = new Map<number, Set<number>>();
  for (const entry of entries) {
    const { pack, group } = index.place(entry);
    const groups = wanted.get(pack) ?? new Set();
    wanted.set(pack, groups.add(group));
  }
  const fetching: Fetching = { store, refused: [] };
  const ordinals = new Map<number, number>();
  const parts: Promise<PackPart>[] = [];
  for (const [pack, groups] of wanted) {
    const numbers = [...groups].sort((left, right) => left - right);
    for (const number of numbers) ordinals.set(pack * groupsPerPackMax + number, ordinals.size);
    parts.push(fetchGroups(fetching, index.packs[pack]!, numbers));
  }
  const groupOf = (entry: number): number => {
    const { pack, group } = index.place(entry);
    return ordinals.get(pack * groupsPerPackMax + group)!;
  };
  const fetched = await Promise.all(parts);
  const sealed = fetched.flatMap(({ groups }) => groups.map((group) => group.sealed !== undefined));
  return {
    parts: fetched,
    refused: fetching.refused,
    wasRead: (entry) => sealed[groupOf(entry)]!,
    groupOf,
    placeOf(entry) {
      const { offset, length } = index.place(entry);
      const id = index.idOf(entry).slice();
      return { group: groupOf(entry), offset, length, type: index.typeOf(entry), id };
    },
  };
}

async function fetchGroups(
  fetching: Fetching,
  pack: KnownPack,
  numbers: readonly number[],
): Promise<PackPart> {
  const runs = runsOf(pack, numbers).map((run) => fetchRun(fetching, pack, run));
  return { salt: pack.salt, groups: (await Promise.all(runs)).flat() };
}

function runsOf(pack: KnownPack, numbers: readonly number[]): readonly (readonly number[])[] {
  const runs: number[][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    const group = pack.groups[number]!;
    const last = run && pack.groups[run.at(-1)!]!;
    const first = run && pack.groups[run[0]!]!;
    const isNear = last && group.at - endOf(last) <= gapBytesMax && endOf(group) - first!.at <= readBytesMax;
    if (isNear) run!.push(number);
    else runs.push([number]);
  }
  return runs;
}

/** One read for a run. When it fails, one for each group, so that one bad sector takes one group away. */
async function fetchRun(
  fetching: Fetching,
  pack: KnownPack,
  run: readonly number[],
): Promise<readonly SealedGroup[]> {
  const first = pack.groups[run[0]!]!;
  const last = pack.groups[run.at(-1)!]!;
  const name = packName(pack.digest);
  try {
    const part = { offset: first.at, length: endOf(last) - first.at };
    const bytes = ownBuffer(await getPack(fetching.store, pack.digest, part));
    return run.map((number) => sealedGroup(number, pack.groups[number]!, bytes, first.at));
  } catch (thrown) {
    const isMissing = thrown instanceof ObjectMissing;
    if (run.length > 1 && !isMissing)
      return (await Promise.all(run.map((number) => fetchRun(fetching, pack, [number])))).flat();
    if (!isMissing)
      fetching.refused.push(new ObjectUnreadable(name, (thrown as Error).message, { cause: thrown }));
    const missing = isMissing ? `pack ${name} is missing` : `pack ${name} can't be read: ${String(thrown)}`;
    return run.map((number) => ({ ...pack.groups[number]!, number, sealed: undefined, missing }));
  }
}

function sealedGroup(
  number: number,
  group: PlacedGroup,
  bytes: Uint8Array<ArrayBuffer>,
  from: number,
): SealedGroup {
  const { at, ...row } = group;
  return { ...row, number, sealed: bytes.subarray(at - from, at - from + group.sealedBytes) };
}

/** Buffers change hands between threads: one that others look into as well is copied first. */
export function ownBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length;
  return isOwn ? new Uint8Array(buffer) : new Uint8Array(bytes);
}

function endOf(group: PlacedGroup): number {
  return group.at + group.sealedBytes;
}
