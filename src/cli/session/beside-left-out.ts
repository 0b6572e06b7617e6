import type { Problem } from "../../core/base/problem.ts";
import { countWords } from "../../core/report/words/count-words.ts";
import type { Paint } from "../../core/report/words/paint.ts";
import type { CommandCall } from "../command/command.ts";
import { exitCode, type ErrorCode, type ExitCode } from "../command/exit-code.ts";
import type { DocumentResult } from "../command/result.ts";

/**
 * The result of a command that went on without what is wrong in the policy folder: told in red at its end,
 * in its document, and in its exit code, since it could not see to everything.
 */
export function besideLeftOut<Code extends ExitCode>(
  call: CommandCall,
  result: DocumentResult<Code>,
  leftOut: readonly Problem[],
): DocumentResult<Code | ErrorCode> {
  if (leftOut.length === 0) return result;
  return {
    ...result,
    exitCode: result.exitCode === exitCode.done ? exitCode.error : result.exitCode,
    document: () => ({ ...result.document(), leftOut }),
    remarks: [...(result.remarks ?? []), leftOutLine(leftOut, call.screen.paint)],
  };
}

/** One red line: that something was left out, and how to see what. */
export function leftOutLine(leftOut: readonly Problem[], paint: Paint): string {
  const errors = countWords(leftOut.length, "error");
  return paint(
    "bad",
    `The policies have ${errors}: what is wrong is left out. See it with: sitekeep validate`,
  );
}
