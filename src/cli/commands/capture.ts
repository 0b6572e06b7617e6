import { planAskedCapture } from "../../core/plan/plan-asked-capture.ts";
import type { Plan } from "../../core/model/plan.ts";
import { renderPlan } from "../../core/report/render-plan.ts";
import { planPolicies } from "../../engine/pipeline.ts";
import { confirm } from "../ask.ts";
import type { CommandCall, RunCommand } from "../command.ts";
import { finishNothing, finishPlan } from "../finish-plan.ts";
import { invalidOption } from "../invalid-option.ts";
import { withPolicies } from "../with-policies.ts";

/** `sitekeep capture SITE [SOURCE…]`: a recovery point of this instant. */
export const run: RunCommand = (call) => {
  const [site, ...sources] = call.args;
  return withPolicies(
    { ...call, options: { ...call.options, site: site! } },
    async ({ session, policies }) => {
      const [policy] = policies;
      requireKnown(
        sources,
        policy!.sources.map((it) => it.name),
      );
      const { observations, plan: due } = await planPolicies(session, [policy!]);
      const asked = { sources, note: "by hand" };
      const plan: Plan = { ...due, sites: [planAskedCapture(policy!, observations[0]!, due.madeAt, asked)] };
      if (!call.options["json"]) call.screen.out(renderPlan(plan, call.screen.paint));
      if (!(await confirm(call, "Capture this?"))) return finishNothing(call, "cancelled");
      return finishPlan(call, session, { plan, trigger: "capture" });
    },
  );
};

function requireKnown(sources: CommandCall["args"], known: readonly string[]): void {
  const unknown = sources.find((it) => !known.includes(it));
  if (unknown !== undefined)
    throw invalidOption("source", `the policy has no source ${unknown}`, `It has ${known.join(", ")}.`);
}
