import type { Coverage } from "./coverage.ts";

/**
 * What a repository holds and what that takes, reckoned from manifests, trees and the index. *Plain* bytes
 * are those of chunks before compression; *stored* bytes are what their groups take in the packs, each blob
 * its share by length.
 */
export interface RepositoryStats {
  /** Snapshots whose manifests could be read. */
  readonly snapshots: number;
  /** Sizes of all files of all snapshots: what a copy of each would take. */
  readonly fileBytes: number;
  /** Chunks that a snapshot needs, each counted once. */
  readonly content: ContentStats;
  /** Trees and lists of files that a snapshot needs. */
  readonly trees: BlobStats;
  /** What lies in the packs and no snapshot needs. */
  readonly unreferenced: BlobStats;
  /** Tables and envelopes of the packs that the index knows. */
  readonly packOverheadBytes: number;
  /** Packs that no index names: of a capture that died, or one that runs. */
  readonly unindexedPacks: DiskStats;
  /** Packs that the index names and that are not there. */
  readonly missingPacks: number;
  readonly index: IndexStats;
  /** How much of the packs was proven of late. */
  readonly coverage: Coverage;
  /** The repository's own files, by kind of object. The kinds add up to `total`. */
  readonly disk: DiskByKind;
  /** Figures of each source, sorted by site and name. */
  readonly sources: readonly SourceStats[];
  /** Oldest first. */
  readonly months: readonly MonthStats[];
  /** Names of what could not be read. The sums lack it, and what it needs may be counted as unreferenced. */
  readonly unreadable: readonly string[];
}

/** How many blobs, and what they take. */
export interface BlobStats {
  readonly blobs: number;
  /** Size of the blobs before compression. */
  readonly plainBytes: number;
  /** Size after compression and sealing: of its group each blob has a share by length. */
  readonly storedBytes: number;
}

/** `uniquePlainBytes`, of one source alone, and `sharedPlainBytes`, of several, add up to `plainBytes`. */
export interface ContentStats extends BlobStats {
  /** Size of the chunks that snapshots of one source alone need. */
  readonly uniquePlainBytes: number;
  /** Size of the chunks that snapshots of several sources need. */
  readonly sharedPlainBytes: number;
}

/** The index as one machine loads it. */
export interface IndexStats {
  /** Blobs that the index knows, each once. */
  readonly entries: number;
  /** What the columns and the hash table of the loaded index take. */
  readonly memoryBytes: number;
}

/** Objects of the repository by number and size. */
export interface DiskStats {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Kinds of objects that are told apart, by their folder. `other`: fences, leases, holds, proofs of keys, the
 * trash and what is no object.
 */
export const diskKinds = [
  "packs",
  "index",
  "snapshots",
  "proofs",
  "records",
  "ledger",
  "lost",
  "keys",
  "config",
  "other",
] as const;
/** One of `diskKinds`. */
export type DiskKind = (typeof diskKinds)[number];
/** Size of each kind of objects, and of all together. */
export type DiskByKind = Readonly<Record<DiskKind | "total", DiskStats>>;

/** What the snapshots of one source come to. */
export interface SourceStats {
  /** Site code. */
  readonly site: string;
  /** The source's name in its policy. */
  readonly source: string;
  readonly snapshots: number;
  /** Sizes of all files of its snapshots: what a copy of each would take. */
  readonly fileBytes: number;
  /** Chunks that any of its snapshots needs, each counted once. */
  readonly plainBytes: number;
  /** Size of the chunks that no other source needs. */
  readonly uniquePlainBytes: number;
}

/** What the snapshots of one month's recovery points come to. */
export interface MonthStats {
  /** UTC, of the recovery points: `2026-11`. */
  readonly month: string;
  readonly snapshots: number;
  /** Sizes of all files of its snapshots. */
  readonly fileBytes: number;
  /** Chunks whose oldest snapshot is of this month. The months add up to the content's plain bytes. */
  readonly newPlainBytes: number;
  /** What the captures of its snapshots wrote, as their manifests say. */
  readonly addedBytes: number;
}
