import type { Outcome } from "../../core/model/outcome.ts";
import type { HookStep, Step } from "../../core/model/stage.ts";
import { stagesOf } from "../../core/plan/stages.ts";
import { given } from "../../core/base/given.ts";
import { describeStep } from "../../core/report/words/describe-step.ts";
import { forEachLimited } from "../../threads/parallel.ts";
import type { Session } from "../session/session.ts";
import type { Finished } from "./finished.ts";
import { runHook } from "./hooks.ts";
import { runAction } from "./run-action.ts";
import type { SiteRun, StepSetting, Tell } from "./site-run.ts";

/**
 * Walks through the stages of a site's run and gives what became of each step, in the order in which they
 * ended. Never rejects for what happens to a step: a step that fails fails alone, and the guards of those
 * behind it see its outcome.
 */
export async function runSite(session: Session, site: SiteRun, tell: Tell): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { lanes, lanesAtOnce } of stagesOf(site.plan))
    await forEachLimited(lanes, lanesAtOnce, async (lane) => {
      for (const step of lane) outcomes.push(await runStep(session, { site, outcomes, step }, tell));
    });
  return outcomes;
}

interface StepOrder {
  readonly site: SiteRun;
  readonly outcomes: readonly Outcome[];
  readonly step: Step;
}

async function runStep(session: Session, { site, outcomes, step }: StepOrder, tell: Tell): Promise<Outcome> {
  const startedAt = session.now();
  tell({ what: "step-began", at: startedAt, step });
  const setting: StepSetting = {
    ...site,
    outcomes,
    report: (progress) => tell({ what: "step-progressed", at: session.now(), step, progress }),
    note: (text) => tell({ what: "step-noted", at: session.now(), step, text }),
  };
  const finished =
    step.is === "action"
      ? await runAction(session, setting, step.action)
      : await runHookStep(session, setting, step);
  const outcome = outcomeOf(step, { startedAt, finishedAt: session.now(), ...finished });
  tell({ what: "step-ended", at: outcome.finishedAt, step, outcome });
  return outcome;
}

/** Names what became of a step. */
export function outcomeOf(step: Step, ended: Finished & Pick<Outcome, "startedAt" | "finishedAt">): Outcome {
  const action = step.is === "action" ? step.index : undefined;
  return { site: step.site, ...given({ action }), title: describeStep(step), ...ended };
}

async function runHookStep(
  session: Session,
  { outcomes }: StepSetting,
  { site, when, hook }: HookStep,
): Promise<Finished> {
  if (session.signal.aborted) return { result: "cancelled" };
  const snapshots = outcomes.flatMap((it) => it.snapshot ?? []);
  const isWell = outcomes.every((it) => it.result === "done");
  const result = when === "before" ? "pending" : isWell ? "done" : "some-failed";
  const problem = await runHook(session, hook, { site, when, result, snapshots });
  if (problem === undefined) return { result: "done" };
  if (session.signal.aborted) return { result: "cancelled", problem };
  return problem.severity === "error"
    ? { result: "failed", problem }
    : { result: "done", remarks: [problem] };
}
