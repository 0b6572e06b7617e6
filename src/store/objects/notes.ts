import { isSystemError } from "../backends/system-errors.ts";

/**
 * What a reader writes down beside its work, and the work does not rest on: a lease, a proof, a page of the
 * ledger, a cache. Where a disk, a share or this account's rights do not let it, that is said once for each
 * kind of note, and the work goes on. Whoever writes into a repository rests on its writes, and makes no
 * notes.
 */
export class Notes {
  readonly #said = new Map<string, string>();

  /** What could not be noted, each kind once, as sentences. */
  get lost(): readonly string[] {
    return [...this.#said.values()];
  }

  /**
   * Writes a note, if that can be done. `what` ends the sentence “Could not note …”; `means` is a sentence
   * that says what follows. Nothing comes back where it could not be written; faults of ours pass.
   */
  async write<Result>(
    { what, means }: { readonly what: string; readonly means: string },
    writing: () => Promise<Result>,
  ): Promise<Result | undefined> {
    try {
      return await writing();
    } catch (thrown) {
      if (!isSystemError(thrown)) throw thrown;
      if (!this.#said.has(what)) this.#said.set(what, `Could not note ${what}: ${thrown.message}. ${means}`);
      return undefined;
    }
  }
}
