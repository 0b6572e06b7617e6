import { availableParallelism } from "node:os";
import type { Replies, Request, StationQuestion } from "../ingest/messages.ts";
import { Thread } from "../../threads/thread.ts";
import { type WorkerFile, workerUrl } from "../../threads/worker-url.ts";
import { Station } from "../ingest/station.ts";

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

export const ingestWorker: WorkerFile = { source: "../ingest/worker.ts", built: "ingest-worker.js" };

/** A station in a thread. */
class ThreadPost implements Post {
  readonly #thread = new Thread(workerUrl(import.meta.url, ingestWorker));

  get waiting(): number {
    return this.#thread.waiting;
  }

  ask<Name extends Request["do"]>(
    session: number,
    request: Request & { readonly do: Name },
    transfer?: readonly ArrayBuffer[],
  ): Promise<Replies[Name]> {
    const question: StationQuestion = { session, request };
    return this.#thread.ask(question, transfer);
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}
