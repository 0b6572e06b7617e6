import { ProblemError, type Problem } from "../../core/base/problem.ts";
import type { CheckProgress } from "../../core/model/repository/repository-check.ts";
import type { RepairPlan } from "../../core/model/repository/repository-repair.ts";
import { needsRepair, renderRepair } from "../../core/report/render-repair.ts";
import { confirm } from "../screen/ask.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode, type UsualCode } from "../command/exit-code.ts";
import type { Words } from "../command/result.ts";
import { makeProgressLine } from "../screen/progress-line.ts";
import { withRepository } from "../session/with-repository.ts";

/**
 * `sitekeep repo repair`: reads everything, says what can be saved and what not, and does it after a
 * question.
 */
export const run: RunCommand = (call) =>
  withRepository(call, async ({ session, repository }) => {
    const { signal, now } = session;
    const line = makeProgressLine(call, now);
    const onProgress = ({ doneBytes, totalBytes, step }: CheckProgress) =>
      line.say(step === "packs" ? { text: "reading packs", doneBytes, totalBytes } : { text: step });
    const { plan, apply } = await repository.planRepair({ signal, onProgress }).finally(line.end);
    call.screen.tell(() => renderRepair(plan, call.screen.paint));
    const isDone = needsRepair(plan) && (await confirm(call, "Repair the repository?"));
    if (isDone && (await apply(signal)) === "overtaken") throw new ProblemError(overtaken);
    const { id } = repository;
    return {
      exitCode: codeOf(plan, isDone),
      document: () => ({ apiVersion: "sitekeep/repaired/v1", repository: id, done: isDone, ...plan }),
      text: () => repairedWords(plan, isDone),
    };
  });

function repairedWords(plan: RepairPlan, isDone: boolean): Words {
  if (isDone) return [afterwards];
  return needsRepair(plan) ? [{ remark: "Nothing was done." }] : [];
}

const afterwards =
  "\nRepaired. Capture again now: what is lost and still there at its source is stored anew. Then `sitekeep repo check`.";

const overtaken: Problem = {
  code: "repair-overtaken",
  severity: "error",
  message: "A prune or another repair was quicker: packs and index are as they were.",
  where: "repository",
  hint: "Run `sitekeep repo repair` again: it looks at what is there now.",
};

/** Done when what was found is mended; what is lost stays an error until it is captured again. */
function codeOf({ left, lost, damage }: RepairPlan, isDone: boolean): UsualCode {
  const isWhole = left.length === 0 && lost.length === 0 && (isDone || damage.length === 0);
  return isWhole ? exitCode.done : exitCode.error;
}
