import type { ExaminedPart, Precondition } from "../model/precondition.ts";
import { countWords } from "./words/count-words.ts";
import type { Paint } from "./words/paint.ts";

/** Every precondition of a policy, part by part, each that does not hold with its cure, and the counts. */
export function renderDoctor(title: string, parts: readonly ExaminedPart[], paint: Paint): readonly string[] {
  const all = parts.flatMap(({ preconditions }) => preconditions);
  const count = (found: Precondition["found"]) => all.filter((it) => it.found === found).length;
  const [failing, unknown] = [count("fails"), count("unknown")];
  return [
    paint("bold", title),
    ...parts.flatMap(({ part, preconditions }) => [
      `  ${part}`,
      ...preconditions.flatMap((it) => preconditionLines(it, paint)),
    ]),
    `  ${countWords(count("holds"), "precondition")} ${count("holds") === 1 ? "holds" : "hold"}, ${failing} ${failing === 1 ? "does" : "do"} not, ${unknown} could not be checked`,
  ];
}

/** A precondition with, where it does not hold, why and its cure. */
export function preconditionLines(it: Precondition, paint: Paint): readonly string[] {
  if (it.found === "holds") return [`    ${paint("good", "holds")}    ${it.says}`];
  const mark = it.found === "fails" ? paint("bad", "fails") : paint("warn", "unknown");
  const pad = it.found === "fails" ? "    " : "  ";
  return [
    `    ${mark}${pad}${it.says}`,
    `             ${it.why.message}`,
    `             fix: ${it.why.hint}`,
  ];
}
