import { formatMinute } from "../base/instant.ts";
import type { Problem } from "../base/problem.ts";
import type { HandOver, LastHandOver } from "../model/hand-over.ts";
import { renderProblems } from "./render-problems.ts";
import { noPaint } from "./words/paint.ts";
import type { Paint } from "./words/paint.ts";

/** A hand-over that is to be installed. */
export interface ShownHandOver {
  /** The script as the site server knows it. */
  readonly script: string;
  readonly source: string;
  readonly does: "install" | "update" | "nothing";
  /** The name that the script of before gets. */
  readonly keeps?: string;
  readonly risks: readonly Problem[];
  /** The script's text. */
  readonly text: string;
}

/** Shows a script before it is written, and what becomes of the one that is there. */
export function renderHandOverPlan(shown: ShownHandOver, paint: Paint = noPaint): string {
  const { script, source, does, keeps, risks, text } = shown;
  const title = {
    install: `${script} is to hand over to the source ${source}:`,
    update: `${script} is sitekeep's of before, and is to be:`,
    nothing: `${script} hands over to the source ${source} already; there is nothing to do.`,
  }[does];
  const lines = text.trimEnd().split("\r\n");
  return [
    paint("bold", title),
    ...(does === "nothing" ? [] : ["", ...lines.map((line) => `  ${line}`), ""]),
    ...(keeps === undefined
      ? []
      : [
          `The script of before lies beside it as ${keeps}. It runs first; sitekeep runs whatever it ends with.`,
        ]),
    ...(risks.length === 0 ? [] : ["", renderProblems(risks).trimEnd()]),
    "",
  ].join("\n");
}

/** A hand-over as it was found. */
export interface FoundHandOver {
  readonly script: string;
  readonly log: string;
  readonly handOver: HandOver;
  readonly risks: readonly Problem[];
}

/** Whose the script is, what became of the last hand-over, and what is wrong with it. */
export function renderHandOver(
  { script, log, handOver, risks }: FoundHandOver,
  paint: Paint = noPaint,
): string {
  return [
    `${script}: ${whose(handOver)}`,
    ...(handOver.kept !== undefined && handOver.script !== "theirs"
      ? ["The script of before runs first."]
      : []),
    ...(handOver.script === "none" || handOver.script === "theirs" ? [] : [lastWords(handOver)]),
    ...(handOver.last === undefined ? [] : [paint("dim", `What was said is in ${log}.`)]),
    ...(risks.length === 0 ? [] : ["", renderProblems(risks).trimEnd()]),
    "",
  ].join("\n");
}

function whose({ script, source }: HandOver): string {
  switch (script) {
    case "none":
      return "not there; the task hands over to nobody.";
    case "theirs":
      return "a script that sitekeep did not write; the task hands over to no sitekeep.";
    case "ours":
      return `hands over to the source ${source ?? "?"}.`;
    case "edited":
      return "written by sitekeep, and edited since.";
  }
}

function lastWords({ last, lastUnread }: HandOver): string {
  if (lastUnread !== undefined) return "What became of the last hand-over is not known.";
  return last === undefined ? "The task has handed over nothing yet." : `Last hand-over: ${endWords(last)}.`;
}

function endWords({ at, state, sitekeep, kept }: LastHandOver): string {
  if (state === "begun") return `began at ${formatMinute(at)} and has not ended`;
  const before =
    kept === undefined
      ? ""
      : kept === "missing"
        ? "; the script of before was not there"
        : `; the script of before ended with ${kept}`;
  return `${formatMinute(at)}, sitekeep ended with ${sitekeep ?? "?"}${before}`;
}
