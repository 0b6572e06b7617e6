import type { Instant } from "../../core/base/instant.ts";
import { ObjectMissing } from "../backends/backend.ts";
import { decodeFence, encodeFence, type Fence } from "../format/fence-object.ts";
import {
  fenceFolder,
  fenceName,
  fenceNumberOf,
  indexEpochOf,
  trashFolder,
  trashPlaceOf,
} from "../format/layout.ts";
import { readLostPacks } from "./lost-packs.ts";
import { asDamage, type ObjectStore, unlessAbsent } from "./object-store.ts";
import { forEachLimited } from "../../threads/parallel.ts";

const requestsMax = 16;

/** The fences of a repository, and what else tells where one may build, as they were listed at one time. */
export interface Fences {
  /** The highest number, 0 before the first prune: who builds on what it sees now writes under this epoch. */
  readonly epoch: number;
  /**
   * Digests, in hexadecimal, of packs that a prune has condemned. They may go at any time; nobody builds on
   * them.
   */
  readonly condemned: ReadonlySet<string>;
  /**
   * Digests, in hexadecimal, of packs that were found bad or lead to such a one, by the word that was filed
   * when the fences were listed: nobody builds on them.
   */
  readonly doubted: ReadonlySet<string>;
  /** Fences that can be read, oldest first. */
  readonly readable: readonly Fence[];
  /** The fence that has the highest number, where it can be read. */
  readonly newest: Fence | undefined;
}

/**
 * Reads all fences. One that can't be verified counts by its number, as if it honoured nobody: a prune that
 * died while it published has moved nothing, and what another has moved is found in the trash.
 */
export async function readFences(store: ObjectStore): Promise<Fences> {
  const readable: Fence[] = [];
  let epoch = 0;
  await forEachLimited(store.backend.list(fenceFolder), requestsMax, async ({ name }) => {
    const number = fenceNumberOf(name);
    if (number === undefined) return;
    epoch = Math.max(epoch, number);
    const fence = await readFence(store, name);
    if (fence?.number === number) readable.push(fence);
  });
  readable.sort((left, right) => left.number - right.number);
  const condemned = new Set(readable.flatMap(({ trashed }) => trashed));
  if (epoch > 0) for (const { pack } of await listTrash(store)) condemned.add(pack);
  const { doubted } = await readLostPacks(store);
  const newest = readable.at(-1);
  return { epoch, condemned, doubted, readable, newest: newest?.number === epoch ? newest : undefined };
}

/**
 * Whether what an index file lists may be built on. What a prune keeps is in the files that its fence names,
 * and holds no list of a file whose chunks have gone; a writer that does not know the fence may have left
 * such a list behind, and died.
 */
export function isTrusted({ readable }: Fences, indexFile: string): boolean {
  const fence = readable.at(-1);
  return !fence || indexEpochOf(indexFile) >= fence.number || fence.index.includes(indexFile);
}

/**
 * False when somebody else has published this number: then nothing may be taken away on the strength of this
 * one. A number that was spent and taken away is free again; whoever slept since before that sees that there
 * is a higher one, which is never taken away.
 */
export async function publishFence({ backend, putNew }: ObjectStore, fence: Fence): Promise<boolean> {
  const name = fenceName(fence.number);
  const { isNew } = await putNew({ type: "fence", name }, encodeFence(fence));
  if (!isNew) return false;
  for await (const other of backend.list(fenceFolder)) {
    if ((fenceNumberOf(other.name) ?? 0) <= fence.number) continue;
    await backend.remove(name);
    return false;
  }
  return true;
}

/**
 * Passes an error on, unless somebody may be why: who has published a fence since, or who wakes and takes
 * away what an older fence has announced.
 */
export function unlessOvertaken(
  store: ObjectStore,
  { epoch }: Fences,
): (error: unknown) => Promise<undefined> {
  return async (error) => {
    if (error instanceof ObjectMissing) return undefined;
    if ((await readFences(store)).epoch === epoch) throw error;
    return undefined;
  };
}

/** A pack that a prune has moved away and that is not deleted yet. */
export interface TrashedPack {
  readonly name: string;
  readonly size: number;
  readonly fence: number;
  /** The pack's digest in hexadecimal. */
  readonly pack: string;
}

export async function listTrash({ backend }: ObjectStore): Promise<readonly TrashedPack[]> {
  const found: TrashedPack[] = [];
  for await (const { name, size } of backend.list(trashFolder)) {
    const place = trashPlaceOf(name);
    if (place) found.push({ name, size, ...place });
  }
  return found;
}

/**
 * When a fence was published; of one that can't be read, the time of the next one that can: later is safe.
 */
export function publishedAt({ readable }: Fences, number: number): Instant | undefined {
  return readable.find((it) => it.number >= number)?.at;
}

async function readFence(store: ObjectStore, name: string): Promise<Fence | undefined> {
  const reading = async () => {
    const body = await store.get({ type: "fence", name });
    return asDamage(name, () => decodeFence(body));
  };
  return unlessAbsent(reading());
}
