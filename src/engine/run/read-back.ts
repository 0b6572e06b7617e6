import { formatBytes } from "../../core/base/bytes.ts";
import { given } from "../../core/base/given.ts";
import type { Instant } from "../../core/base/instant.ts";
import type { Proof, SnapshotId } from "../../core/model/repository/snapshot.ts";
import type { Notes } from "../../store/objects/notes.ts";
import type { Progress, Repository, Verified } from "../../store/repository.ts";

/** What is to be read back, and how much of it. */
export interface ReadBackOrder {
  readonly id: SnapshotId;
  /**
   * Packs that were written just now: they are read whole, and all else that the snapshot rests on is looked
   * for. Absent where it is not known which they are: then content is read wherever it lies.
   */
  readonly packs?: ReadonlySet<string>;
  /** Share of the content that is read; absent: all of it. */
  readonly perMille?: number;
  readonly signal: AbortSignal;
  /** For whoever only reads: then the proof is filed if that can be done. Absent: it must be. */
  readonly notes?: Notes;
  now(): Instant;
  onProgress?(progress: Progress): void;
}

/**
 * What a read-back came to: a proof, which is filed; or that a prune or a repair took away what the snapshot
 * rests on while it was being written. The disk is not to blame for that, and nothing is filed.
 */
export type ReadBack =
  | { readonly is: "proof"; readonly proof: Proof }
  | { readonly is: "pruned"; readonly lacks: readonly string[] };

/** Reads a snapshot back and files the dated result. */
export async function readBack(repository: Repository, order: ReadBackOrder): Promise<ReadBack> {
  const { id, packs, perMille = 1_000, signal, notes, onProgress } = order;
  const verified = await repository.verify(id, { perMille, signal, ...given({ packs, onProgress }) });
  if (verified.isPruned) return { is: "pruned", lacks: verified.damage };
  const proof: Proof = {
    level: "read",
    result: resultOf(verified, perMille),
    at: order.now(),
    note: noteOf(verified, packs !== undefined),
    ...given({ fence: verified.fence }),
  };
  await fileProof(repository, { id, proof, notes });
  return { is: "proof", proof };
}

/** Files a proof; for whoever only reads, if that can be done. */
export async function fileProof(
  repository: Repository,
  {
    id,
    proof,
    notes,
  }: Pick<ReadBackOrder, "id"> & { readonly proof: Proof; readonly notes: Notes | undefined },
): Promise<void> {
  const filing = () => repository.addProof(id, proof);
  await (notes ? notes.write(proofNote, filing) : filing());
}

const proofNote = {
  what: "in the repository that a snapshot was read back",
  means:
    "What was found is true, and nobody will know of it: verify again where the repository can be written to.",
};

/**
 * Proves a snapshot, or says that a prune overtook it: then it is to be written anew. One that was written
 * just now never counted, and is taken away again. One that lay there before stays: its original may be gone,
 * and what is left of it can still be restored.
 */
export async function provenOrGone(repository: Repository, order: ReadBackOrder): Promise<Proof | "pruned"> {
  const read = await readBack(repository, order);
  if (read.is === "proof") return read.proof;
  if (order.packs !== undefined) await repository.forget(order.id);
  return "pruned";
}

/** A sample without damage is no proof of the rest: only a full read passes. */
function resultOf(verified: Verified, perMille: number): Proof["result"] {
  if (verified.result === "failed") return "failed";
  return perMille >= 1_000 ? "passed" : "not-proven";
}

function noteOf({ damage, objects, bytes }: Verified, isNew: boolean): string {
  if (damage.length > 0) return damageNote(damage);
  const amount = formatBytes(bytes);
  return isNew
    ? `${objects} new objects read back, ${amount}; the rest is there`
    : `${objects} objects read, ${amount}`;
}

/** Names the first things that are damaged or lacking, as the note of a proof does. */
export function damageNote(damage: readonly string[]): string {
  return `damaged: ${damage.slice(0, 5).join("; ")}`;
}
