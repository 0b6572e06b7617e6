import type { Problem } from "../../core/base/problem.ts";
import type { CopyAction } from "../../core/model/plan.ts";

/** A prune or a repair took away what was being written, or what it rests on: it is to be written again. */
export function contentPruned(where: string): Problem {
  return {
    code: "content-pruned",
    severity: "error",
    message: `A prune or a repair took away what ${where} rests on, while it was being written or since.`,
    where,
    hint: "It is written again. Should that be so each time, let prunes keep their trash for longer than a capture takes: --grace.",
  };
}

/** A snapshot in the repository of the policy does not read back. */
export function proofFailed(where: string, note: string): Problem {
  return {
    code: "proof-failed",
    severity: "error",
    message: `${where} was written and does not read back: ${note}`,
    where,
    hint: "Look at the disk or share of the repository; nothing was forgotten. The next run captures the source again.",
  };
}

/** A snapshot in a repository of copies does not read back. */
export function copyDamaged(where: string, to: CopyAction["to"], note: string): Problem {
  return {
    code: "copy-damaged",
    severity: "error",
    message: `The copy of ${where} in ${to} does not read back: ${note}`,
    where,
    hint: `Look at the disk or share of ${to}. The original is not touched by it. The next run writes again what is damaged of the copy.`,
  };
}
