import type { KeyProof } from "./key-proof.ts";

/** A slot of an encrypted repository, as people are shown it. What is in it can't be told from it. */
export interface KeySlotView {
  /** Sixteen hexadecimal digits, from the slot's salt. */
  readonly id: string;
  /** What opens it. `unreadable`: neither of its objects can be read. */
  readonly by: "key-file" | "password" | "unreadable";
  /** How many of its two equal objects can be read; one is enough to open it. */
  readonly copies: number;
  /** The keys at hand that open it, in words: `key file D:\keys\ps1.key`. */
  readonly opensWith: readonly string[];
  /** Absent where it was never proven, and where no key at hand opens the repository. */
  readonly lastProof?: KeyProof;
}
