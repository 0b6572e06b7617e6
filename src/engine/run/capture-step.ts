import { given } from "../../core/base/given.ts";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import { thingsLeftOut } from "../../core/model/repository/left-out.ts";
import type { CaptureAction } from "../../core/model/plan.ts";
import type { Snapshot } from "../../core/model/repository/snapshot.ts";
import type { Outcome } from "../../core/model/outcome.ts";
import type { ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import { isDoubted, makeSeries } from "../../core/plan/points/points.ts";
import { shrinkageRisk } from "../../core/plan/risks/judge-shrinkage.ts";
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
  let known: readonly Snapshot[] = [];
  const attempt = async () => {
    const { snapshots } = await repository.snapshots();
    known = snapshots.filter((it) => it.site === policy.site.code);
    const step = { policy, action, repository, known, report };
    return captureSource(session, step).catch(tellSharedLoss(policy.site.code, action));
  };
  const snapshot = await tryAgain(session, setting, attempt);
  const { id, files, bytes, addedBytes, problems, proofs } = snapshot;
  const { inPart, remarks: more } = inPartOf(policy, known, snapshot);
  const all = [...more, ...problems];
  const remarks = all.length > 0 ? all : undefined;
  const found = { snapshot: id, files, bytes, addedBytes, ...given({ remarks, inPart }) };
  const bad = proofs.find((it) => it.result === "failed");
  if (bad === undefined) return { result: "done", ...found };
  const problem = proofFailed(`${policy.site.code}/${action.source}`, bad.note);
  return { result: "failed", ...found, problem };
}

/** Whether a capture is one in part, and whether whoever was told of the one before knows that. */
function inPartOf(policy: ResolvedPolicy, known: readonly Snapshot[], made: Snapshot): PartlyCaptured {
  const before = known.findLast((it) => it.source === made.source && it.mode === made.mode);
  const { shrinkages } = makeSeries(policy, [...known, made]);
  const shrinkage = shrinkages.get(made.id);
  const isShrunk = isDoubted(shrinkage);
  const remarks = shrinkage !== undefined && isShrunk ? [shrinkageRisk(policy.site, shrinkage)] : [];
  const things = thingsLeftOut(made.problems);
  if (things.length === 0 && !isShrunk) return { remarks };
  const toldBefore = new Set(thingsLeftOut(before?.problems ?? []));
  const isKnownLess = !isShrunk || (before !== undefined && isDoubted(shrinkages.get(before.id)));
  const isKnown = isKnownLess && things.every((it) => toldBefore.has(it));
  return { inPart: isKnown ? "known" : "new", remarks };
}

interface PartlyCaptured extends Pick<Outcome, "inPart"> {
  readonly remarks: readonly Problem[];
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
