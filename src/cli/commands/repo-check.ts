import type { CheckProgress } from "../../core/model/repository/repository-check.ts";
import { renderCheck } from "../../core/report/render-check.ts";
import type { CommandCall, RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { makeProgressLine } from "../screen/progress-line.ts";
import { parseShare } from "../options/share-option.ts";
import { withRepository } from "../session/with-repository.ts";

/** `sitekeep repo check`: whether a repository is whole, and what is hurt where it is not. */
export const run: RunCommand = (call) =>
  withRepository(call, async ({ session, repository }) => {
    const { signal, now } = session;
    const line = makeProgressLine(call, now);
    const onProgress = (progress: CheckProgress) => line.say(progressFacts(progress));
    const check = await repository
      .check({ readPerMille: readShare(call), signal, onProgress })
      .finally(line.end);
    return {
      exitCode: check.damage.length > 0 || check.hurt.length > 0 ? exitCode.error : exitCode.done,
      document: () => ({ apiVersion: "sitekeep/check/v1", repository: repository.id, ...check }),
      text: (paint) => [renderCheck(check, paint)],
    };
  });

function readShare({ options }: CommandCall): number {
  const share = options["readData"];
  if (share === undefined) return 0;
  return share === true ? 1_000 : parseShare("--read-data", share);
}

const steps = { objects: "objects", packs: "reading packs", trees: "following trees" } as const;

function progressFacts({ step, doneBytes, totalBytes }: CheckProgress) {
  return step === "packs" ? { text: steps[step], doneBytes, totalBytes } : { text: steps[step] };
}
