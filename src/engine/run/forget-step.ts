import type { Outcome } from "../../core/model/outcome.ts";
import { SnapshotInUse } from "../../store/objects/repository-errors.ts";
import { snapshotInUse } from "../repository/prune.ts";
import { ProblemError } from "../../core/base/problem.ts";
import type { Action, ForgetAction, ForgetCopyAction } from "../../core/model/plan.ts";
import { observedFromCopies, policyForCopies } from "../../core/plan/survey/copy-survey.ts";
import { forbiddenForget } from "../../core/plan/forget-guards.ts";
import type { Repository } from "../../store/repository.ts";
import { type Finished, heldBack } from "./finished.ts";
import { openCopies } from "./open-copies.ts";
import { observe } from "../look/observe.ts";
import type { Session } from "../session/session.ts";
import type { SiteRun, StepSetting } from "./site-run.ts";

/** Forgets a point after a second look at the facts of this moment. */
export async function forgetPoint(
  session: Session,
  site: StepSetting,
  action: ForgetAction,
): Promise<Finished> {
  const broken = brokenBefore(site, action);
  if (broken) return heldBack(site, `${broken.title} ended as ${broken.result}`);
  const { policy } = site.plan;
  const why = forbiddenForget(policy, await observe(session, policy, "verified"), action);
  if (why !== undefined) return heldBack(site, why);
  await forgetAll(site.repository, action);
  return { result: "done", forgot: action.point };
}

/** Forgets a point in a repository of copies, by the same guards, which look at what lies there. */
export async function forgetCopy(
  session: Session,
  site: StepSetting,
  action: ForgetCopyAction,
): Promise<Finished> {
  const { from, point } = action;
  const broken = site.outcomes.find((it) => it.result !== "done" && copyTargetOf(site, it) === from);
  if (broken) return heldBack(site, `${broken.title} ended as ${broken.result}`);
  const { policy } = site.plan;
  const observed = await observe(session, policy, "verified");
  const seen = observed.copies?.find((it) => it.repository === from);
  if (seen === undefined) return heldBack(site, `${from} was not looked at`);
  if (seen.problem !== undefined) return heldBack(site, seen.problem.message);
  const there = observedFromCopies(observed, from, seen.snapshots);
  const why = forbiddenForget(policyForCopies(policy, from), there, action);
  if (why !== undefined) return heldBack(site, why);
  await forgetAll(await openCopies(session, site.plan, from), action);
  return { result: "done", forgotCopy: { repository: from, point } };
}

/**
 * A copy that failed holds nothing back but the point that it was to copy: another place may be out of reach
 * for long.
 */
function brokenBefore(site: StepSetting, { point }: ForgetAction): Outcome | undefined {
  return site.outcomes.find((it) => {
    if (it.result === "done") return false;
    const action = actionOf(site, it);
    return action?.do !== "copy" || action.point === point;
  });
}

function copyTargetOf(site: SiteRun, outcome: Outcome): string | undefined {
  const action = actionOf(site, outcome);
  return action?.do === "copy" ? action.to : undefined;
}

/** What an outcome is of; of a hook nothing that was planned. */
function actionOf({ plan }: SiteRun, { action }: Outcome): Action | undefined {
  return action === undefined ? undefined : plan.actions[action];
}

/** Newest first: what stays, were this cut off, is never an increment without its base. */
async function forgetAll(
  repository: Repository,
  { snapshots }: Pick<ForgetAction, "snapshots">,
): Promise<void> {
  try {
    for (const snapshot of snapshots.toReversed()) await repository.forget(snapshot);
  } catch (thrown) {
    if (thrown instanceof SnapshotInUse) throw new ProblemError(snapshotInUse(thrown), { cause: thrown });
    throw thrown;
  }
}
