import { PatternList } from "../../pattern/pattern-list.ts";
import { readPattern } from "../../pattern/pattern-text.ts";
import type { Problem } from "../../base/problem.ts";
import type { JudgedSource } from "../../policy/text/judged.ts";
import { type Complaint, placeOf, problemAt } from "../../policy/text/problem-at.ts";
import { find, findText, itemsOf, type Written } from "../../policy/text/written.ts";

/** Checks that each pattern of a source can be read, and that each can have an effect. */
export function checkPatterns({ judged, source }: JudgedSource): readonly Problem[] {
  const include = itemsOf(find(source, "include"));
  const exclude = itemsOf(find(source, "exclude"));
  const told = [...include, ...exclude].flatMap((it) => complainIf(it, judged.name, unreadable(textOf(it))));
  if (told.length > 0) return told;
  const taken = include.flatMap((it) => complainIf(it, judged.name, exceptionWithin(textOf(it))));
  return [...taken, ...checkExceptions(exclude, judged.name)];
}

function textOf(written: Written): string {
  return findText(written) ?? "";
}

function complainIf(
  written: Written,
  name: JudgedSource["judged"]["name"],
  complaint: Omit<Complaint, "code"> | undefined,
): readonly Problem[] {
  return complaint === undefined
    ? []
    : [problemAt(placeOf(written.origin, name), { code: "pattern-wrong", ...complaint })];
}

function unreadable(text: string): Omit<Complaint, "code"> | undefined {
  const read = readPattern(text);
  return "message" in read ? read : undefined;
}

function exceptionWithin(text: string): Omit<Complaint, "code"> | undefined {
  if (!text.startsWith("!")) return undefined;
  return {
    message: "A pattern of `include` begins with `!`, which takes back what other patterns leave out.",
    hint: `Write \`${text.slice(1)}\` under \`exclude\` to leave it out, or \`{!,!}${text.slice(1)}\` for a name that begins with the sign.`,
  };
}

/** The last pattern that fits decides: an exception needs something before it, and nothing as wide behind. */
function checkExceptions(
  exclude: readonly Written[],
  name: JudgedSource["judged"]["name"],
): readonly Problem[] {
  return exclude.flatMap((written, at) => {
    const text = textOf(written);
    if (!text.startsWith("!")) return [];
    const isFirst = exclude.slice(0, at).every((it) => textOf(it).startsWith("!"));
    const later = exclude
      .slice(at + 1)
      .map(textOf)
      .filter((it) => !it.startsWith("!"));
    const isUndone = later.some((it) => takesBack(it, text.slice(1)));
    return complainIf(written, name, isFirst || isUndone ? withoutEffect(text) : undefined);
  });
}

/** Whether all that an exception is for is left out again: by everything, or as it names but one path. */
function takesBack(later: string, excepted: string): boolean {
  if (/^[*]{1,2}$/.test(later)) return true;
  return !/[*?[{]/.test(excepted) && new PatternList([later]).holds(excepted.replace(/\/$/, ""), "folder");
}

function withoutEffect(text: string): Omit<Complaint, "code"> {
  return {
    message: `The exception \`${text}\` has no effect: the last pattern that fits a file decides, and it is not the last.`,
    hint: `Write it behind what it is an exception to: \`exclude: ['**', '${text}']\`.`,
  };
}
