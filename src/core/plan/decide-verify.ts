import type { Snapshot } from "../model/repository/snapshot.ts";
import { observedFromCopies, policyForCopies } from "./survey/copy-survey.ts";
import { orderByKind } from "./order-steps.ts";
import { chainOf } from "./points/points.ts";
import { surveySite } from "./survey/survey.ts";
import type { Survey } from "./survey/survey.ts";

/**
 * Says which snapshots must be read back: those that a recovery would use and that were never read, as when a
 * run was cut off between its commit and its proof, and those that a prune has left unconfirmed. A share that
 * was read is none of them, nor is a proof that has grown old: how often to read again is the operator's to
 * say (`sitekeep verify`).
 */
export function decideVerifies(survey: Survey, renewed: ReadonlySet<string>): readonly Snapshot[] {
  return orderByKind(survey.policy.sources, (it) => it).flatMap(({ name }) => {
    const newest = survey.newest.get(name);
    if (newest === undefined || renewed.has(name)) return [];
    return chainOf(newest, survey.series.byId).filter(isUnread).toReversed();
  });
}

/** A copy that a prune of its repository has left unconfirmed. */
export interface WantedLook {
  readonly repository: string;
  readonly snapshot: Snapshot;
}

/**
 * Says which copies must be looked at as a whole: those that a recovery would use and that a prune of their
 * repository has left unconfirmed. One that was never read is read when it is copied.
 */
export function decideCopyVerifies({ policy, observed, now }: Survey): readonly WantedLook[] {
  return (observed.copies ?? []).flatMap(({ repository, snapshots, problem }) => {
    if (problem !== undefined) return [];
    const there = observedFromCopies(observed, repository, snapshots);
    const { newest, series } = surveySite(policyForCopies(policy, repository), there, now);
    const chains = orderByKind(policy.sources, (it) => it).flatMap(({ name }) => {
      const snapshot = newest.get(name);
      return snapshot === undefined ? [] : chainOf(snapshot, series.byId).toReversed();
    });
    const isOpen = (it: Snapshot) =>
      it.unconfirmed === true && it.proofs.some(({ level }) => level !== "written");
    return chains.filter(isOpen).map((snapshot) => ({ repository, snapshot }));
  });
}

function isUnread({ proofs, unconfirmed }: Snapshot): boolean {
  return unconfirmed === true || proofs.every((proof) => proof.level === "written");
}
