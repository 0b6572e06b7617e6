import type { Failure } from "./list-folder.ts";
import type { Reach } from "./listers.ts";

/** One entry found on disk. */
export interface FoundEntry {
  /** Below the walked folder, `/`-separated. */
  readonly path: string;
  readonly file: string;
  readonly type: "file" | "folder";
  readonly size: number;
  readonly modifiedAt: number;
  /**
   * Inode, or file id of NTFS and ReFS as far as a double holds it: enough to tell that it is another file.
   */
  readonly fileId: number;
  readonly changedAt: number;
  /** The file's text, where `texts` asked for it and it could be read. */
  readonly text?: string | undefined;
}

/**
 * Something in the tree that can't be taken: a folder that may not be listed, a link that is not followed.
 */
export interface WalkRemark {
  readonly path: string;
  readonly file: string;
  readonly error: Failure | "link" | "special" | "own";
}

/** What a walk has to say when it is over. */
export interface Walked {
  readonly remarks: readonly WalkRemark[];
  /** Patterns that asked for something and found nothing. */
  readonly idle: readonly string[];
}

export interface WalkOptions {
  /** Patterns over paths below the folder; empty means everything. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Files, by their path below the folder, whose text is found with them: small ones. */
  readonly texts?: RegExp;
  /** How near the folder is thought until its looks say otherwise: near. */
  readonly reach?: Reach;
  /** Paths below the folder that are the program's own, as `ownKey` writes them: none is taken. */
  readonly own?: ReadonlySet<string>;
  readonly signal?: AbortSignal;
}

/** Takes what a walk finds, one entry after the other; a walk waits for what it returns. */
export type TakeEntry = (entry: FoundEntry) => Promise<void> | void;

/**
 * Thrown when the walked folder itself can't be listed. Errors of the receiver are passed on as they came.
 */
export class FolderUnreadable extends Error {
  override readonly name = "FolderUnreadable";
  readonly reason: Failure;

  constructor(reason: Failure) {
    super(reason.message);
    this.reason = reason;
  }
}
