import type { Plan } from "../../core/model/plan.ts";
import type { SiteStatus } from "../../core/model/status.ts";
import { summariseStatus } from "../../core/plan/summarise-status.ts";
import { renderStatus } from "../../core/report/render-status.ts";
import { leftOutLines } from "../../core/report/words/left-out-words.ts";
import { planPolicies } from "../../engine/pipeline.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { unusableRepositories } from "../session/unusable-repositories.ts";
import { withPolicies } from "../session/with-policies.ts";

/** `sitekeep status`: promise against fact, per site; `--check` makes a broken promise an exit code. */
export const run: RunCommand<typeof exitCode.broken> = (call) =>
  withPolicies(call, async ({ session, policies, leftOut }) => {
    const { observations, plan } = await planPolicies(session, policies);
    const sites = summariseStatus(policies, observations, plan.madeAt);
    return {
      exitCode: call.options["check"] ? checkedCode(sites) : seenCode(plan),
      document: () => ({ apiVersion: "sitekeep/status/v1", at: plan.madeAt, sites }),
      text: (paint) => [renderStatus(sites, plan.madeAt, paint), ...leftOutLines(leftOut, paint)],
    };
  });

function checkedCode(sites: readonly SiteStatus[]) {
  return sites.some(({ state }) => state === "broken") ? exitCode.broken : exitCode.done;
}

/** Whoever only looks is not told that all is well where nothing could be seen. */
function seenCode(plan: Plan) {
  return unusableRepositories(plan).length > 0 ? exitCode.error : exitCode.done;
}
