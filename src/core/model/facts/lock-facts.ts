import { listOf, mapOf, text } from "./codec.ts";

/** What a copy of a database is locked by. Each by its use: `bitlocker`, `tde`, `backup`. */
export const lockFacts = {
  /** Uses that it certainly needs a key for: without them it gives back what nobody can read. */
  needsKeys: listOf(text),
  /**
   * The thumbprint of the certificate of each use; `unknown` where nobody could see it, nor, without its use
   * among `needsKeys`, whether it is used at all. Absent in what was captured before it was written down, and
   * in a set of the task whose server could not be asked: its problems tell that.
   */
  locks: mapOf(text),
};
