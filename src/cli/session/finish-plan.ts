import { second } from "../../core/base/instant.ts";
import type { Plan } from "../../core/model/plan.ts";
import type { Run } from "../../core/model/run.ts";
import { countLine, isRemarkable, outcomeLines } from "../../core/report/render-outcomes.ts";
import { applyPlan, type Applied } from "../../engine/run/apply.ts";
import type { Show } from "../../engine/run/site-run.ts";
import type { Session } from "../../engine/session/session.ts";
import type { CommandCall } from "../command/command.ts";
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
  const json = call.options["json"] === true;
  const live = !json && process.stdout.isTTY === true;
  const show = json ? silent : live ? liveTree : lines(call);
  const applied = await applyPlan(session, plan, { trigger, show });
  const { outcomes, notices, result } = applied;
  const { line, members } = await afterwards(applied);
  if (json)
    call.screen.out(
      JSON.stringify({ apiVersion: "sitekeep/applied/v1", ...applied, ...members }, undefined, 2),
    );
  else if (live)
    for (const line of outcomes.filter(isRemarkable).flatMap((it) => outcomeLines(it, call.screen.paint)))
      call.screen.out(line);
  if (!json && outcomes.length > 0) call.screen.out(call.screen.paint("bold", countLine(outcomes)));
  if (!json && line !== undefined) call.screen.out(line);
  for (const notice of notices) call.screen.err(notice);
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

const silent: Show = { renderer: "silent", everyMs: Infinity };
const liveTree: Show = { renderer: "default", everyMs: 100 };

/** Lines stay in a log for ever: each outcome is one as it comes, and progress now and then. */
function lines(call: CommandCall): Show {
  const { out, paint } = call.screen;
  return {
    renderer: "silent",
    everyMs: 10 * second,
    onProgress: (title, text) => out(paint("dim", `  ${title}: ${text}`)),
    onOutcome: (outcome) => outcomeLines(outcome, paint).forEach((line) => out(line)),
  };
}
