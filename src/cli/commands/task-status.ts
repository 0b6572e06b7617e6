import { isTaskSound } from "../../core/plan/summarise-task.ts";
import type { TaskStatus } from "../../core/model/task-run.ts";
import { renderTask } from "../../core/report/render-task.ts";
import { readTaskStatus } from "../../engine/task.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { withSitePolicies } from "../session/with-policies.ts";

/** `sitekeep task status SITE`: how the site's own backup task went, and what it left. Changes nothing. */
export const run: RunCommand<typeof exitCode.someFailed> = (call) =>
  withSitePolicies(call, async ({ session, policies }) => {
    const sites: TaskStatus[] = [];
    for (const policy of policies) sites.push(await readTaskStatus(session, policy));
    return {
      exitCode: sites.every(isTaskSound) ? exitCode.done : exitCode.someFailed,
      document: () => ({ apiVersion: "sitekeep/task/v1", sites }),
      text: (paint) => sites.flatMap((it) => renderTask(it, paint)),
    };
  });
