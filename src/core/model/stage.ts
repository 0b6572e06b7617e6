import type { Action } from "./plan.ts";
import type { Hook } from "./policy/resolved-policy.ts";

/** One thing that a run does for a site: an action of the plan, or a hook of the policy. */
export type Step = ActionStep | HookStep;

/** A step that carries out an action of the plan. */
export interface ActionStep {
  readonly is: "action";
  /** Code of the site. */
  readonly site: string;
  /** Position in the site's actions; with the site it names the step in a run. */
  readonly index: number;
  /** The action as the plan has it. */
  readonly action: Action;
}

/** A step that runs a program which the policy names. */
export interface HookStep {
  readonly is: "hook";
  /** Code of the site. */
  readonly site: string;
  /** Position among the hooks of the same side of the run. */
  readonly index: number;
  /** Whether the hook runs before the site's actions or behind them. */
  readonly when: "before" | "after";
  /** The program, as the policy names it. */
  readonly hook: Hook;
}

/** The stages of a site's run, in the order in which they are gone through. */
export const stageNames = [
  "hooks before",
  "skips",
  "captures",
  "read back",
  "copies",
  "forgets",
  "forgets of copies",
  "hooks after",
] as const;

/** Names a stage. */
export type StageName = (typeof stageNames)[number];

/** Steps of a run that belong together. The next stage begins when every step of this one has ended. */
export interface Stage {
  /** What its steps have in common; each name stands for one stage. */
  readonly name: StageName;
  /** How many lanes are gone through at a time. */
  readonly lanesAtOnce: number;
  /** Steps of one lane are done one after the other; a step that fails doesn't stop those behind it. */
  readonly lanes: readonly (readonly Step[])[];
}

/** Names a step within a run: `PS1 3`, `PS1 before 0`. */
export function stepId({ site, index, ...step }: Step): string {
  return step.is === "action" ? `${site} ${index}` : `${site} ${step.when} ${index}`;
}
