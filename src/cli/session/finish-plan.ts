import type { Problem } from "../../core/base/problem.ts";
import type { Plan } from "../../core/model/plan.ts";
import type { Run } from "../../core/model/run.ts";
import { countLine } from "../../core/report/render-outcomes.ts";
import { applyPlan, type Applied } from "../../engine/run/apply.ts";
import type { Session } from "../../engine/session/session.ts";
import type { CommandCall } from "../command/command.ts";
import { runViewFor } from "../screen/run-view.ts";
import { exitCode, type UsualCode } from "../command/exit-code.ts";
import { cancelled, refused, type DocumentResult } from "../command/result.ts";

const apiVersion = "sitekeep/applied/v1";

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

/** What a command that acts on a plan ends with. */
export type FinishResult = DocumentResult<UsualCode | typeof exitCode.someFailed>;

/** Applies a plan that was agreed to, and gives back what became of it. */
export async function finishPlan(
  call: CommandCall,
  session: Session,
  { plan, trigger, afterwards = nothingMore }: FinishOrder,
): Promise<FinishResult> {
  const view = runViewFor(call);
  const applied = await applyPlan(session, plan, { trigger, listeners: [view.listener] }).finally(view.close);
  const { outcomes, notices, result } = applied;
  const { line, members } = await afterwards(applied);
  return {
    exitCode: codes[result],
    document: () => ({ apiVersion, ...applied, ...members }),
    text: (paint) => [
      ...view.lastLines(outcomes),
      ...(outcomes.length > 0 ? [paint("bold", countLine(outcomes))] : []),
      ...(line === undefined ? [] : [line]),
    ],
    remarks: notices,
  };
}

const codes = { done: exitCode.done, "some-failed": exitCode.someFailed, cancelled: exitCode.error } as const;

const nothing = { apiVersion, outcomes: [], runs: [], notices: [] } as const;

/** The result of a command whose plan has nothing to do, which it has shown already. */
export function nothingToDo(): DocumentResult<typeof exitCode.done> {
  return { exitCode: exitCode.done, document: () => ({ ...nothing, result: "done" }) };
}

/** The result of a command whose question was answered with no. */
export function notApplied(): DocumentResult<typeof exitCode.done> {
  return cancelled({ ...nothing, result: "cancelled" });
}

/** The result of a command that could not see to everything: what it did is done in part at best. */
export function inPart(result: FinishResult, problems: readonly Problem[]): FinishResult {
  const isDone = result.exitCode === exitCode.done;
  return isDone && problems.length > 0 ? { ...result, exitCode: exitCode.someFailed } : result;
}

/** The result of a command that has shown why its plan has no step although some may be needed. */
export function blocked(problems: readonly Problem[]): DocumentResult<typeof exitCode.error> {
  const { document } = refused(problems);
  return { exitCode: exitCode.error, document };
}
