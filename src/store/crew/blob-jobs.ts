import type { ChunkIndex } from "../index/chunk-index.ts";
import type { CrewSession } from "./crew-session.ts";
import { contentTitle } from "../tree/file-content.ts";
import { gatherGroups } from "../index/group-fetcher.ts";
import type { LoadedIndex } from "../index/index-loader.ts";
import { transfersOfParts } from "../ingest/transfers.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import type { PackSink } from "./pack-sink.ts";
import type { ObjectUnreadable } from "../objects/repository-errors.ts";

/** What a thread is given at once … */
const jobBytesMax = 4 * 1024 * 1024;
/** … and how many such jobs are in memory. */
export const jobsMax = 6;

/** Entries of the index, in the order in which they lie, cut into jobs of a bounded size. */
export function* jobsOf(chunks: ChunkIndex, entries: Uint32Array): Iterable<Uint32Array> {
  let first = 0;
  let bytes = 0;
  for (let at = 0; at < entries.length; at++) {
    bytes += chunks.lengthOf(entries[at]!);
    if (bytes < jobBytesMax && at < entries.length - 1) continue;
    yield entries.subarray(first, at + 1);
    first = at + 1;
    bytes = 0;
  }
}

/** Plain bytes of the blobs of a job. */
export function bytesOf(chunks: ChunkIndex, job: Uint32Array): number {
  return job.reduce((sum, entry) => sum + chunks.lengthOf(entry), 0);
}

/** Where blobs are read, and who opens them. */
export interface JobSource {
  readonly store: ObjectStore;
  readonly index: LoadedIndex;
  readonly session: CrewSession;
}

/** Blobs that can't be had. */
export interface BadBlobs {
  /** Entries of the index. */
  readonly bad: readonly number[];
  /** Some of them may be sound: their packs were refused. */
  readonly refused: readonly ObjectUnreadable[];
  /** Some of them were read, and are not what was written. */
  readonly wrong: readonly number[];
}

/** Fetches and opens the blobs of a job, compares each with its digest, and names those that can't be had. */
export async function findBad({ store, index, session }: JobSource, job: Uint32Array): Promise<BadBlobs> {
  const { parts, placeOf, refused, wasRead } = await gatherGroups(store, index.chunks, job);
  const chunks = Array.from(job, placeOf);
  const post = session.idlest({ bytes: bytesOf(index.chunks, job), files: 1 });
  const reply = await session.ask(post, { do: "check", parts, chunks }, transfersOfParts(parts));
  const bad = reply.bad.map((at) => job[at]!);
  return { bad, refused, wrong: bad.filter(wasRead) };
}

/**
 * Has the blobs of a job opened, compared with their digests and packed again, and puts the packs that became
 * full. Names the first that can't be had, if any.
 */
export async function takeOverJob(
  { store, index, session }: JobSource,
  job: Uint32Array,
  sink: PackSink,
): Promise<{ readonly blob: string; readonly reason: string } | undefined> {
  const { parts, placeOf } = await gatherGroups(store, index.chunks, job);
  const chunks = Array.from(job, placeOf);
  const post = session.idlest({ bytes: bytesOf(index.chunks, job), files: 1 });
  const request = { do: "take-over", from: store.secret, parts, chunks } as const;
  const { packs, damage } = await session.ask(post, request, transfersOfParts(parts));
  await sink.put(packs);
  const [bad] = damage;
  if (!bad) return undefined;
  const { type, id } = chunks[bad.at]!;
  return { blob: contentTitle(type, id), reason: bad.reason };
}
