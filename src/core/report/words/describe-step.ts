import type { Step } from "../../model/stage.ts";
import { describeAction } from "./describe-action.ts";

/** Names a step of a run, as its outcome is titled: `capture PS1/database`, `hook before D:\stop.cmd`. */
export function describeStep(step: Step): string {
  return step.is === "action"
    ? describeAction(step.site, step.action)
    : `hook ${step.when} ${step.hook.run[0]}`;
}
