import { digestBytes } from "../format/encoding/envelope.ts";
import type { Slice } from "../format/file-list.ts";
import { pageBytes, pageMarkBytes, pagesId, pagesPerExtent } from "../format/encoding/pages.ts";
import type { PageRun } from "../ingest/messages.ts";

/** Pages that the repository has: a part of a run. */
export interface KnownPage {
  readonly run: Uint8Array;
  /** The page's number in the run. */
  readonly page: number;
}

export interface PageSource {
  /** True when the run of this id is not in the repository yet and is now to be stored. */
  claim(run: Uint8Array, pages: number): boolean;
  /** Whether the repository has a run, or has it claimed. */
  has(run: Uint8Array): boolean;
  /** A page of the file's last state with this digest. */
  find(digests: Uint8Array, at: number): KnownPage | undefined;
}

/** How pages of a batch become slices of their file, and which of them must be stored for it. */
export interface PagePlan {
  readonly slices: readonly Slice[];
  readonly runs: readonly PageRun[];
}

interface DraftSlice {
  run: Uint8Array;
  page: number;
  readonly items: number[];
}

/**
 * Plans the pages of one batch. An extent that the repository has as a whole is taken as it is; of any other,
 * the pages that the file had before are taken from there, and the changed pages of neighbours are stored
 * together: so a changed page costs little more than itself.
 */
export class PagePlanner {
  readonly #digests: Uint8Array;
  readonly #source: PageSource;
  readonly #slices: DraftSlice[] = [];
  readonly #runs: PageRun[] = [];
  /** Changed pages that wait for company, and their slices. */
  #open: number[] = [];
  #openSlices: DraftSlice[] = [];

  /** `digests` has 32 bytes for each item of the batch. */
  constructor(digests: Uint8Array, source: PageSource) {
    this.#digests = digests;
    this.#source = source;
  }

  /** Plans one extent: pages that lie behind one another, by their items. */
  add(items: readonly number[]): void {
    const id = this.#idOf(items);
    const known = this.#source.has(id) ? undefined : items.map((at) => this.#find(at));
    if (known?.some((it) => it !== undefined)) {
      for (const [at, it] of known.entries()) this.#addPage(items[at]!, it);
      return;
    }
    if (known) this.#store(id, items);
    this.#slices.push({ run: id, page: 0, items: [...items] });
  }

  /**
   * Ends a stretch of pages: what follows is no page, or another batch. Gives what was added since the last
   * end.
   */
  end(): PagePlan {
    this.#closeOpen();
    const slices = this.#slices.splice(0).map((draft) => this.#sliceOf(draft));
    return { slices, runs: this.#runs.splice(0) };
  }

  #find(item: number): KnownPage | undefined {
    return this.#source.find(this.#digests, item * digestBytes);
  }

  #addPage(item: number, known: KnownPage | undefined): void {
    if (known) this.#extend({ run: known.run, page: known.page, items: [item] });
    else this.#openPage(item);
  }

  #openPage(item: number): void {
    const slice = this.#extend({ run: unnamed, page: this.#open.length, items: [item] });
    if (this.#openSlices.at(-1) !== slice) this.#openSlices.push(slice);
    this.#open.push(item);
    if (this.#open.length === pagesPerExtent) this.#closeOpen();
  }

  /** Joins pages that lie behind one another in the file and in their run. */
  #extend(next: DraftSlice): DraftSlice {
    const last = this.#slices.at(-1);
    const isJoined =
      last?.run === next.run &&
      last.page + last.items.length === next.page &&
      last.items.length < pagesPerExtent;
    if (isJoined) last.items.push(...next.items);
    else this.#slices.push(next);
    return isJoined ? last : next;
  }

  #closeOpen(): void {
    if (this.#open.length === 0) return;
    const id = this.#idOf(this.#open);
    if (!this.#source.has(id)) this.#store(id, this.#open);
    for (const slice of this.#openSlices) slice.run = id;
    this.#open = [];
    this.#openSlices = [];
  }

  #store(id: Uint8Array, items: readonly number[]): void {
    if (this.#source.claim(id, items.length)) this.#runs.push({ id, items });
  }

  #idOf(items: readonly number[]): Uint8Array {
    const digests = new Uint8Array(items.length * digestBytes);
    for (const [at, item] of items.entries())
      digests.set(this.#digestOf(item, digestBytes), at * digestBytes);
    return pagesId(digests);
  }

  #sliceOf({ run, page, items }: DraftSlice): Slice {
    const marks = new Uint8Array(items.length * pageMarkBytes);
    for (const [at, item] of items.entries())
      marks.set(this.#digestOf(item, pageMarkBytes), at * pageMarkBytes);
    return { id: run, offset: page * pageBytes, length: items.length * pageBytes, marks };
  }

  #digestOf(item: number, bytes: number): Uint8Array {
    return this.#digests.subarray(item * digestBytes, item * digestBytes + bytes);
  }
}

const unnamed = new Uint8Array(0);
