import { given } from "../../core/base/given.ts";
import { formatBytes } from "../../core/base/bytes.ts";
import type { Proof, Snapshot } from "../../core/model/repository/snapshot.ts";
import type { Progress, Repository, Verified } from "../../store/repository.ts";
import type { Session } from "../session/session.ts";

/** What a look at one snapshot's content gave. */
export interface VerifiedSnapshot {
  readonly snapshot: Snapshot;
  readonly proof: Proof;
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

export interface VerifyOrder {
  readonly snapshot: Snapshot;
  /** Share of the content that is read. */
  readonly perMille: number;
  onProgress?(progress: Progress): void;
}

/**
 * Reads a share of a snapshot's content and files the dated result. A sample that passed proves the sample:
 * the note says how much was read.
 */
export async function verifySnapshot(
  session: Session,
  repository: Repository,
  { snapshot, perMille, onProgress }: VerifyOrder,
): Promise<VerifiedSnapshot> {
  const { signal } = session;
  const verified = await repository.verify(snapshot.id, {
    perMille,
    signal,
    ...given({ onProgress }),
  });
  const proof: Proof = {
    level: "read",
    result: resultOf(verified, perMille),
    at: session.now(),
    note: noteOf(verified),
    ...given({ fence: verified.fence }),
  };
  await repository.addProof(snapshot.id, proof);
  return { snapshot, proof };
}

/** A sample without damage is no proof of the rest: only a full read passes. */
function resultOf(verified: Verified, perMille: number): Proof["result"] {
  if (verified.result === "failed") return "failed";
  return perMille >= 1_000 ? "passed" : "not-proven";
}

function noteOf({ damage, objects, bytes }: Verified): string {
  if (damage.length > 0) return `damaged: ${damage.slice(0, 5).join("; ")}`;
  return `${objects} objects read, ${formatBytes(bytes)}`;
}
