import type { Problem } from "../../core/base/problem.ts";
import type { Plan } from "../../core/model/plan.ts";

/**
 * Why sites of a plan have no steps although nobody knows whether they need some: that is an error, and not
 * peace.
 */
export function unusableRepositories({ sites }: Plan): readonly Problem[] {
  return sites
    .flatMap((site) => site.risks)
    .filter((it) => it.severity === "error" && it.code.startsWith("repository-"));
}
