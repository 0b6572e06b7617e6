import type { Problem } from "../../core/base/problem.ts";
import type { Plan } from "../../core/model/plan.ts";
import type { Run } from "../../core/model/run.ts";
import { renderProblems } from "../../core/report/render-problems.ts";
import { countLine } from "../../core/report/render-outcomes.ts";
import { applyPlan, type Applied } from "../../engine/run/apply.ts";
import type { Planned } from "../../engine/pipeline.ts";
import { tellSites } from "../../engine/tell-state.ts";
import type { Session } from "../../engine/session/session.ts";
import type { CommandCall } from "../command/command.ts";
import { runViewFor } from "../screen/run-view.ts";
import { exitCode, type UsualCode } from "../command/exit-code.ts";
import { cancelled, refused, type DocumentResult } from "../command/result.ts";

const apiVersion = "sitekeep/applied/v1";

export interface FinishOrder {
  readonly plan: Plan;
  /** What the plan was made from. */
  readonly planned: Pick<Planned, "policies" | "observations">;
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
  { plan, planned, trigger, afterwards = nothingMore }: FinishOrder,
): Promise<FinishResult> {
  const view = runViewFor(call);
  const applied = await applyPlan(session, plan, { trigger, listeners: [view.listener] }).finally(view.close);
  const { outcomes, notices, result } = applied;
  const { line, members } = await afterwards(applied);
  const undelivered = await tellSites(session, { ...planned, outcomes });
  const finished: FinishResult = {
    exitCode: codes[result],
    document: () => ({ apiVersion, ...applied, undelivered, ...members }),
    text: (paint) => [
      ...view.lastLines(outcomes),
      ...(outcomes.length > 0 ? [paint("bold", countLine(outcomes))] : []),
      ...(line === undefined ? [] : [line]),
    ],
    remarks: [...notices, ...remarksOf(undelivered)],
  };
  return inPart(finished, undelivered);
}

function remarksOf(problems: readonly Problem[]): readonly string[] {
  return problems.length === 0 ? [] : [renderProblems(problems)];
}

const codes = { done: exitCode.done, "some-failed": exitCode.someFailed, cancelled: exitCode.error } as const;

const nothing = { apiVersion, outcomes: [], runs: [], notices: [], undelivered: [] } as const;

/**
 * Ends a command that has shown a plan without steps: what is red is told all the same. `unusable`: why
 * nobody knows whether some are needed.
 */
export async function finishWithoutSteps(
  session: Session,
  planned: FinishOrder["planned"],
  unusable: readonly Problem[],
): Promise<FinishResult> {
  const undelivered = await tellSites(session, { ...planned, outcomes: [] });
  const result = unusable.length === 0 ? nothingToDo(undelivered) : blocked([...unusable, ...undelivered]);
  return inPart({ ...result, remarks: remarksOf(undelivered) }, undelivered);
}

/** The result of a command whose plan has nothing to do, which it has shown already. */
export function nothingToDo(undelivered: readonly Problem[] = []): DocumentResult<typeof exitCode.done> {
  return { exitCode: exitCode.done, document: () => ({ ...nothing, undelivered, result: "done" }) };
}

/** The result of a command whose question was answered with no. */
export function notApplied(): DocumentResult<typeof exitCode.error> {
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
