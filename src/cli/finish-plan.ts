import type { Plan } from "../core/model/plan.ts";
import type { Run } from "../core/model/run.ts";
import { renderOutcomes } from "../core/report/render-outcomes.ts";
import { applyPlan, type View } from "../engine/apply.ts";
import type { Session } from "../engine/session.ts";
import type { CommandCall } from "./command.ts";
import { exitCode, type ExitCode } from "./exit-code.ts";

/** Applies a plan that was agreed to, and prints what became of it. */
export async function finishPlan(
  call: CommandCall,
  session: Session,
  { plan, trigger }: { readonly plan: Plan; readonly trigger: Run["trigger"] },
): Promise<ExitCode> {
  const json = call.options["json"] === true;
  const applied = await applyPlan(session, plan, { trigger, view: viewOf(json) });
  if (json) call.screen.out(JSON.stringify({ apiVersion: "sitekeep/applied/v1", ...applied }, undefined, 2));
  else if (applied.outcomes.length > 0) call.screen.out(renderOutcomes(applied.outcomes, call.screen.paint));
  for (const notice of applied.notices) call.screen.err(notice);
  if (applied.result === "cancelled") return exitCode.error;
  return applied.result === "some-failed" ? exitCode.someFailed : exitCode.done;
}

function viewOf(json: boolean): View {
  if (json) return "silent";
  return process.stdout.isTTY ? "live" : "lines";
}
