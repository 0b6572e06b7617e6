import { given } from "../../../core/base/given.ts";
import { PatternList } from "../../../core/pattern/pattern-list.ts";
import { ownKey } from "./own-paths.ts";
import { FolderUnreadable, type TakeEntry, type WalkOptions, type WalkRemark } from "./found-entry.ts";
import { Branch, Frontier } from "./frontier.ts";
import {
  entryKinds,
  factsPerEntry,
  joinPace,
  listFolder,
  type Listing,
  type ListOrder,
  type Looks,
  noPace,
  pathOf,
  placeOf,
} from "./list-folder.ts";
import { closeListers, type Listers, openListers, type Reach } from "./listers.ts";

/**
 * Where even the fastest of some looks takes longer than this, each is a round trip, or a disk seeks. (The
 * average would not tell: on a busy machine a thread waits for its turn.)
 */
const nearLookMs = 0.1;
/** So many looks at least must agree. */
const nearLooksMin = 8;

/** A tree is walked without threads until it has so many entries: starting them would take longer. */
const entriesAlone = 2048;
/** Entries of one folder that are looked at in one go. */
const looksAtOnce = { alone: 64, near: 4096, far: 64 } as const;
/** Folders that a thread is asked for at once; far, each costs round trips, which are better shared out. */
const foldersAtOnce = { near: 128, far: 4 } as const;
const questionsPerThread = 2;
/** Entries that were found and wait for their turn: beyond it nothing is asked for ahead. */
const entriesAheadMax = 65_536;

/** The pattern that a folder has unless another is asked for. */
const everything = "**";

/** Entries after which other work gets its turn. */
const entriesPerTurn = 1024;

/** Some neighbours of one folder. */
interface Piece {
  readonly names: readonly string[];
  readonly looks: Looks | Promise<Looks>;
  /** The folders among them, where they are known before they are looked at here. */
  readonly children?: readonly Branch[];
}

/**
 * One walk: folders are listed ahead, by threads as soon as the tree is large or far, and taken in their
 * order.
 */
export class TreeWalk {
  readonly remarks: WalkRemark[] = [];
  readonly #take: TakeEntry;
  readonly #order: Omit<ListOrder, "looksMax">;
  readonly #signal: AbortSignal | undefined;
  readonly #wanted: PatternList;
  readonly #unwanted: PatternList;
  readonly #own: ReadonlySet<string>;
  readonly #root = new Branch("");
  readonly #frontier = new Frontier(this.#root);
  /**
   * The last ones are asked; those before them, of a walk that turned out to be far, may still owe answers.
   */
  readonly #listers: Listers[] = [];
  #reach: Reach;
  #pace = noPace;
  #found = 0;
  #taken = 0;
  #lastTurn = 0;

  constructor(root: string, take: TakeEntry, { include, exclude, texts, reach, own, signal }: WalkOptions) {
    this.#take = take;
    this.#order = { root, ...given({ texts }) };
    this.#signal = signal;
    this.#wanted = new PatternList(include?.length ? include : [everything]);
    this.#unwanted = new PatternList(exclude ?? []);
    this.#own = own ?? new Set();
    this.#reach = reach ?? "near";
  }

  run(): Promise<void> {
    return this.#visit(this.#root);
  }

  /**
   * Patterns that ask for something and found nothing. What is to be left out may be yet to come, and
   * everything may be nothing.
   */
  get idle(): readonly string[] {
    const excepted = this.#unwanted.idle.filter((it) => it.startsWith("!"));
    return [...this.#wanted.idle.filter((it) => it !== everything), ...excepted];
  }

  async close(): Promise<void> {
    await Promise.all(this.#listers.map(closeListers));
  }

  /**
   * Takes a folder's entries in the order of their names, and what is in the folders among them where it
   * belongs.
   */
  async #visit(branch: Branch): Promise<void> {
    this.#signal?.throwIfAborted();
    const listing = branch.listing ?? (await this.#list(branch));
    const { failure } = listing;
    if (failure && branch === this.#root) throw new FolderUnreadable(failure);
    if (failure) this.#remark(branch.path, failure);
    // `a` comes before `a b`, and that before `a/x`: a folder waits until a name follows that is not within
    // it.
    const waiting: Branch[] = [];
    for (const piece of this.#pieces(branch, listing)) await this.#takePiece(branch, piece, waiting);
    while (waiting.length > 0) await this.#visit(waiting.pop()!);
  }

  async #takePiece({ path }: Branch, { names, ...piece }: Piece, waiting: Branch[]): Promise<void> {
    const looks = await piece.looks;
    const children = piece.children ?? this.#findMore(path, names, looks);
    let child = 0;
    for (const [at, name] of names.entries()) {
      while (waiting.length > 0 && name > `${waiting.at(-1)!.name}/`) await this.#visit(waiting.pop()!);
      const taking = this.#takeEntry(path, name, looks, at);
      if (taking) await taking;
      if (children[child]?.name === name) waiting.push(children[child++]!);
      if (++this.#taken - this.#lastTurn >= entriesPerTurn) await this.#giveTurn();
    }
  }

  /** What was looked at with the names comes first; in a large folder the rest is asked for now. */
  #pieces({ path, children }: Branch, { names, ...looks }: Listing): readonly Piece[] {
    const seen = looks.kinds.length;
    const pieces: Piece[] = [
      { names: seen === names.length ? names : names.slice(0, seen), looks, children },
    ];
    const size = looksAtOnce[this.#reach];
    for (let from = seen; from < names.length; from += size) {
      const some = names.slice(from, from + size);
      const looking = this.#startedListers().look({ ...this.#order, looksMax: size }, path, some);
      // Told to whoever waits for it; the walk may have ended before.
      looking.catch(() => undefined);
      pieces.push({ names: some, looks: looking });
    }
    return pieces;
  }

  #findMore(path: string, names: readonly string[], looks: Looks): readonly Branch[] {
    this.#found += names.length;
    const children = this.#foldersIn(path, names, looks);
    this.#frontier.add(children);
    return children;
  }

  #takeEntry(folder: string, name: string, looks: Looks, at: number): Promise<void> | void {
    const path = pathOf(folder, name);
    const kind = looks.kinds[at];
    const type = kind === entryKinds.folder ? "folder" : "file";
    // Asked of both: a pattern has found something though another leaves it out.
    const isWanted = this.#wanted.holds(path, type);
    if (this.#unwanted.holds(path, type)) return;
    if (this.#isOwn(path))
      return isWanted || this.#wanted.reaches(path) ? this.#remark(path, "own") : undefined;
    if (kind === entryKinds.failed) return this.#remark(path, looks.failures.get(at)!);
    if (kind === entryKinds.link || kind === entryKinds.special) {
      // A profile on Windows is full of junctions: only those where something was wanted are worth a word.
      if (isWanted || this.#wanted.reaches(path))
        this.#remark(path, kind === entryKinds.link ? "link" : "special");
      return;
    }
    if (!isWanted) return;
    const { facts, texts } = looks;
    const row = at * factsPerEntry;
    return this.#take({
      path,
      file: placeOf(this.#order.root, path),
      type,
      size: facts[row]!,
      modifiedAt: facts[row + 1]!,
      fileId: facts[row + 2]!,
      changedAt: facts[row + 3]!,
      text: texts.size === 0 ? undefined : texts.get(at),
    });
  }

  /**
   * Lists a folder whose turn it is: at once while the tree is small, else by the threads, who are asked for
   * more ahead.
   */
  async #list(branch: Branch): Promise<Listing> {
    if (this.#isAlone()) {
      this.#arrive(branch, listFolder({ ...this.#order, looksMax: looksAtOnce.alone }, branch.path));
      return branch.listing!;
    }
    this.#askAhead();
    if (!branch.arrival) this.#ask([branch]);
    await branch.arrival;
    return branch.listing!;
  }

  /** While the tree is small, and until the threads that it then gets are running. */
  #isAlone(): boolean {
    if (this.#reach === "far") return false;
    return this.#found < entriesAlone || !this.#startedListers().isRunning;
  }

  /** Asks for the folders that come next, as long as the threads have too little to do. */
  #askAhead(): void {
    const listers = this.#startedListers();
    const { unasked } = this.#frontier;
    const isBehind = (): boolean => listers.waiting < listers.count * questionsPerThread;
    const size = Math.max(1, Math.min(foldersAtOnce[this.#reach], Math.ceil(unasked / listers.count)));
    while (this.#frontier.unasked > 0 && isBehind() && this.#found - this.#taken < entriesAheadMax)
      this.#ask(this.#frontier.next(size));
  }

  #ask(branches: readonly Branch[]): void {
    const order = { ...this.#order, looksMax: looksAtOnce[this.#reach] };
    const paths = branches.map(({ path }) => path);
    const arrival = this.#startedListers()
      .list(order, paths)
      .then((listings) => {
        for (const [at, branch] of branches.entries()) this.#arrive(branch, listings[at]!);
        this.#askAhead();
      });
    // Told to whoever waits for it; the walk may have ended before.
    arrival.catch(() => undefined);
    for (const branch of branches) this.#frontier.ask(branch, arrival);
  }

  #arrive(branch: Branch, listing: Listing): void {
    branch.listing = listing;
    branch.children = this.#foldersIn(branch.path, listing.names, listing);
    this.#frontier.replace(branch, branch.children);
    this.#found += listing.kinds.length;
    this.#pace = joinPace(this.#pace, listing.pace);
    if (this.#pace.looks < nearLooksMin) return;
    if (this.#pace.fastestMs > nearLookMs) this.#reach = "far";
    this.#pace = noPace;
  }

  /** The folders among entries that are walked: those that can hold something that is wanted. */
  #foldersIn(folder: string, names: readonly string[], { kinds }: Looks): readonly Branch[] {
    const branches: Branch[] = [];
    for (const [at, kind] of kinds.entries()) {
      if (kind !== entryKinds.folder) continue;
      const path = pathOf(folder, names[at]!);
      if (this.#wanted.reaches(path) && !this.#unwanted.holdsAllOf(path) && !this.#isOwn(path))
        branches.push(new Branch(path));
    }
    return branches;
  }

  /** Threads for how far the tree is thought to be now. */
  #startedListers(): Listers {
    const last = this.#listers.at(-1);
    if (last?.reach === this.#reach) return last;
    const listers = openListers(this.#reach);
    this.#listers.push(listers);
    return listers;
  }

  async #giveTurn(): Promise<void> {
    this.#lastTurn = this.#taken;
    this.#signal?.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
    if (!this.#isAlone()) this.#askAhead();
  }

  /** Nearly always there is none, and no path is written anew. */
  #isOwn(path: string): boolean {
    return this.#own.size > 0 && this.#own.has(ownKey(path));
  }

  #remark(path: string, error: WalkRemark["error"]): void {
    this.remarks.push({ path, file: placeOf(this.#order.root, path), error });
  }
}
