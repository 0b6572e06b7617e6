import { setTimeout as sleep } from "node:timers/promises";

/** Holds reading to so many bytes a second, measured over the time since it began. */
export class Pacer {
  readonly #bytesPerSecond: number;
  readonly #signal: AbortSignal;
  readonly #began = performance.now();
  #taken = 0;

  constructor(bytesPerSecond: number, signal: AbortSignal) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#signal = signal;
  }

  /** Waits until the bytes taken before these have had their time. */
  async take(bytes: number): Promise<void> {
    const due = this.#began + (this.#taken / this.#bytesPerSecond) * 1000;
    this.#taken += bytes;
    const wait = due - performance.now();
    if (wait > 1) await sleep(wait, undefined, { signal: this.#signal });
  }
}
