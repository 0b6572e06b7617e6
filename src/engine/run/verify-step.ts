import type { VerifyAction } from "../../core/model/plan.ts";
import type { Problem } from "../../core/base/problem.ts";
import type { Progress } from "../../store/repository.ts";
import type { Session } from "../session/session.ts";
import type { Finished } from "./finished.ts";
import { openCopies } from "./open-copies.ts";
import { contentPruned, copyDamaged, proofFailed } from "./read-back-problems.ts";
import type { StepSetting } from "./site-run.ts";
import { verifySnapshot, type VerifiedSnapshot } from "./verify-snapshot.ts";

/** Reads all of a snapshot back, as its capture would have, and files the dated result. */
export async function verifyStep(
  session: Session,
  setting: StepSetting,
  action: VerifyAction,
): Promise<Finished> {
  const name = action.in;
  const repository = name === undefined ? setting.repository : await openCopies(session, setting.plan, name);
  const { snapshots } = await repository.snapshots();
  const snapshot = snapshots.find((it) => it.id === action.snapshot);
  if (snapshot === undefined)
    throw new Error(`The snapshot ${action.snapshot} has gone since the plan was made.`);
  const onProgress = ({ bytes }: Progress) => setting.report({ text: "reading back", doneBytes: bytes });
  const verified = await verifySnapshot(session, repository, { snapshot, perMille: 1_000, onProgress });
  if (verified.proof.result !== "failed") return { result: "done", snapshot: snapshot.id };
  return { result: "failed", snapshot: snapshot.id, problem: problemOf(setting, action, verified) };
}

/** What a prune took away is no fault of the disk, wherever it lies. */
function problemOf(
  { plan }: StepSetting,
  { in: name, source }: VerifyAction,
  { proof, isPruned }: VerifiedSnapshot,
): Problem {
  const where = `${plan.site}/${source}`;
  if (isPruned) return contentPruned(where);
  return name === undefined ? proofFailed(where, proof.note) : copyDamaged(where, name, proof.note);
}
