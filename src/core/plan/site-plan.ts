import { given } from "../base/given.ts";
import type { Action, SitePlan } from "../model/plan.ts";
import type { JudgedRisks } from "./risks/accept-risks.ts";
import { factsUnder } from "./facts.ts";
import type { Survey } from "./survey/survey.ts";

/**
 * The plan of one policy: its steps with the facts that they rest on, beside what every plan tells of its
 * site.
 */
export function sitePlanOf(survey: Survey, actions: readonly Action[], judged: JudgedRisks): SitePlan {
  const { policy, observed, window, nextStart, quiet } = survey;
  return {
    site: policy.site.code,
    policy,
    window,
    ...given({ nextDue: nextStart }),
    ...(quiet.taskHours.length > 0 && { taskHours: quiet.taskHours }),
    actions,
    facts: factsUnder(survey, actions),
    ...judged,
    ...given({ elsewhere: observed.elsewhere }),
  };
}
