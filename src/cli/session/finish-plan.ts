import type { Plan } from "../../core/model/plan.ts";
import type { Run } from "../../core/model/run.ts";
import { countLine } from "../../core/report/render-outcomes.ts";
import { applyPlan, type Applied } from "../../engine/run/apply.ts";
import type { Session } from "../../engine/session/session.ts";
import type { CommandCall } from "../command/command.ts";
import { runViewFor } from "../screen/run-view.ts";
import { exitCode, type ExitCode } from "../command/exit-code.ts";

export interface FinishOrder {
  readonly plan: Plan;
  readonly trigger: Run["trigger"];
  /** What is done with what became of it: a line to say, and members that the document gets beside. */
  readonly afterwards?: (applied: Applied) => Promise<Afterwards>;
}

export interface Afterwards {
  readonly line?: string;
  readonly members?: Readonly<Record<string, unknown>>;
}

const nothingMore = async (): Promise<Afterwards> => ({});

/** Applies a plan that was agreed to, and prints what became of it. */
export async function finishPlan(
  call: CommandCall,
  session: Session,
  { plan, trigger, afterwards = nothingMore }: FinishOrder,
): Promise<ExitCode> {
  const view = runViewFor(call);
  const applied = await applyPlan(session, plan, { trigger, listeners: [view.listener] }).finally(view.close);
  const { outcomes, notices, result } = applied;
  const { line, members } = await afterwards(applied);
  const { out, err, paint } = call.screen;
  if (call.options["json"] === true)
    out(JSON.stringify({ apiVersion: "sitekeep/applied/v1", ...applied, ...members }, undefined, 2));
  else {
    for (const it of view.lastLines(outcomes)) out(it);
    if (outcomes.length > 0) out(paint("bold", countLine(outcomes)));
    if (line !== undefined) out(line);
  }
  for (const notice of notices) err(notice);
  if (result === "cancelled") return exitCode.error;
  return result === "some-failed" ? exitCode.someFailed : exitCode.done;
}

/** Ends a command that has nothing to do, or whose question was answered with no. */
export function finishNothing(call: CommandCall, result: "done" | "cancelled"): ExitCode {
  const nothing = { apiVersion: "sitekeep/applied/v1", outcomes: [], runs: [], notices: [], result };
  if (call.options["json"]) call.screen.out(JSON.stringify(nothing, undefined, 2));
  else if (result === "cancelled") call.screen.err("Nothing was done.");
  return exitCode.done;
}
