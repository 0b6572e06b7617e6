import { given } from "../../core/base/given.ts";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import type { Plan } from "../../core/model/plan.ts";
import type { ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import { copiesOf } from "../../core/plan/survey/copy-survey.ts";
import { planCopies } from "../../core/plan/plan-copies.ts";
import { renderPlan } from "../../core/report/render-plan.ts";
import { planPolicies } from "../../engine/pipeline.ts";
import { sealPlan } from "../../engine/saved-plan.ts";
import { confirm } from "../screen/ask.ts";
import { textOption, type RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import type { DocumentResult } from "../command/result.ts";
import { blocked, finishPlan, inPart, notApplied, nothingToDo } from "../session/finish-plan.ts";
import { withPolicies } from "../session/with-policies.ts";

/** `sitekeep copy [SITE]`: what the repositories of copies lack, and what their retention lets go. */
export const run: RunCommand<typeof exitCode.someFailed> = (call) => {
  const [site] = call.args;
  const to = textOption(call, "to");
  const options = { ...call.options, ...given({ site }) };
  return withPolicies({ ...call, options }, async ({ session, policies, leftOut }) => {
    const copied = policies.filter((policy) => copiesOf(policy, to).length > 0);
    if (copied.length === 0) throw new ProblemError(notDeclared(policies, to));
    const planned = await planPolicies(session, copied);
    const { observations, plan: due } = planned;
    const asked = { now: due.madeAt, ...given({ to }) };
    const sites = copied.map((policy, at) => planCopies(policy, observations[at]!, asked));
    const plan: Plan = { ...due, sites };
    const problems = problemsOf(plan);
    if (call.options["dryRun"]) return showOnly(plan, problems);
    call.screen.tell(() => renderPlan(plan, call.screen.paint));
    if (plan.sites.every((it) => it.actions.length === 0))
      return problems.length === 0 ? nothingToDo() : blocked(problems);
    if (!(await confirm(call, "Copy this?"))) return notApplied();
    const order = { plan, planned, trigger: "copy" } as const;
    return inPart(await finishPlan(call, session, order), [...problems, ...leftOut]);
  });
};

/** Why something is not copied, and not because it is there already. */
function problemsOf({ sites }: Plan): readonly Problem[] {
  return sites
    .flatMap((site) => site.risks)
    .filter((it) => it.code === "copy-unreachable" || it.severity === "error");
}

function showOnly(plan: Plan, problems: readonly Problem[]): DocumentResult {
  return {
    exitCode: problems.length > 0 ? exitCode.error : exitCode.done,
    document: () => ({ ...sealPlan({ ...plan, hypothetical: true }) }),
    text: (paint) => [renderPlan(plan, paint)],
  };
}

function notDeclared(policies: readonly ResolvedPolicy[], to: string | undefined): Problem {
  const names = [...new Set(policies.flatMap((it) => copiesOf(it).map(({ repository }) => repository.name)))];
  const known = names.length === 0 ? "" : ` Copies go to: ${names.join(", ")}.`;
  return {
    code: "copy-not-declared",
    severity: "error",
    message: `No policy here has copies${to === undefined ? "" : ` in ${to}`}.`,
    where: "copies",
    hint: `Add \`copies: [{ repository: NAME }]\` to the Repository document that the policy names.${known}`,
  };
}
