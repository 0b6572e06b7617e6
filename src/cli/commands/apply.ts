import { readFile } from "node:fs/promises";
import { ProblemError } from "../../core/base/problem.ts";
import type { Run } from "../../core/model/run.ts";
import { renderPlan } from "../../core/report/render-plan.ts";
import { planPolicies, type Planned } from "../../engine/pipeline.ts";
import { parsePlan, refusalsOf } from "../../engine/saved-plan.ts";
import type { Session } from "../../engine/session.ts";
import { confirm } from "../ask.ts";
import type { CommandCall, RunCommand } from "../command.ts";
import { exitCode, type ExitCode } from "../exit-code.ts";
import { finishPlan } from "../finish-plan.ts";
import { showProblems, withPolicies } from "../with-policies.ts";

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
  if (plan.sites.every((site) => site.actions.length === 0)) return exitCode.done;
  if (!(await confirm(call, "Apply this?"))) {
    call.screen.err("Nothing was done.");
    return exitCode.done;
  }
  return finishPlan(call, session, { plan, trigger: freshTrigger() });
}

/** `watch` starts each of its runs as a process of its own and says so. */
function freshTrigger(): Run["trigger"] {
  return process.env["SITEKEEP_TRIGGER"] === "watch" ? "watch" : "apply";
}

async function applySaved(
  call: CommandCall,
  session: Session,
  { file, planned }: { readonly file: string; readonly planned: Planned },
): Promise<ExitCode> {
  const saved = parsePlan(await readFile(file, "utf8").catch(refuseFile(file)), file);
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
