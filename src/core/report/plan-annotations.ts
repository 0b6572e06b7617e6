import { readTextPlace } from "../base/text-place.ts";
import type { Plan } from "../model/plan.ts";
import { annotationOf, noticeOf } from "./words/annotation.ts";
import { summaryWords } from "./render-plan.ts";

/** A plan as GitHub's workflow commands: what comes of it, and each risk and each skip at its policy. */
export function renderPlanAnnotations(plan: Plan): string {
  const problems = plan.sites.flatMap(({ risks, actions, policy }) =>
    [...risks, ...actions.flatMap((it) => (it.do === "skip" ? [it.because] : []))].map((it) =>
      // What was found at a site stands at no line: the policy that asked is shown.
      annotationOf(readTextPlace(it.where) !== undefined ? it : { ...it, where: policy.where }),
    ),
  );
  const leftOut = (plan.leftOut ?? []).map(annotationOf);
  return [noticeOf("sitekeep plan", summaryWords(plan)), ...leftOut, ...problems]
    .map((line) => `${line}\n`)
    .join("");
}
