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
import { textOption, type CommandCall, type RunCommand } from "../command/command.ts";
import { exitCode, type ExitCode } from "../command/exit-code.ts";
import { finishNothing, finishPlan } from "../session/finish-plan.ts";
import { showProblems } from "../screen/show-problems.ts";
import { withPolicies } from "../session/with-policies.ts";

/** `sitekeep copy [SITE]`: what the repositories of copies lack, and what their retention lets go. */
export const run: RunCommand = (call) => {
  const [site] = call.args;
  const to = textOption(call, "to");
  const options = { ...call.options, ...given({ site }) };
  return withPolicies({ ...call, options }, async ({ session, policies }) => {
    const copied = policies.filter((policy) => copiesOf(policy, to).length > 0);
    if (copied.length === 0) throw new ProblemError(notDeclared(policies, to));
    const { observations, plan: due } = await planPolicies(session, copied);
    const asked = { now: due.madeAt, ...given({ to }) };
    const sites = copied.map((policy, at) => planCopies(policy, observations[at]!, asked));
    const plan: Plan = { ...due, sites };
    const blocked = problemsOf(plan);
    if (call.options["dryRun"]) return showOnly(call, plan, blocked);
    if (!call.options["json"]) call.screen.out(renderPlan(plan, call.screen.paint));
    if (plan.sites.every((it) => it.actions.length === 0)) return endEmpty(call, blocked);
    if (!(await confirm(call, "Copy this?"))) return finishNothing(call, "cancelled");
    const code = await finishPlan(call, session, { plan, trigger: "copy" });
    return code === exitCode.done && blocked.length > 0 ? exitCode.someFailed : code;
  });
};

/** Why something is not copied, and not because it is there already. */
function problemsOf({ sites }: Plan): readonly Problem[] {
  return sites
    .flatMap((site) => site.risks)
    .filter((it) => it.code === "copy-unreachable" || it.severity === "error");
}

function showOnly(call: CommandCall, plan: Plan, blocked: readonly Problem[]): ExitCode {
  const text = call.options["json"]
    ? JSON.stringify(sealPlan({ ...plan, hypothetical: true }), undefined, 2)
    : renderPlan(plan, call.screen.paint);
  call.screen.out(text);
  return blocked.length > 0 ? exitCode.error : exitCode.done;
}

function endEmpty(call: CommandCall, blocked: readonly Problem[]): ExitCode {
  if (blocked.length === 0) return finishNothing(call, "done");
  if (call.options["json"]) showProblems(call, blocked);
  return exitCode.error;
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
