import { lanesOf } from "../kinds/capture-order.ts";
import type { Action, CaptureAction, SitePlan } from "../model/plan.ts";
import type { Hook } from "../model/policy/resolved-policy.ts";
import { stageNames, type ActionStep, type Stage, type StageName, type Step } from "../model/stage.ts";

/** The stage in which each kind of action has its place. */
const stageOf: Readonly<Record<Action["do"], StageName>> = {
  skip: "skips",
  capture: "captures",
  verify: "read back",
  copy: "copies",
  forget: "forgets",
  "forget-copy": "forgets of copies",
};

type CaptureStep = ActionStep & { readonly action: CaptureAction };

/**
 * The order of a site's run: hooks, what is skipped, captures side by side as the throttle allows, what is
 * read back, what is copied, and only then what is forgotten, here and where the copies are; hooks again.
 * What must not overtake each other is one lane: the registry follows the database that it must fit.
 *
 * Pure. Every action of the plan is in one stage, once; a stage without steps is left out.
 */
export function stagesOf({ site, policy, actions }: SitePlan): readonly Stage[] {
  const steps = actions.map((action, index): ActionStep => ({ is: "action", site, index, action }));
  const lanesIn = (name: StageName): Stage["lanes"] => {
    switch (name) {
      case "hooks before":
        return hookLanes(site, "before", policy.hooks.before);
      case "hooks after":
        return hookLanes(site, "after", policy.hooks.after);
      case "captures":
        return lanesOf(steps.filter(isCapture), (it) => it.action.kind);
      case "skips":
      case "read back":
      case "copies":
      case "forgets":
      case "forgets of copies":
        return steps.filter((it) => stageOf[it.action.do] === name).map((it) => [it]);
    }
  };
  const { concurrency } = policy.throttle;
  return stageNames
    .map((name) => ({ name, lanesAtOnce: name === "captures" ? concurrency : 1, lanes: lanesIn(name) }))
    .filter((stage) => stage.lanes.length > 0);
}

function isCapture(step: ActionStep): step is CaptureStep {
  return step.action.do === "capture";
}

function hookLanes(
  site: string,
  when: "before" | "after",
  hooks: readonly Hook[],
): readonly (readonly Step[])[] {
  return hooks.map((hook, index) => [{ is: "hook", site, when, index, hook }]);
}
