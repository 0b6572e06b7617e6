import { readFile } from "node:fs/promises";
import { ProblemError } from "../../core/base/problem.ts";
import { renderPlan } from "../../core/report/render-plan.ts";
import { planPolicies, type Planned } from "../../engine/pipeline.ts";
import { parsePlan, refusalsOf, unsealPlan } from "../../engine/saved-plan.ts";
import type { Session } from "../../engine/session/session.ts";
import { confirm } from "../screen/ask.ts";
import type { CommandCall, RunCommand } from "../command/command.ts";
import { isRunOfWatch } from "../session/hand-on-policies.ts";
import { exitCode, type ExitCode } from "../command/exit-code.ts";
import { finishNothing, finishPlan } from "../session/finish-plan.ts";
import { showProblems } from "../screen/show-problems.ts";
import { unusableRepositories } from "../session/unusable-repositories.ts";
import { withPolicies } from "../session/with-policies.ts";

/** `sitekeep apply`: a fresh plan after a question, or exactly a saved one. */
export const run: RunCommand = (call) =>
  withPolicies(call, async ({ session, policies }) => {
    const planned = await planPolicies(session, policies);
    const [file] = call.args;
    return file === undefined
      ? applyFresh(call, session, planned)
      : applySaved(call, session, { file, planned });
  });

async function applyFresh(call: CommandCall, session: Session, { plan }: Planned): Promise<ExitCode> {
  if (!call.options["json"]) call.screen.out(renderPlan(plan, call.screen.paint));
  const unusable = unusableRepositories(plan);
  if (plan.sites.every((site) => site.actions.length === 0)) {
    if (unusable.length === 0) return finishNothing(call, "done");
    if (call.options["json"]) showProblems(call, unusable);
    return exitCode.error;
  }
  if (!(await confirm(call, "Apply this?"))) return finishNothing(call, "cancelled");
  const code = await finishPlan(call, session, {
    plan,
    trigger: isRunOfWatch() ? "watch" : "apply",
  });
  return code === exitCode.done && unusable.length > 0 ? exitCode.someFailed : code;
}

async function applySaved(
  call: CommandCall,
  session: Session,
  { file, planned }: { readonly file: string; readonly planned: Planned },
): Promise<ExitCode> {
  const document = parsePlan(await readFile(file, "utf8").catch(refuseFile(file)), file);
  // The validator costs more than the rest of a start: who applies a fresh plan doesn't pay for it.
  const { checkPlanShape } = await import("../session/check-plan-shape.ts");
  checkPlanShape(document, file);
  const saved = unsealPlan(document, file);
  const refusals = await refusalsOf(session, saved, planned);
  if (refusals.length === 0) return finishPlan(call, session, { plan: saved, trigger: "saved-plan" });
  showProblems(call, refusals);
  return exitCode.error;
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
