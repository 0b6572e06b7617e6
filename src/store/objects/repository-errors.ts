/** The folder or share holds no repository. */
export class NotARepository extends Error {
  override readonly name = "NotARepository";

  constructor(place: string) {
    super(`There is no repository in ${place}.`);
  }
}

/** There is a repository already where one was to be made. */
export class RepositoryExists extends Error {
  override readonly name = "RepositoryExists";

  constructor(place: string) {
    super(`There is a repository in ${place} already.`);
  }
}

/** None of the keys given opens the repository. */
export class RepositoryLocked extends Error {
  override readonly name = "RepositoryLocked";
}

/** A key file that holds no key. */
export class KeyFileInvalid extends Error {
  override readonly name = "KeyFileInvalid";
}

/** The repository has no keys: nothing in it is encrypted. */
export class NotEncrypted extends Error {
  override readonly name = "NotEncrypted";

  constructor(place: string) {
    super(`The repository in ${place} is not encrypted.`);
  }
}

/** The repository has no snapshot yet: a key that opens it can't be proven by what it reads. */
export class NothingToRead extends Error {
  override readonly name = "NothingToRead";

  constructor(place: string) {
    super(`The repository in ${place} has no snapshot yet.`);
  }
}

/** The repository has no key slot of this id. */
export class KeySlotMissing extends Error {
  override readonly name = "KeySlotMissing";

  constructor(slot: string) {
    super(`There is no key slot ${slot}.`);
  }
}

/** A key slot that has to stay: it is the last one, or no key at hand opens another. */
export class KeySlotNeeded extends Error {
  override readonly name = "KeySlotNeeded";
  readonly why: "last" | "no-other-key";

  constructor(slot: string, why: "last" | "no-other-key") {
    super(`The key slot ${slot} is needed.`);
    this.why = why;
  }
}

/** An object of the repository is damaged or missing; what can't be verified counts as absent. */
export class ObjectDamaged extends Error {
  override readonly name = "ObjectDamaged";
  readonly object: string;

  constructor(object: string, detail: string, options?: ErrorOptions) {
    super(`${object} can't be read: ${detail}.`, options);
    this.object = object;
  }
}

/**
 * The disk or share refused to read it. It may be sound: whoever takes something away or gives something up
 * must stop here, where others may treat it as damaged.
 */
export class ObjectUnreadable extends ObjectDamaged {}

/** The object is whole and was written by a later version of the program. */
export class ObjectTooNew extends Error {
  override readonly name = "ObjectTooNew";
  readonly object: string;

  constructor(object: string, detail: string, options?: ErrorOptions) {
    super(`${object} was written by a later version: ${detail}.`, options);
    this.object = object;
  }
}

/** No snapshot of this name is committed. */
export class SnapshotMissing extends Error {
  override readonly name = "SnapshotMissing";
  readonly snapshot: string;

  constructor(snapshot: string) {
    super(`There is no snapshot ${snapshot}.`);
    this.snapshot = snapshot;
  }
}

/**
 * Content that another capture of this process was about to store, and this one relied on, was lost with that
 * capture.
 */
export class SharedContentLost extends Error {
  override readonly name = "SharedContentLost";

  constructor() {
    super("Another capture ended before it had stored what this one shares with it.");
  }
}

/**
 * A snapshot can't be copied because something of it can't be read in the repository that it is copied from.
 */
export class CopySourceDamaged extends Error {
  override readonly name = "CopySourceDamaged";
  readonly object: string;

  constructor(object: string, detail: string, options?: ErrorOptions) {
    super(options?.cause ? detail : `${object} can't be copied: ${detail}.`, options);
    this.object = object;
  }
}

/** An increment can't be copied to where the snapshot that it is laid on is not. */
export class BaseNotCopied extends Error {
  override readonly name = "BaseNotCopied";

  constructor(snapshot: string, base: string) {
    super(`The snapshot ${snapshot} is laid on ${base}, which has no copy there.`);
  }
}

/** A restore of the snapshot is going on. */
export class SnapshotInUse extends Error {
  override readonly name = "SnapshotInUse";
  readonly snapshot: string;
  readonly holder: string;
  /** When the lease runs out, if the restore has died. */
  readonly until: number;

  constructor(snapshot: string, { holder, until }: { readonly holder: string; readonly until: number }) {
    super(`The snapshot ${snapshot} is being restored by ${holder}.`);
    this.snapshot = snapshot;
    this.holder = holder;
    this.until = until;
  }
}

/** What is needed can't be told, so that nothing may be taken away. */
export class PruneRefused extends Error {
  override readonly name = "PruneRefused";
  /** Objects and paths that are damaged or missing. */
  readonly damage: readonly string[];

  constructor(damage: readonly string[]) {
    super(`The repository is damaged: ${damage.slice(0, 3).join("; ")}.`);
    this.damage = damage;
  }
}

/** This machine's clock and the times in the repository can't both be right. */
export class ClockDoubted extends Error {
  override readonly name = "ClockDoubted";
  readonly now: number;
  /** The latest time that the repository knows of. */
  readonly known: number;

  constructor(now: number, known: number) {
    super(`The clock says ${new Date(now).toISOString()}, the repository ${new Date(known).toISOString()}.`);
    this.now = now;
    this.known = known;
  }
}
