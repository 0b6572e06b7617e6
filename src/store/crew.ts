import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Replies, Request } from "./ingest/messages.ts";
import { Station } from "./ingest/station.ts";

/** Threads beyond this wait for the disk, not for each other. */
const threadsMax = 8;

/** A place where stations' work is done: asked, it answers in the order of the requests. */
export interface Post {
  /** How many requests wait for an answer. */
  readonly waiting: number;
  ask<Name extends Request["do"]>(
    session: number,
    request: Request & { readonly do: Name },
    transfer?: readonly ArrayBuffer[],
  ): Promise<Replies[Name]>;
}

/** The threads of a repository. They are started when there is enough work for them, and at most once. */
export class Crew {
  readonly #threads: number;
  readonly #desk = deskPost();
  #posts: readonly ThreadPost[] = [];

  /** 0 threads: all work is done on the calling thread. */
  constructor(threads = Math.min(availableParallelism(), threadsMax)) {
    this.#threads = threads;
  }

  /** The posts for small work: the threads when they run already, else the calling thread. */
  small(): readonly Post[] {
    return this.#posts.length > 0 ? this.#posts : [this.#desk];
  }

  /** The posts for work that is worth starting threads for. */
  large(): readonly Post[] {
    if (this.#posts.length === 0) this.#posts = Array.from({ length: this.#threads }, () => new ThreadPost());
    return this.small();
  }

  async close(): Promise<void> {
    const posts = this.#posts;
    this.#posts = [];
    await Promise.all(posts.map((post) => post.close()));
  }
}

/** The post with the shortest queue. */
export function idlest(posts: readonly Post[]): Post {
  return posts.reduce((best, post) => (post.waiting < best.waiting ? post : best));
}

/** A station on the calling thread. It lets other events pass between two requests. */
function deskPost(): Post {
  const station = new Station();
  let waiting = 0;
  return {
    get waiting() {
      return waiting;
    },
    async ask(session, request) {
      waiting++;
      try {
        await new Promise((resolve) => setImmediate(resolve));
        return station.answer(session, request) as never;
      } finally {
        waiting--;
      }
    },
  };
}

interface Asked {
  resolve(reply: never): void;
  reject(fault: unknown): void;
}

/** A station in a thread. When the thread dies, all that it owes is rejected. */
class ThreadPost implements Post {
  readonly #worker = new Worker(workerUrl(import.meta.url));
  readonly #asked = new Map<number, Asked>();
  #next = 0;
  #dead: Error | undefined;

  constructor() {
    this.#worker.on("message", (message) => this.#take(message));
    this.#worker.on("error", (error) => this.#die(error as Error));
    this.#worker.on("exit", () => this.#die(new Error("A worker thread ended too early.")));
    // Idle threads must not keep the program alive; a question that waits does.
    this.#worker.unref();
  }

  get waiting(): number {
    return this.#asked.size;
  }

  ask<Name extends Request["do"]>(
    session: number,
    request: Request & { readonly do: Name },
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Replies[Name]> {
    if (this.#dead) return Promise.reject(this.#dead);
    const number = this.#next++;
    return new Promise((resolve, reject) => {
      if (this.#asked.size === 0) this.#worker.ref();
      this.#asked.set(number, { resolve, reject });
      this.#worker.postMessage({ number, session, request }, transfer);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #take({ number, reply, fault }: { number: number; reply: unknown; fault?: unknown }): void {
    const asked = this.#asked.get(number)!;
    this.#asked.delete(number);
    if (this.#asked.size === 0) this.#worker.unref();
    if (fault === undefined) asked.resolve(reply as never);
    else asked.reject(fault);
  }

  #die(error: Error): void {
    this.#dead ??= error;
    for (const { reject } of this.#asked.values()) reject(this.#dead);
    this.#asked.clear();
  }
}

/**
 * The one place that knows where the worker is: below this file as it is written; in the built program at the top,
 * where this file may be as well or one folder deeper, in a chunk.
 */
export function workerUrl(here: string): URL {
  if (here.endsWith(".ts")) return new URL("./ingest/worker.ts", here);
  return new URL(/\/chunks\/[^/]+$/.test(here) ? "../ingest-worker.js" : "./ingest-worker.js", here);
}
