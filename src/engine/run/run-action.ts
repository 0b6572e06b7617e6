import { assert } from "../../core/base/assert.ts";
import { second, type DurationMs } from "../../core/base/instant.ts";
import { type Problem, ProblemError } from "../../core/base/problem.ts";
import type { Action, CaptureAction, VerifyAction } from "../../core/model/plan.ts";
import { copiesOf } from "../../core/plan/survey/copy-survey.ts";
import { makeProgressText } from "../../core/report/words/progress-text.ts";
import type { Means } from "../../drivers/driver.ts";
import type { Progress, Repository } from "../../store/repository.ts";
import { SharedContentLost } from "../../store/objects/repository-errors.ts";
import { captureSource } from "./capture-step.ts";
import { copyDamaged, copyPoint } from "./copy-step.ts";
import type { Finished } from "./finished.ts";
import { forgetCopy, forgetPoint } from "./forget-step.ts";
import { problemOf } from "../session/problems.ts";
import { untilTaskBegins, waitsForQuietEnd } from "./quiet-step.ts";
import { asProblem, hasNoRoom } from "../session/repositories.ts";
import { withRetries } from "../session/retry.ts";
import { openExisting, type Session } from "../session/session.ts";
import type { SiteRun } from "./site-run.ts";
import { verifySnapshot } from "./verify.ts";

/** The one catch of a step: whatever happens becomes the step's outcome, and the others go on. */
export async function runAction(
  session: Session,
  site: SiteRun,
  action: Action,
  show: (text: string) => void,
): Promise<Finished> {
  if (session.signal.aborted) return { result: "cancelled" };
  try {
    switch (action.do) {
      case "capture":
        return (
          waitsForQuietEnd(site.plan, action, session.now()) ??
          (await untilTaskBegins(session, site.plan, action, (until) => capture(until, site, action, show)))
        );
      case "verify":
        return await verify(session, site, action, show);
      case "forget":
        return await forgetPoint(session, site, action);
      case "copy":
        return await copyPoint(session, site, action, progressReport(session, site.show.everyMs, show));
      case "forget-copy":
        return await forgetCopy(session, site, action);
      case "skip":
        return { result: "skipped", problem: action.because };
    }
  } catch (thrown) {
    const told = hasNoRoom(thrown) ? asProblem(thrown, site.plan.policy.repository) : thrown;
    const problem = problemOf(told, site.plan.site, session.redactor);
    return { result: session.signal.aborted ? "cancelled" : "failed", problem };
  }
}

async function capture(
  session: Session,
  site: SiteRun,
  action: CaptureAction,
  show: (text: string) => void,
): Promise<Finished> {
  const { policy } = site.plan;
  const report = progressReport(session, site.show.everyMs, show);
  const attempt = async () => {
    const { snapshots } = await site.repository.snapshots();
    const known = snapshots.filter((it) => it.site === policy.site.code);
    const { repository } = site;
    return captureSource(session, { policy, action, repository, known, report }).catch(
      tellSharedLoss(policy.site.code, action),
    );
  };
  const snapshot = await withRetries(session.world, session.signal, attempt, (waitMs, why) =>
    show(`${why} Trying again in ${waitMs / second} s.`),
  );
  const { id, files, bytes, addedBytes, problems } = snapshot;
  const found = { snapshot: id, files, bytes, addedBytes, ...(problems.length > 0 && { remarks: problems }) };
  const bad = snapshot.proofs.find((it) => it.result === "failed");
  return bad
    ? { result: "failed", ...found, problem: proofFailed(site, action, bad.note) }
    : { result: "done", ...found };
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

/** Reads all of a snapshot back, as its capture would have, and files the dated result. */
async function verify(
  session: Session,
  site: SiteRun,
  action: VerifyAction,
  show: (text: string) => void,
): Promise<Finished> {
  const repository = await repositoryToVerify(session, site, action);
  const { snapshots } = await repository.snapshots();
  const snapshot = snapshots.find((it) => it.id === action.snapshot);
  if (snapshot === undefined)
    throw new Error(`The snapshot ${action.snapshot} has gone since the plan was made.`);
  const report = progressReport(session, site.show.everyMs, show);
  const onProgress = ({ bytes }: Progress) => report({ text: "reading back", doneBytes: bytes });
  const order = { snapshot, perMille: 1_000, onProgress };
  const { proof } = await verifySnapshot(session, repository, order);
  if (proof.result !== "failed") return { result: "done", snapshot: snapshot.id };
  const problem =
    action.in === undefined
      ? proofFailed(site, action, proof.note)
      : copyDamaged({ site: site.plan.site, to: action.in }, snapshot, proof);
  return { result: "failed", snapshot: snapshot.id, problem };
}

/** That of the policy, or that of its copies which the step names. */
async function repositoryToVerify(
  session: Session,
  site: SiteRun,
  { in: name }: VerifyAction,
): Promise<Repository> {
  if (name === undefined) return site.repository;
  const [copy] = copiesOf(site.plan.policy, name);
  assert(copy, `the policy of ${site.plan.site} has no copies in ${name}`);
  return openExisting(session, copy.repository);
}

/** Words progress and hands it on, not more often than people can read it. */
function progressReport(
  session: Session,
  everyMs: DurationMs,
  show: (text: string) => void,
): Means["report"] {
  const startedAt = session.now();
  const progressText = makeProgressText(startedAt);
  let shownAt = startedAt;
  return (progress) => {
    const now = session.now();
    if (now - shownAt < everyMs) return;
    shownAt = now;
    show(progressText(progress, now));
  };
}

function proofFailed(site: SiteRun, action: CaptureAction | VerifyAction, note: string): Problem {
  const where = `${site.plan.site}/${action.source}`;
  return {
    code: "proof-failed",
    severity: "error",
    message: `${where} was written and does not read back: ${note}`,
    where,
    hint: "Look at the disk or share of the repository; nothing was forgotten. The next run captures the source again.",
  };
}
