import type { Coverage } from "./coverage.ts";

/**
 * What a repository holds and what that takes, reckoned from manifests, trees and the index. *Plain* bytes
 * are those of chunks before compression; *stored* bytes are what their groups take in the packs, each blob
 * its share by length.
 */
export interface RepositoryStats {
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
  readonly coverage: Coverage;
  /** The repository's own files, by kind of object. The kinds add up to `total`. */
  readonly disk: DiskByKind;
  readonly sources: readonly SourceStats[];
  /** Oldest first. */
  readonly months: readonly MonthStats[];
  /** Names of what could not be read. The sums lack it, and what it needs may be counted as unreferenced. */
  readonly unreadable: readonly string[];
}

export interface BlobStats {
  readonly blobs: number;
  readonly plainBytes: number;
  readonly storedBytes: number;
}

/** `uniquePlainBytes`, of one source alone, and `sharedPlainBytes`, of several, add up to `plainBytes`. */
export interface ContentStats extends BlobStats {
  readonly uniquePlainBytes: number;
  readonly sharedPlainBytes: number;
}

export interface IndexStats {
  readonly entries: number;
  /** What the columns and the hash table of the loaded index take. */
  readonly memoryBytes: number;
}

export interface DiskStats {
  readonly files: number;
  readonly bytes: number;
}

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
export type DiskKind = (typeof diskKinds)[number];
export type DiskByKind = Readonly<Record<DiskKind | "total", DiskStats>>;

export interface SourceStats {
  readonly site: string;
  readonly source: string;
  readonly snapshots: number;
  readonly fileBytes: number;
  /** Chunks that any of its snapshots needs, each counted once. */
  readonly plainBytes: number;
  /** Those of them that no other source needs. */
  readonly uniquePlainBytes: number;
}

export interface MonthStats {
  /** UTC, of the recovery points: `2026-11`. */
  readonly month: string;
  readonly snapshots: number;
  readonly fileBytes: number;
  /** Chunks whose oldest snapshot is of this month. The months add up to the content's plain bytes. */
  readonly newPlainBytes: number;
  /** What the captures of its snapshots wrote, as their manifests say. */
  readonly addedBytes: number;
}
