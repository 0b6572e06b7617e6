import type { Backend } from "../../src/store/backends/backend.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** What one writer sees. */
export interface ScheduledView extends Backend {
  /** The store itself, for who looks at it when the writers have ended: nobody answers them then. */
  readonly below: Backend;
}

/**
 * Decides by a seed whose call to a store is next: calls wait until all writers wait (or have nothing to
 * ask), then one of them is let through. The same seed gives the same order.
 */
export class CallSchedule {
  readonly #random: SeededRandom;
  readonly #waiting: (() => void)[] = [];
  #over = false;
  /** Who was let through, in order. */
  readonly order: string[] = [];

  constructor(random: SeededRandom) {
    this.#random = random;
    void this.#run();
  }

  /** One writer's view of a backend. From call number `diesAt` on nothing is answered: the writer is dead. */
  view(writer: string, backend: Backend, diesAt = Infinity): ScheduledView {
    let calls = 0;
    const turn = async (): Promise<void> => {
      if (++calls >= diesAt) await new Promise(() => {});
      await new Promise<void>((resolve) => {
        this.#waiting.push(() => {
          this.order.push(writer);
          resolve();
        });
      });
    };
    return {
      below: backend,
      title: backend.title,
      put: async (name, bytes) => (await turn(), backend.put(name, bytes)),
      putNew: async (name, bytes) => (await turn(), backend.putNew(name, bytes)),
      get: async (name, part) => (await turn(), backend.get(name, part)),
      async *list(prefix) {
        await turn();
        yield* backend.list(prefix);
      },
      remove: async (name) => (await turn(), backend.remove(name)),
      move: async (from, to) => (await turn(), backend.move(from, to)),
    };
  }

  end(): void {
    this.#over = true;
  }

  async #run(): Promise<void> {
    while (!this.#over) {
      await quiet();
      const [next] = this.#waiting.splice(this.#random.below(this.#waiting.length), 1);
      next?.();
    }
  }
}

/** Work that needs no store comes to its end: the store's own thread gives way between two requests. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
