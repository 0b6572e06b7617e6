import type { Instant } from "../base/instant.ts";

/**
 * One entry of a captured tree, offered by a driver to whoever keeps it. The driver says
 * where the bytes are and never reads them: the receiver reads only what it lacks, where it hashes it.
 */
export type Offer = FileOffer | FolderOffer;

interface EntryOffer {
  /** Relative, `/`-separated, no empty part, no `.` or `..`. Unique within a snapshot. */
  readonly path: string;
  readonly modifiedAt: Instant;
  /** Windows file attributes (FILE_ATTRIBUTE_*) where they are known. */
  readonly attributes?: number;
}

/** A folder of a captured tree. Folders above an entry need no offer of their own. */
export interface FolderOffer extends EntryOffer {
  readonly type: "folder";
}

/** A file of a captured tree. */
export interface FileOffer extends EntryOffer {
  readonly type: "file";
  /** Bytes as the file system told when the tree was listed. What is read later may be more or less. */
  readonly size: number;
  /** Where the bytes are: a file of this machine, or the bytes themselves when they are few and were made. */
  readonly locator: { readonly file: string } | { readonly bytes: Uint8Array };
  /** Stat facts that tell an unchanged file from a changed one without reading it. */
  readonly stamp?: FileStamp;
  /**
   * A name that states the content (FileLib). Content that differs is kept under its true hash and reported.
   */
  readonly knownSha256?: string;
  /** Without this file the snapshot is worth nothing: what is wrong with it fails the capture. */
  readonly essential?: true;
  /** The source changes while it is read by nature (a log); a changed size is then no problem. */
  readonly growing?: true;
}

/** What a file system tells of a file without its bytes being read. */
export interface FileStamp {
  /** Inode or file id: another number is another file. */
  readonly fileId: number;
  /** When content or properties last changed (`ctime`), which programs can't set back. */
  readonly changedAt: Instant;
}

/**
 * Takes what a driver offers. Offers are taken in any order and may be read later, until the capture ends.
 */
export interface Sink {
  /**
   * Resolves when the entry was queued; waits when the receiver is behind. Rejects only when the capture is
   * lost.
   */
  offer(entry: Offer): Promise<void>;
}

/** What a sink found wrong with one file. The rest of the tree is not touched by it. */
export interface FileRemark {
  /** The entry's path in the tree. */
  readonly path: string;
  /**
   * `vanished`: gone between listing and reading, which the next capture mends. `damaged`: the content isn't
   * what the file's name states.
   */
  readonly what: "vanished" | "changed-while-read" | "unreadable" | "damaged";
  /** In words: `content hashes to 4F1A…, its name says 9B02…`. */
  readonly detail: string;
  /** Set where the file was offered so: without it the snapshot is worth nothing. */
  readonly essential?: true;
}
