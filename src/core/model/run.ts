import type { Instant } from "../base/instant.ts";
import type { Outcome } from "./outcome.ts";

/**
 * One execution of a plan by one machine: written once when it starts and once when it ends, never edited.
 * A run that started and never finished is shown as interrupted.
 */
export interface Run {
  /** `<machine>-<sequence>`, the sequence in eight digits: runs of one machine sort and chain. */
  readonly id: string;
  readonly machine: string;
  readonly sequence: number;
  readonly startedAt: Instant;
  readonly trigger: "apply" | "saved-plan" | "capture" | "copy" | "watch";
  /** SHA-256 of the plan's canonical JSON. A saved plan is applied once: a run with its digest exists then. */
  readonly planDigest: string;
  readonly sites: readonly string[];
  /** Digest of the machine's previous run: one hash chain a machine. */
  readonly previous?: string;
  readonly finished?: RunFinish;
}

export interface RunFinish {
  readonly at: Instant;
  readonly outcomes: readonly Outcome[];
  readonly result: "done" | "some-failed" | "cancelled";
}
