import type { ChunkIndex } from "../index/chunk-index.ts";
import type { CrewSession } from "../crew/crew-session.ts";
import type { IndexedPack } from "../format/index-file.ts";
import type { PackSink } from "../crew/pack-sink.ts";
import type { Claims } from "../index/shared-claims.ts";

/** What a capture or a copy writes with. */
export interface Flushing {
  readonly session: CrewSession;
  readonly packs: PackSink;
  readonly claims: Claims;
  readonly index: ChunkIndex;
  readonly signal: AbortSignal;
}

/**
 * Puts all that was packed on the store and into the index: lists after everything that they promise, also
 * where another capture stores that. Whoever finds a list after this program was killed relies on it.
 */
export async function flushPacks(flushing: Flushing): Promise<void> {
  const { packs, claims, index, signal } = flushing;
  const lists = await putAll(flushing);
  if (claims.isContentLeft(index)) {
    await packs.writeIndex([]);
    await claims.settleContent(index, signal);
  }
  await packs.writeIndex(lists);
}

/** Takes packs with content alone to the store, and waits for nobody. */
export async function flushContent(flushing: Flushing): Promise<void> {
  flushing.packs.returnLists(await putAll(flushing));
  await flushing.packs.writeIndex([]);
}

/**
 * Closes and puts what is open. Gives the packs with lists: they were closed first, so that what was closed
 * after them holds their chunks. Lists that come in meanwhile wait for the next time.
 */
async function putAll({ session, packs }: Flushing): Promise<readonly IndexedPack[]> {
  const finish = (what: "finish" | "finish-made"): Promise<unknown> =>
    Promise.all(session.usedPosts().map(async (post) => packs.put(await session.ask(post, { do: what }))));
  await finish("finish-made");
  const lists = packs.takeLists();
  await finish("finish");
  return lists;
}
