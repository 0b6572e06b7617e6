import { formatDuration, hour, minute } from "../../core/base/instant.ts";
import { ProblemError } from "../../core/base/problem.ts";
import { judgeRetry } from "../../core/plan/judge-retry.ts";
import { outcomeWords, retryQuestion, retryWarning, runProgress } from "../../core/report/render-retry.ts";
import { readTaskStatus, runTask, setSource } from "../../engine/task.ts";
import { durationOption } from "../options/duration-option.ts";
import { confirm } from "../screen/ask.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { cancelled } from "../command/result.ts";
import { withSitePolicies } from "../session/with-policies.ts";

const apiVersion = "sitekeep/task-retry/v1";
const waitRule = { otherwise: 2 * hour, atLeast: minute, as: "30m or 4h" };

/** `sitekeep task retry SITE`: runs the site's own backup task again, and waits until its end is told. */
export const run: RunCommand<typeof exitCode.someFailed> = (call) => {
  const waitMs = durationOption(call, "wait", waitRule);
  return withSitePolicies(call, async ({ session, policies }) => {
    const policy = policies.find((it) => setSource(it) !== undefined) ?? policies[0]!;
    const status = await readTaskStatus(session, policy);
    const server = setSource(policy)?.on ?? session.world.machine.identity;
    const withoutCopy = call.options["withoutCopy"] === true;
    const refusal = judgeRetry(status, { server, withoutCopy });
    if (refusal !== undefined) throw new ProblemError(refusal);
    call.screen.tell(() => retryWarning(status));
    if (!(await confirm(call, retryQuestion(server)))) return cancelled({ apiVersion, result: "cancelled" });
    const outcome = await runTask(session, policy, {
      waitMs,
      tell: (seen, waitedMs) => call.screen.tell(() => `${formatDuration(waitedMs)}: ${runProgress(seen)}`),
    });
    if ("problem" in outcome) throw new ProblemError(outcome.problem);
    return {
      exitCode: outcome.result === "finished" ? exitCode.done : exitCode.someFailed,
      document: () => ({ apiVersion, site: status.site, server, ...outcome }),
      text: () => outcomeWords(status.site, outcome),
    };
  });
};
