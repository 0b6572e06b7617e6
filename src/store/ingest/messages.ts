import type { BlobType, GroupRow } from "../format/pack-table.ts";
import type { ChunkerSizes } from "../format/repository-config.ts";
import type { RepositorySecret } from "../format/encoding/seal.ts";
import type { PackProof } from "./prove-pack.ts";

/** What the main thread asks of a station, for one session. Each is answered once, in order, or fails. */
export type Request =
  | { readonly do: "open"; readonly setting: SessionSetting }
  | { readonly do: "read"; readonly files: readonly FileToRead[] }
  | { readonly do: "open-stream"; readonly file: FileToRead }
  | { readonly do: "read-stream"; readonly stream: number }
  | { readonly do: "hash"; readonly segment: Segment }
  | {
      readonly do: "keep";
      readonly batch: number;
      /** For each item that is a chunk: 1 when it is to be packed. */
      readonly needed: Uint8Array;
      readonly runs: readonly PageRun[];
    }
  | { readonly do: "store"; readonly blobs: readonly MadeBlob[] }
  | {
      /** Packs blobs of another repository, whose secret this is, each after its digest was compared. */
      readonly do: "take-over";
      readonly from: RepositorySecret;
      readonly parts: readonly PackPart[];
      readonly chunks: readonly ChunkPlace[];
    }
  | { readonly do: "finish" }
  | { readonly do: "finish-made" }
  | { readonly do: "close" }
  | { readonly do: "check"; readonly parts: readonly PackPart[]; readonly chunks: readonly ChunkPlace[] }
  | { readonly do: "check-pack"; readonly bytes: Uint8Array<ArrayBuffer>; readonly digest: Uint8Array }
  | { readonly do: "prove-pack"; readonly bytes: Uint8Array<ArrayBuffer>; readonly digest: Uint8Array }
  | {
      readonly do: "write-files";
      readonly parts: readonly PackPart[];
      readonly files: FilesToWrite;
    }
  | { readonly do: "begin-file"; readonly file: FileTarget }
  | { readonly do: "open-part"; readonly parts: readonly PackPart[]; readonly slices: readonly GroupSlice[] }
  | { readonly do: "write-part"; readonly file: number; readonly pieces: readonly Uint8Array<ArrayBuffer>[] }
  | { readonly do: "end-file"; readonly file: number; readonly keep: Uint8Array | undefined };

/** A request and the session that it is for, as it travels to a thread. */
export interface StationQuestion {
  readonly session: number;
  readonly request: Request;
}

/** The answer to each request, by its name. */
export interface Replies {
  readonly open: null;
  readonly read: HashedBatch;
  readonly "open-stream": { readonly stream: number } | { readonly failure: ReadFailure };
  readonly "read-stream": StreamPart;
  readonly hash: HashedBatch;
  readonly keep: readonly BuiltPack[];
  readonly store: readonly BuiltPack[];
  readonly "take-over": TakenOver;
  readonly finish: readonly BuiltPack[];
  /** Closes the open pack of trees and lists alone. */
  readonly "finish-made": readonly BuiltPack[];
  readonly close: null;
  readonly check: { readonly bad: readonly number[] };
  readonly "check-pack": { readonly isWhole: boolean };
  readonly "prove-pack": PackProof;
  readonly "write-files": { readonly refused: readonly RefusedFile[] };
  readonly "begin-file": { readonly file: number } | { readonly refused: string };
  readonly "open-part": OpenedPart;
  readonly "write-part": { readonly refused: string | undefined };
  readonly "end-file": { readonly refused: string | undefined };
}

/** What a station needs to work for one writer or reader. */
export interface SessionSetting {
  readonly secret: RepositorySecret;
  readonly chunker: ChunkerSizes;
  readonly packBytes: number;
  /** Salts are drawn from it: chance comes in from outside, and each station has its own. */
  readonly seed: Uint8Array;
}

export interface FileToRead {
  /** Where the file is, or its bytes. */
  readonly source: string | Uint8Array;
  readonly size: number;
  readonly modifiedAt: number;
  readonly growing: boolean;
}

export interface ReadFailure {
  readonly what: "vanished" | "unreadable";
  readonly detail: string;
}

/** What an item of a segment is. */
export const itemMarks = { chunk: 0, firstPage: 1, nextPage: 2 } as const;

/** Some whole items of a stream: chunks, and pages one by one. */
export interface Segment {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The end of each item. */
  readonly cuts: Uint32Array<ArrayBuffer>;
  /** What each item is, of `itemMarks`: a first page begins a run. */
  readonly marks: Uint8Array<ArrayBuffer>;
}

/** Pages of one batch that are to be packed as one blob. */
export interface PageRun {
  readonly id: Uint8Array;
  /** Positions in the batch, in order. */
  readonly items: readonly number[];
}

export interface StreamPart {
  readonly segment: Segment;
  /** Set on the last part. */
  readonly end?:
    { readonly sha256: Uint8Array; readonly size: number; readonly changed: string | undefined } | undefined;
  readonly failure?: ReadFailure | undefined;
}

/** Chunks and pages that a station holds until it is told which of them to keep. */
export interface HashedBatch {
  readonly batch: number;
  /** 32 bytes an item, all files behind one another. */
  readonly ids: Uint8Array;
  readonly lengths: Uint32Array;
  /** One for each file of a `read`; none for a `hash`. */
  readonly files: readonly FileRead[];
}

export type FileRead =
  | {
      readonly size: number;
      readonly sha256: Uint8Array;
      /** How many of the batch's chunks are this file's. */
      readonly chunks: number;
      readonly changed: string | undefined;
    }
  | { readonly failure: ReadFailure }
  /** Grown past what is read at once; nothing was kept of it. */
  | { readonly grown: true };

/** A blob that the main thread made: a piece of a tree or of a list. */
export interface MadeBlob {
  readonly type: BlobType;
  readonly id: Uint8Array;
  readonly fileBytes: number;
  readonly bytes: Uint8Array;
}

export interface BuiltPack {
  /** The whole object, ready to be put. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly digest: Uint8Array;
  readonly salt: Uint8Array;
  readonly table: Uint8Array;
  /** Whether the pack holds lists of files, which promise that there are other blobs. */
  readonly hasLists: boolean;
}

/** What was packed of another repository's blobs, and what could not be. */
export interface TakenOver {
  readonly packs: readonly BuiltPack[];
  /** By position in the request's chunks: what is wrong with each that is damaged. */
  readonly damage: readonly { readonly at: number; readonly reason: string }[];
}

/** Groups of one pack, still sealed, as they were fetched. */
export interface PackPart {
  readonly salt: Uint8Array;
  readonly groups: readonly SealedGroup[];
}

export interface SealedGroup extends GroupRow {
  readonly number: number;
  /** Absent when it could not be fetched; `missing` then says why. */
  readonly sealed: Uint8Array<ArrayBuffer> | undefined;
  readonly missing?: string;
}

/** A stretch of the groups of a request: `group` counts through all of its parts. */
export interface GroupSlice {
  readonly group: number;
  readonly offset: number;
  readonly length: number;
}

/** A chunk in the groups of a request. */
export interface ChunkPlace extends GroupSlice {
  readonly type: BlobType;
  readonly id: Uint8Array;
}

export interface FileTarget {
  readonly path: string;
  /** A name beside it for the time until it is whole. */
  readonly temporary: string;
  readonly modifiedAt: number;
  readonly overwrite: boolean;
  /** The file's folder was made by this restore: nobody need look whether a file is there. */
  readonly inNewFolder: boolean;
}

/**
 * Files of one chunk, or of none, in columns: to hand over an object for each would take the threads longer
 * than to write a small file.
 */
export interface FilesToWrite {
  /** The folder that is restored to. */
  readonly root: string;
  /** Relative paths of the files with a zero character between, which no path holds. */
  readonly names: string;
  /** How the names begin that they have until they are whole, and the number of the first. */
  readonly temporary: string;
  readonly firstNumber: number;
  readonly overwrite: boolean;
  readonly modifiedAt: Float64Array;
  /** 1 for each whose folder was made by this restore. */
  readonly inNewFolder: Uint8Array;
  /** The group of each file's chunk; `noGroup` for an empty file. */
  readonly groups: Uint32Array;
  readonly offsets: Uint32Array;
  readonly lengths: Uint32Array;
  /** 32 bytes a file. */
  readonly ids: Uint8Array;
}

export const noGroup = 0xffffffff;

/** Plain bytes of a file, one piece after the other; or why they could not be had. */
export type OpenedPart =
  { readonly pieces: readonly Uint8Array<ArrayBuffer>[] } | { readonly damaged: string };

export interface RefusedFile {
  /** Position in the request's files. */
  readonly at: number;
  readonly reason: string;
}
