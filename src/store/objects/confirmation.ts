import type { Proof, SnapshotId } from "../../core/model/repository/snapshot.ts";
import type { Fences } from "./fences.ts";

/** What a snapshot says of itself that tells whether it is confirmed. */
export interface Claimed {
  readonly id: SnapshotId;
  readonly epoch: number;
  readonly proofs: readonly Proof[];
}

/**
 * Whether a snapshot is known to have all that it needs, in spite of every prune: it was written, or looked
 * at as a whole, under the newest fence, or the prune that published that fence has seen to it. No clock has
 * a say in it.
 */
export function isConfirmed(
  { epoch: newest, newest: fence }: Fences,
  { id, epoch, proofs }: Claimed,
): boolean {
  if (epoch >= newest) return true;
  if (fence?.honoured.includes(id)) return true;
  return proofs.some((proof) => proof.result === "passed" && (proof.fence ?? 0) >= newest);
}
