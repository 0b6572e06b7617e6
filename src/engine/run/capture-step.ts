import { given } from "../../core/base/given.ts";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import type { CaptureAction } from "../../core/model/plan.ts";
import { SharedContentLost } from "../../store/objects/repository-errors.ts";
import type { Session } from "../session/session.ts";
import { captureSource } from "./capture-source.ts";
import type { Finished } from "./finished.ts";
import { untilTaskBegins, waitsForQuietEnd } from "./quiet-step.ts";
import { proofFailed } from "./read-back-problems.ts";
import type { StepSetting } from "./site-run.ts";
import { tryAgain } from "./try-again.ts";

/**
 * Captures one source, unless the run has come into hours in which it must not begin. What often passes by
 * itself is tried again; a snapshot that does not read back is kept, with its failed proof, and is a failure.
 */
export async function captureStep(
  session: Session,
  setting: StepSetting,
  action: CaptureAction,
): Promise<Finished> {
  const { plan } = setting;
  const wait = waitsForQuietEnd(plan, action, session.now());
  return wait ?? untilTaskBegins(session, plan, action, (until) => capture(until, setting, action));
}

async function capture(session: Session, setting: StepSetting, action: CaptureAction): Promise<Finished> {
  const { repository, report } = setting;
  const { policy } = setting.plan;
  const attempt = async () => {
    const { snapshots } = await repository.snapshots();
    const known = snapshots.filter((it) => it.site === policy.site.code);
    const step = { policy, action, repository, known, report };
    return captureSource(session, step).catch(tellSharedLoss(policy.site.code, action));
  };
  const snapshot = await tryAgain(session, setting, attempt);
  const { id, files, bytes, addedBytes, problems, proofs } = snapshot;
  const remarks = problems.length > 0 ? problems : undefined;
  const found = { snapshot: id, files, bytes, addedBytes, ...given({ remarks }) };
  const bad = proofs.find((it) => it.result === "failed");
  if (bad === undefined) return { result: "done", ...found };
  const problem = proofFailed(`${policy.site.code}/${action.source}`, bad.note);
  return { result: "failed", ...found, problem };
}

/**
 * Two captures share what they store; when one of them fails, the other is begun again and finds what was
 * stored.
 */
function tellSharedLoss(site: string, { source }: CaptureAction): (thrown: unknown) => never {
  return (thrown) => {
    if (!(thrown instanceof SharedContentLost)) throw thrown;
    const problem: Problem = {
      code: "shared-content-lost",
      severity: "error",
      message: `Another capture ended before it had stored what ${site}/${source} shares with it.`,
      where: `${site}/${source}`,
      hint: "Run again: what was stored is found and not stored again.",
    };
    throw new ProblemError(problem, { cause: thrown });
  };
}
