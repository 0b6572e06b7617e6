import { formatBytes } from "../../core/base/bytes.ts";
import { given } from "../../core/base/given.ts";
import { day } from "../../core/base/instant.ts";
import { renderPrunePlan } from "../../core/report/render-prune.ts";
import { pruneRepository } from "../../engine/repository/prune.ts";
import type { PruneOptions, PruneReport } from "../../store/repository.ts";
import { confirm } from "../screen/ask.ts";
import { textOption, type CommandCall, type RunCommand } from "../command/command.ts";
import { durationOption } from "../options/duration-option.ts";
import { exitCode } from "../command/exit-code.ts";
import type { Words } from "../command/result.ts";
import { invalidOption } from "../options/invalid-option.ts";
import { makeProgressLine } from "../screen/progress-line.ts";
import { readShare } from "../options/share-option.ts";
import { withRepository } from "../session/with-repository.ts";

/** `sitekeep repo prune`: shows what goes, asks, and gives back what no snapshot needs. */
export const run: RunCommand = (call) =>
  withRepository(call, async ({ session, repository }) => {
    const maxUnusedPerMille = shareOption(call);
    const graceMs = durationOption(call, "grace", { otherwise: day, atLeast: 0, as: "24h, 2d or 0s" });
    const clock = await clockOption(call);
    const progress = makeProgressLine(call, session.now);
    let asked = false;
    const approve: PruneOptions["approve"] = async (plan) => {
      progress.end();
      if (asked) call.screen.remark("Meanwhile more can go than you were asked about:");
      asked = true;
      call.screen.tell(() => renderPrunePlan(plan).trimEnd());
      return !call.options["dryRun"] && confirm(call, "Do this?");
    };
    const { signal } = session;
    const options = { maxUnusedPerMille, graceMs, clock, signal, approve, onProgress: progress.show };
    const report = await pruneRepository(repository, options).finally(progress.end);
    const { plan, result, fence } = report;
    const isRefused = result === "refused" && !call.options["dryRun"];
    return {
      exitCode: isRefused ? exitCode.error : exitCode.done,
      document: () => ({ apiVersion: "sitekeep/pruned/v1", result, ...given({ fence }), plan }),
      text: () => [prunedWords(report)],
    };
  });

function prunedWords({ plan, result }: PruneReport): Words[number] {
  if (result === "nothing-to-do") return "There is nothing to prune.";
  if (result === "refused") return { remark: "Nothing was done." };
  return `${formatBytes(plan.remove.bytes)} came free, ${formatBytes(plan.trash.bytes)} went to the trash.`;
}

function shareOption(call: CommandCall): number {
  const text = textOption(call, "maxUnused") ?? "10%";
  const perMille = readShare(text);
  if (perMille !== undefined) return perMille;
  throw invalidOption("--max-unused", `${text} is no share`, "Write it as 0%, 10% or 100%.");
}

async function clockOption(call: CommandCall): Promise<PruneOptions["clock"]> {
  if (!call.options["clockIsRight"]) return "compare";
  return (await confirm(call, "Is the clock of this machine right?")) ? "trust" : "compare";
}
