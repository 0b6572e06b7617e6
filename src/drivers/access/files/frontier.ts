import type { Listing } from "./list-folder.ts";

/** A folder that a walk knows of. */
export class Branch {
  /** Below the walked folder; "" for itself. */
  readonly path: string;
  readonly name: string;
  /** Set once it is listed. */
  listing: Listing | undefined;
  /**
   * The folders among the entries that were looked at with its names, as far as they are walked; in their
   * order.
   */
  children: readonly Branch[] = [];
  /** While and after a thread lists it. */
  arrival: Promise<void> | undefined;
  before: Branch | undefined;
  after: Branch | undefined;

  constructor(path: string) {
    this.path = path;
    this.name = path.slice(path.lastIndexOf("/") + 1);
  }
}

/**
 * The folders that are known and not listed yet, in the order in which they will be walked: what is asked for
 * ahead is what is walked next, however deep the tree is.
 */
export class Frontier {
  #first: Branch | undefined;
  #unasked = 0;

  constructor(root: Branch) {
    this.add([root]);
  }

  /** How many folders nobody was asked for yet. */
  get unasked(): number {
    return this.#unasked;
  }

  /** The first few that nobody was asked for yet. */
  next(count: number): readonly Branch[] {
    const found: Branch[] = [];
    for (let branch = this.#first; branch && found.length < count; branch = branch.after)
      if (!branch.arrival) found.push(branch);
    return found;
  }

  /** Notes that a thread lists it. */
  ask(branch: Branch, arrival: Promise<void>): void {
    branch.arrival = arrival;
    this.#unasked--;
  }

  /** Folders that come next. */
  add(branches: readonly Branch[]): void {
    this.#insert(branches, undefined, this.#first);
  }

  /** Puts the folders in a folder that was listed in its place. */
  replace(branch: Branch, children: readonly Branch[]): void {
    if (!branch.arrival) this.#unasked--;
    this.#insert(children, branch.before, branch.after);
    [branch.before, branch.after] = [undefined, undefined];
  }

  #insert(branches: readonly Branch[], before: Branch | undefined, after: Branch | undefined): void {
    let last = before;
    for (const branch of [...branches, after]) {
      if (last) last.after = branch;
      else this.#first = branch;
      if (branch) branch.before = last;
      last = branch;
    }
    this.#unasked += branches.length;
  }
}
