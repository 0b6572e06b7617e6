import { extentPages, isAllocated, isChanged, type PageDigests, pageCountOf } from "./page-digests.ts";

/** Extents that hold an allocated page, in the order of the file. */
export function allocatedExtents(digests: PageDigests): readonly number[] {
  return extentsWhere(digests, (page) => isAllocated(digests, page));
}

/** Extents in which an allocated page is not as it was. */
export function changedExtents(before: PageDigests, now: PageDigests): readonly number[] {
  return extentsWhere(now, (page) => isAllocated(now, page) && isChanged(before, now, page));
}

function extentsWhere(digests: PageDigests, isWanted: (page: number) => boolean): readonly number[] {
  const extents: number[] = [];
  const count = pageCountOf(digests);
  for (let first = 0; first < count; first += extentPages) {
    for (let page = first; page < Math.min(first + extentPages, count); page++) {
      if (!isWanted(page)) continue;
      extents.push(first / extentPages);
      break;
    }
  }
  return extents;
}

/** Extents that one reader takes at a time. */
const runExtents = 16;

/**
 * The order in which extents reach the media. Two readers start at the beginning and in the middle and
 * take turns, not always evenly: so the pages of a backup are no copy of the file in its order.
 */
export function interleave(extents: readonly number[], seed: number): readonly (readonly number[])[] {
  const length = Math.max(1, Math.min(runExtents, Math.ceil(extents.length / 20)));
  const middle = Math.ceil(extents.length / length / 2) * length;
  const [first, second] = [runsOf(extents.slice(0, middle), length), runsOf(extents.slice(middle), length)];
  const runs: (readonly number[])[] = [];
  // The second reader is always the quicker one at the start.
  const ahead = second.shift();
  if (ahead !== undefined) runs.push(ahead);
  for (let state = seed | 1; first.length + second.length > 0;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const next = (state >>> 16) % 3 === 0 ? second : first;
    const run = next.shift() ?? first.shift() ?? second.shift();
    if (run !== undefined) runs.push(run);
  }
  return runs;
}

function runsOf(extents: readonly number[], length: number): (readonly number[])[] {
  const runs: (readonly number[])[] = [];
  for (let at = 0; at < extents.length; at += length) runs.push(extents.slice(at, at + length));
  return runs;
}
