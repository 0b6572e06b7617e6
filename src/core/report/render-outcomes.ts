import { formatBytes } from "../base/bytes.ts";
import { formatDuration } from "../base/instant.ts";
import type { Outcome, OutcomeResult } from "../model/outcome.ts";
import { withCures } from "./words/cures.ts";
import { countWords } from "./words/count-words.ts";
import { noPaint } from "./words/paint.ts";
import type { Paint, Style } from "./words/paint.ts";

const looks: Readonly<Record<OutcomeResult, { readonly sign: string; readonly style: Style }>> = {
  done: { sign: "✓", style: "good" },
  failed: { sign: "✗", style: "bad" },
  skipped: { sign: "!", style: "warn" },
  "held-back": { sign: "·", style: "warn" },
  cancelled: { sign: "·", style: "warn" },
};

/** True when there is more to say of an outcome than that it is done. */
export function isRemarkable(outcome: Outcome): boolean {
  return outcome.result !== "done" || (outcome.remarks?.length ?? 0) > 0;
}

/** Writes one outcome as its line, with its problem and remarks below it. */
export function outcomeLines(outcome: Outcome, paint: Paint = noPaint): readonly string[] {
  const { sign, style } = looks[outcome.result];
  const word = outcome.result === "done" ? "" : `: ${outcome.result.replace("-", " ")}`;
  const { problem, remarks = [] } = outcome;
  return [
    `${paint(style, sign)} ${outcome.title}${word}${paint("dim", measures(outcome))}`,
    ...(problem === undefined ? [] : [`    ${problem.message}`, `    ${paint("dim", `→ ${problem.hint}`)}`]),
    ...withCures(remarks, {
      line: (remark) => `    ${paint("warn", remark.where)} ${remark.message}`,
      problem: (remark) => remark,
      cure: (hint) => `    ${paint("dim", `→ ${hint}`)}`,
    }),
  ];
}

function measures({ files, bytes, addedBytes, startedAt, finishedAt }: Outcome): string {
  const parts = [
    ...(files === undefined ? [] : [countWords(files, "file")]),
    ...(bytes === undefined ? [] : [formatBytes(bytes)]),
    ...(addedBytes === undefined ? [] : [`${formatBytes(addedBytes)} new`]),
    ...(finishedAt > startedAt ? [formatDuration(finishedAt - startedAt)] : []),
  ];
  return parts.length === 0 ? "" : `  ${parts.join(", ")}`;
}

const resultWords: readonly (readonly [OutcomeResult, string])[] = [
  ["done", "done"],
  ["failed", "failed"],
  ["skipped", "skipped"],
  ["held-back", "held back"],
  ["cancelled", "cancelled"],
];

/** Counts outcomes by result: `8 done, 1 failed.` */
export function countLine(outcomes: readonly Outcome[]): string {
  const words = resultWords.flatMap(([result, word]) => {
    const count = outcomes.filter((outcome) => outcome.result === result).length;
    return count > 0 || result === "done" ? [`${count} ${word}`] : [];
  });
  return `${words.join(", ")}.`;
}
