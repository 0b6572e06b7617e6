import { type Problem, subjectOf } from "../../core/base/problem.ts";
import { subjectLine } from "../../core/base/subject.ts";
import type { Plan } from "../../core/model/plan.ts";
import { aboutSite } from "../../core/model/site-subject.ts";

/**
 * Why sites of a plan have no steps although nobody knows whether they need some: that is an error, and not
 * peace.
 */
export function unusableRepositories({ sites }: Plan): readonly Problem[] {
  return sites.flatMap(({ policy, risks }) => {
    const repository = subjectLine(aboutSite({ kind: "repository", name: policy.repository.name }));
    return risks.filter((it) => it.severity === "error" && subjectOf(it) === repository);
  });
}
