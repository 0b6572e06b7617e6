/**
 * Keeps named, immutable objects. The store asks no more than this of a folder or a cloud.
 *
 * An object is whole or absent: a reader never sees half of one, whatever the writer died of. Names are
 * `/`-separated, lower case, of letters, digits, `-`, `_` and `.`.
 */
export interface Backend {
  /** For messages: `folder /backup/main`. */
  readonly title: string;

  /**
   * Writes an object durably. Writing the same bytes under the same name again is allowed and does nothing.
   */
  put(name: string, bytes: Uint8Array): Promise<void>;

  /**
   * Writes an object only if none has that name; false when one has. Decided by the backend, not by a look
   * before.
   */
  putNew(name: string, bytes: Uint8Array): Promise<boolean>;

  /**
   * Reads an object or a part of it. Rejects with `ObjectMissing` when there is none, and where what has its
   * name can be none: a link, a pipe, a folder. Nothing is read through a link.
   */
  get(name: string, part?: Part): Promise<Uint8Array>;

  /** Names every object below `prefix`, each once, in no promised order. */
  list(prefix: string): AsyncIterable<ListedObject>;

  /** Removes an object. Removing an absent one is not an error, so that a retry is safe. */
  remove(name: string): Promise<void>;

  /**
   * Gives an object another name, its bytes untouched: at each moment it has one of the two. When only `to`
   * is there it was done before, so that a retry is safe; when neither is, it rejects with `ObjectMissing`.
   * Not for a `to` with other bytes.
   */
  move(from: string, to: string): Promise<void>;

  /**
   * Names what writers have begun and not finished: `list` passes over it, `remove` takes it. Most of it is
   * of writers that died; one that is at work has some too, and fails when it is taken from it. Absent where
   * a write leaves nothing behind.
   */
  unfinished?(): AsyncIterable<ListedObject>;

  /**
   * Names what lies among the objects and can be none: links, pipes, devices, and folders. Absent where
   * nothing but objects can be stored.
   */
  nonObjects?(): AsyncIterable<{ readonly name: string; readonly isFolder: boolean }>;
}

/**
 * What of an object is read: a part, whose negative offset counts from the end; or the whole, which is
 * refused with `ObjectTooLarge` where it has more bytes. Absent: the whole, of whatever size a pack may have.
 */
export type Part = { readonly offset: number; readonly length: number } | { readonly bytesMax: number };

/** What any object but an index has at most, with room for its envelope: larger ones are of somebody else. */
export const anyObjectBytesMax = (1 << 28) + (1 << 16);

/** An object as a backend lists it. */
export interface ListedObject {
  readonly name: string;
  readonly size: number;
  /** When the object was written, in UTC milliseconds by the store's clock, where the store tells. */
  readonly modifiedAt?: number;
}

/** Thrown by `get`: what has the name has more bytes than any object of its kind. */
export class ObjectTooLarge extends Error {
  override readonly name = "ObjectTooLarge";

  constructor(object: string, bytes: number) {
    super(`The object ${object} has ${bytes} bytes, more than any of its kind.`);
  }
}

/** Thrown by `get` and `move` alone. Every other failure is passed on as it came. */
export class ObjectMissing extends Error {
  override readonly name = "ObjectMissing";
  readonly object: string;

  constructor(object: string) {
    super(`The store has no object named ${object}.`);
    this.object = object;
  }
}
