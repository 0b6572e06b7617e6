import { availableParallelism } from "node:os";
import { Thread } from "../../../threads/thread.ts";
import { type WorkerFile, workerUrl } from "../../../threads/worker-url.ts";
import type { Listing, ListOrder, Looks } from "./list-folder.ts";
import { type ListQuestion, type PackedListings, unpackListings } from "./list-messages.ts";

/** How near a folder is: a look at an entry of a near one takes microseconds, of a far one a round trip. */
export type Reach = "near" | "far";

const listWorker: WorkerFile = { source: "./list-worker.ts", built: "list-worker.js" };

/** Near, threads beyond this wait for the file system and for whoever takes the entries. */
const nearThreadsMax = 4;
/** Far, a thread waits for its round trip nearly all the time: so many requests are on their way at once. */
const farThreads = 16;

/**
 * Near ones that nobody uses now. A library is walked in two parts, and threads take longer to start than a
 * small part.
 */
let parked: Listers | undefined;

/** Threads for a folder that is thought to be so near. */
export function openListers(reach: Reach): Listers {
  const found = parked;
  if (reach === "far" || !found) return new Listers(reach);
  parked = undefined;
  return found;
}

/** Gives threads back. Those that owe nothing are kept for the next walk. */
export async function closeListers(listers: Listers): Promise<void> {
  const { reach, isRunning, waiting } = listers;
  if (reach === "near" && !parked && isRunning && waiting === 0) parked = listers;
  else await listers.end();
}

/** Threads that list folders and look at entries. Each waits for the file system by itself. */
export class Listers {
  readonly reach: Reach;
  readonly #threads: readonly Thread[];

  constructor(reach: Reach) {
    this.reach = reach;
    const count = reach === "far" ? farThreads : Math.min(availableParallelism(), nearThreadsMax);
    this.#threads = Array.from({ length: count }, () => new Thread(workerUrl(import.meta.url, listWorker)));
  }

  get isRunning(): boolean {
    return this.#threads.every((thread) => thread.isRunning);
  }

  get count(): number {
    return this.#threads.length;
  }

  /** Questions that wait for an answer. */
  get waiting(): number {
    return this.#threads.reduce((sum, thread) => sum + thread.waiting, 0);
  }

  async list(order: ListOrder, folders: readonly string[]): Promise<readonly Listing[]> {
    return unpackListings(await this.#ask({ order, folders: folders.join("\0") }));
  }

  async look(order: ListOrder, folder: string, names: readonly string[]): Promise<Looks> {
    return unpackListings(await this.#ask({ order, folders: folder, names: names.join("/") }))[0]!;
  }

  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  #ask(question: ListQuestion): Promise<PackedListings> {
    const thread = this.#threads.reduce((best, it) => (it.waiting < best.waiting ? it : best));
    return thread.ask(question);
  }
}
