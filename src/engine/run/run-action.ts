import type { Action } from "../../core/model/plan.ts";
import { problemOf } from "../session/problems.ts";
import { asProblem } from "../session/repositories.ts";
import type { Session } from "../session/session.ts";
import { captureStep } from "./capture-step.ts";
import { copyStep } from "./copy-step.ts";
import type { Finished } from "./finished.ts";
import { forgetCopy, forgetPoint } from "./forget-step.ts";
import type { StepSetting } from "./site-run.ts";
import { verifyStep } from "./verify-step.ts";

/** The one catch of a step: whatever happens becomes the step's outcome, and the others go on. */
export async function runAction(session: Session, setting: StepSetting, action: Action): Promise<Finished> {
  if (session.signal.aborted) return { result: "cancelled" };
  try {
    return await perform(session, setting, action);
  } catch (thrown) {
    const told = asProblem(thrown, setting.plan.policy.repository);
    const problem = problemOf(told, setting.plan.site, session.redactor);
    return { result: session.signal.aborted ? "cancelled" : "failed", problem };
  }
}

async function perform(session: Session, setting: StepSetting, action: Action): Promise<Finished> {
  switch (action.do) {
    case "capture":
      return captureStep(session, setting, action);
    case "verify":
      return verifyStep(session, setting, action);
    case "copy":
      return copyStep(session, setting, action);
    case "forget":
      return forgetPoint(session, setting, action);
    case "forget-copy":
      return forgetCopy(session, setting, action);
    case "skip":
      return { result: "skipped", problem: action.because };
  }
}
