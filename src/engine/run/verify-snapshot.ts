import { given } from "../../core/base/given.ts";
import type { Proof, Snapshot } from "../../core/model/repository/snapshot.ts";
import type { Notes } from "../../store/objects/notes.ts";
import type { Progress, Repository } from "../../store/repository.ts";
import { damageNote, fileProof, readBack } from "./read-back.ts";
import type { Session } from "../session/session.ts";

/** What a look at one snapshot's content gave. */
export interface VerifiedSnapshot {
  readonly snapshot: Snapshot;
  readonly proof: Proof;
  /** Set where the disk is not to blame: a prune or a repair took content away. */
  readonly isPruned?: true;
}

/**
 * The newest snapshot of each source of a site, the least recently proven first: what a recovery would use.
 */
export function snapshotsToVerify(
  snapshots: readonly Snapshot[],
  site: string | undefined,
): readonly Snapshot[] {
  const chosen = snapshots.filter((it) => site === undefined || it.site === site);
  const newest = new Map(chosen.map((it) => [`${it.site}/${it.source}/${it.mode}`, it]));
  return [...newest.values()].sort((left, right) => lastRead(left) - lastRead(right));
}

function lastRead({ proofs }: Snapshot): number {
  return Math.max(0, ...proofs.filter((it) => it.level !== "written").map((it) => it.at));
}

/** The snapshot that is to be read back, and how much of it. */
export interface VerifyOrder {
  readonly snapshot: Snapshot;
  /** Share of the content that is read. */
  readonly perMille: number;
  /** For whoever only reads: the proof is filed if that can be done. Absent: it must be. */
  readonly notes?: Notes;
  onProgress?(progress: Progress): void;
}

/**
 * Reads a share of a snapshot's content and files the dated result. A sample that passed proves the sample:
 * the note says how much was read. What a prune or a repair took away is filed as lost, and the reason is
 * told.
 */
export async function verifySnapshot(
  session: Session,
  repository: Repository,
  { snapshot, perMille, notes, onProgress }: VerifyOrder,
): Promise<VerifiedSnapshot> {
  const { signal, now } = session;
  const order = { id: snapshot.id, perMille, signal, now, ...given({ notes, onProgress }) };
  const read = await readBack(repository, order);
  if (read.is === "proof") return { snapshot, proof: read.proof };
  const note = `a prune or a repair took away what it rests on: ${damageNote(read.lacks)}`;
  const proof: Proof = { level: "read", result: "failed", at: now(), note };
  await fileProof(repository, { id: snapshot.id, proof, notes });
  return { snapshot, proof, isPruned: true };
}
