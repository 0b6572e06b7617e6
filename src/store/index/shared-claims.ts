import { ChunkIndex } from "./chunk-index.ts";
import type { BlobType } from "../format/pack-table.ts";
import { isContent } from "./usage-marks.ts";
import { SharedContentLost } from "../objects/repository-errors.ts";

/** How long a capture waits before it asks another again for what that has claimed a moment ago. */
const askAgainMs = 20;

/** A capture that stores to the repository now. */
export interface Claimant {
  /** Puts what it has claimed on the store, as far as it has read it. May wait for the content of others. */
  flush(): Promise<void>;
  /** Puts the content alone, and waits for nobody. */
  flushContent(): Promise<void>;
}

/**
 * What the captures of one process store to a repository, each blob by one of them: the source of a package
 * and its copy in the content library are captured at the same time, and stored once.
 */
export class SharedClaims {
  readonly #claims = new Map<Claimant, ChunkIndex>();

  begin(claimant: Claimant): Claims {
    this.#claims.set(claimant, new ChunkIndex());
    return new Claims(this.#claims, claimant);
  }
}

/** What one capture stores itself, and what it leaves to others. */
export class Claims {
  readonly #all: Map<Claimant, ChunkIndex>;
  readonly #claimant: Claimant;
  readonly #left = new ChunkIndex();

  constructor(all: Map<Claimant, ChunkIndex>, claimant: Claimant) {
    this.#all = all;
    this.#claimant = claimant;
  }

  get #own(): ChunkIndex {
    return this.#all.get(this.#claimant)!;
  }

  /** True when the capture must store the blob; false when it does already, or another does. */
  claim(type: BlobType, ids: Uint8Array, at: number, length: number): boolean {
    if (this.has(type, ids, at)) return false;
    for (const [other, claimed] of this.#all) {
      if (other === this.#claimant || claimed.find(type, ids, at) === -1) continue;
      this.#left.claim(type, ids, at, length);
      return false;
    }
    return this.#own.claim(type, ids, at, length);
  }

  /** Whether the capture stores the blob, or leaves it to another. */
  has(type: BlobType, ids: Uint8Array, at = 0): boolean {
    return this.#own.find(type, ids, at) !== -1 || this.#left.find(type, ids, at) !== -1;
  }

  /**
   * Waits until everything that was left to others is on the store; to be called when all of one's own is, or
   * two would wait for each other. `SharedContentLost` when one of them has ended without it.
   */
  settle(stored: ChunkIndex, signal: AbortSignal): Promise<void> {
    return this.#settle(
      () => this.#missingIn(stored),
      (owner) => owner.flush(),
      signal,
    );
  }

  /**
   * Waits for the content alone that was left to others, which waits for nothing in turn: what lists need
   * before they may be found.
   */
  settleContent(stored: ChunkIndex, signal: AbortSignal): Promise<void> {
    return this.#settle(
      () => this.#contentMissingIn(stored),
      (owner) => owner.flushContent(),
      signal,
    );
  }

  /** Whether content that was left to others can't be found yet. */
  isContentLeft(stored: ChunkIndex): boolean {
    return this.#contentMissingIn(stored).length > 0;
  }

  async #settle(
    find: () => readonly number[],
    ask: (owner: Claimant) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    for (let missing = find(); missing.length > 0; missing = find()) {
      signal.throwIfAborted();
      const owners = this.#ownersOf(missing);
      if (owners.length === 0) throw new SharedContentLost();
      // What fails there is told there; here it is missing.
      await Promise.all(owners.map((owner) => ask(owner).catch(() => undefined)));
      if (find().length > 0) await new Promise((resolve) => setTimeout(resolve, askAgainMs));
    }
  }

  /** Lets go of what is known from the index by now: of a million small files it would be as much again. */
  dropStored(stored: ChunkIndex): void {
    const own = this.#own;
    const kept = new ChunkIndex();
    for (let entry = 0; entry < own.count; entry++) {
      const [type, id] = [own.typeOf(entry), own.idOf(entry)];
      if (stored.find(type, id) === -1) kept.claim(type, id, 0, own.lengthOf(entry));
    }
    this.#all.set(this.#claimant, kept);
  }

  /** The capture has ended: what it has claimed is stored, or never will be. */
  end(): void {
    this.#all.delete(this.#claimant);
  }

  #contentMissingIn(stored: ChunkIndex): readonly number[] {
    return this.#missingIn(stored).filter((entry) => isContent(this.#left.typeOf(entry)));
  }

  #missingIn(stored: ChunkIndex): readonly number[] {
    const entries = Array.from({ length: this.#left.count }, (_, entry) => entry);
    return entries.filter((entry) => stored.find(this.#left.typeOf(entry), this.#left.idOf(entry)) === -1);
  }

  #ownersOf(missing: readonly number[]): readonly Claimant[] {
    const owns = (claimed: ChunkIndex) =>
      missing.some((entry) => claimed.find(this.#left.typeOf(entry), this.#left.idOf(entry)) !== -1);
    return [...this.#all].flatMap(([other, claimed]) =>
      other !== this.#claimant && owns(claimed) ? [other] : [],
    );
  }
}
