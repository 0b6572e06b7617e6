import type { Snapshot } from "../model/snapshot.ts";
import { orderByKind } from "./order-steps.ts";
import { chainOf } from "./points.ts";
import type { Survey } from "./survey.ts";

/**
 * Says which snapshots must be read back: those that a recovery would use and that were never read, as when a run was cut
 * off between its commit and its proof, and those that a prune has left unconfirmed. A share that was read is none of them, nor is a proof that has grown old: how
 * often to read again is the operator's to say (`sitekeep verify`).
 */
export function decideVerifies(survey: Survey, renewed: ReadonlySet<string>): readonly Snapshot[] {
  return orderByKind(survey.policy.sources, (it) => it).flatMap(({ name }) => {
    const newest = survey.newest.get(name);
    if (newest === undefined || renewed.has(name)) return [];
    return chainOf(newest, survey.series.byId).filter(isUnread).toReversed();
  });
}

function isUnread({ proofs, unconfirmed }: Snapshot): boolean {
  return unconfirmed === true || proofs.every((proof) => proof.level === "written");
}
