import { Worker } from "node:worker_threads";

/**
 * Of each worker: what it holds for long is outside the heap, and by default young objects may take five
 * times as much.
 */
const maxYoungGenerationSizeMb = 24;

interface Asked {
  resolve(reply: never): void;
  reject(fault: unknown): void;
}

/**
 * A worker that is asked questions and answers them in their order. When it dies, all that it owes is
 * rejected.
 */
export class Thread {
  readonly #worker: Worker;
  readonly #asked = new Map<number, Asked>();
  #next = 0;
  #isRunning = false;
  #dead: Error | undefined;

  /** The worker calls `answerQuestions`. */
  constructor(worker: URL) {
    this.#worker = new Worker(worker, { resourceLimits: { maxYoungGenerationSizeMb } });
    this.#worker.on("online", () => (this.#isRunning = true));
    this.#worker.on("message", (message) => this.#take(message));
    this.#worker.on("error", (error) => this.#die(error as Error));
    this.#worker.on("exit", () => this.#die(new Error("A worker thread ended too early.")));
    // Idle threads must not keep the program alive; a question that waits does.
    this.#worker.unref();
  }

  /** How many questions wait for an answer. */
  get waiting(): number {
    return this.#asked.size;
  }

  /** False while it starts, which takes longer than many a small question, and since it has died. */
  get isRunning(): boolean {
    return this.#isRunning && this.#dead === undefined;
  }

  ask<Reply>(question: unknown, transfer: readonly ArrayBuffer[] = []): Promise<Reply> {
    if (this.#dead) return Promise.reject(this.#dead);
    const number = this.#next++;
    return new Promise<Reply>((resolve, reject) => {
      if (this.#asked.size === 0) this.#worker.ref();
      this.#asked.set(number, { resolve, reject });
      this.#worker.postMessage({ number, question }, transfer);
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
