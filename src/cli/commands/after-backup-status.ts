import { renderHandOver } from "../../core/report/render-hand-over.ts";
import { judgeHandOverNow, lookAtHandOver } from "../../engine/hand-over.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { withSitePolicies } from "../session/with-policies.ts";

/** `sitekeep after-backup status SITE`: whose script it is, and what became of the last hand-over. */
export const run: RunCommand<typeof exitCode.someFailed> = (call) =>
  withSitePolicies(call, async ({ session, policies }) => {
    const policy = policies[0]!;
    const { place, handOver } = await lookAtHandOver(session, policy);
    const risks = await judgeHandOverNow(session, policy, handOver);
    const { script, log } = place;
    return {
      exitCode: risks.length === 0 ? exitCode.done : exitCode.someFailed,
      document: () => ({ apiVersion: "sitekeep/handover/v1", script, log, handOver, risks }),
      text: (paint) => [renderHandOver({ script, log, handOver, risks }, paint)],
    };
  });
