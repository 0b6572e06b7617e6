import { readFile } from "node:fs/promises";
import { ProblemError } from "../../core/base/problem.ts";
import { renderPlan } from "../../core/report/render-plan.ts";
import { planPolicies, type Planned } from "../../engine/pipeline.ts";
import { parsePlan, refusalsOf, unsealPlan } from "../../engine/saved-plan.ts";
import type { Session } from "../../engine/session/session.ts";
import { confirm } from "../screen/ask.ts";
import type { CommandCall, RunCommand } from "../command/command.ts";
import { isRunOfWatch } from "../session/hand-on-policies.ts";
import type { exitCode } from "../command/exit-code.ts";
import { refused } from "../command/result.ts";
import {
  finishPlan,
  finishWithoutSteps,
  inPart,
  notApplied,
  type FinishResult,
} from "../session/finish-plan.ts";
import { unusableRepositories } from "../session/unusable-repositories.ts";
import { withToldPolicies } from "../session/with-told-policies.ts";

/** `sitekeep apply`: a fresh plan after a question, or exactly a saved one. */
export const run: RunCommand<typeof exitCode.someFailed> = (call) =>
  withToldPolicies(call, async ({ session, policies, leftOut }) => {
    const planned = await planPolicies(session, policies, { leftOut });
    const [file] = call.args;
    return file === undefined
      ? applyFresh(call, session, planned)
      : inPart(await applySaved(call, session, { file, planned }), leftOut);
  });

async function applyFresh(call: CommandCall, session: Session, planned: Planned): Promise<FinishResult> {
  const { plan } = planned;
  call.screen.tell(() => renderPlan(plan, call.screen.paint));
  const unusable = [...unusableRepositories(plan), ...(plan.leftOut ?? [])];
  if (plan.sites.every((site) => site.actions.length === 0))
    return finishWithoutSteps(session, planned, unusable);
  if (!(await confirm(call, "Apply this?"))) return notApplied();
  const trigger = isRunOfWatch() ? "watch" : "apply";
  return inPart(await finishPlan(call, session, { plan, planned, trigger }), unusable);
}

async function applySaved(
  call: CommandCall,
  session: Session,
  { file, planned }: { readonly file: string; readonly planned: Planned },
): Promise<FinishResult> {
  const document = parsePlan(await readFile(file, "utf8").catch(refuseFile(file)), file);
  // The validator costs more than the rest of a start: who applies a fresh plan doesn't pay for it.
  const { checkPlanShape } = await import("../session/check-plan-shape.ts");
  checkPlanShape(document, file);
  const saved = unsealPlan(document, file);
  const refusals = await refusalsOf(session, saved, planned);
  if (refusals.length > 0) return refused(refusals);
  return finishPlan(call, session, { plan: saved, planned, trigger: "saved-plan" });
}

function refuseFile(file: string) {
  return (fault: Error): never => {
    throw new ProblemError({
      code: "plan-unreadable",
      severity: "error",
      message: `The plan ${file} can't be read: ${fault.message}.`,
      where: file,
      hint: "Make one with `sitekeep plan --out FILE`.",
    });
  };
}
