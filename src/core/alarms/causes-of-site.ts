import { given } from "../base/given.ts";
import { type Problem, subjectOf } from "../base/problem.ts";
import type { ProblemCode } from "../base/problem-codes.ts";
import type { Cause, CauseLook } from "../model/policy/alarm.ts";
import type { Observation } from "../model/observation.ts";
import type { SiteStatus } from "../model/status.ts";

/** Verdicts on the window. Everything else that is red is told by `failed`. */
const windowCodes: ReadonlySet<ProblemCode> = new Set([
  "window-closing",
  "window-outside",
  "window-not-proven",
]);

/**
 * Everything that `status` shows red of a site, as causes: what is so, whether or not a plan had a step for
 * it. What the policy accepts is not among it.
 */
export function causesOfSite(status: SiteStatus, observed: Observation): CauseLook {
  const failed = (status.lastRun?.failed ?? []).map(({ problem }) => problem);
  const causes = [...status.problems, ...failed].map((it) => causeOf(status.site, it, observed));
  return {
    about: status.site,
    causes: [...new Map(causes.map((it) => [it.key, it])).values()],
    unseen: {
      all: observed.repositoryProblem !== undefined,
      sources: status.sources.filter(({ answers }) => !answers).map(({ source }) => source),
      hazards: status.problems.some(({ code }) => code === "hazard-not-judged"),
    },
    because: status.window.because,
  };
}

function causeOf(site: string, problem: Problem, observed: Observation): Cause {
  return {
    key: JSON.stringify([site, problem.code, subjectOf(problem)]),
    event: windowCodes.has(problem.code) ? "windowAtRisk" : "failed",
    problem,
    ...given({ source: sourceOf(problem, observed) }),
  };
}

function sourceOf(problem: Problem, { sources }: Observation): string | undefined {
  const shown = Object.entries(sources).find(([, seen]) =>
    seen.answers ? seen.risks.includes(problem) : seen.problem === problem,
  );
  return shown?.[0];
}
