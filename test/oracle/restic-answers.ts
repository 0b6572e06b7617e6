import { readFileSync } from "node:fs";
import type { Instant } from "../../src/core/base/instant.ts";

export const ruleNames = ["last", "hourly", "daily", "weekly", "monthly", "yearly", "within"] as const;
export type RuleName = (typeof ruleNames)[number];

/** Rules as a policy writes them. */
export type WrittenRules = Readonly<Partial<Record<Exclude<RuleName, "within">, number | "all">>> & {
  readonly within?: string;
};

/** What restic 0.14 said of one set of snapshots under one set of rules. */
export interface ResticAnswer {
  readonly rules: WrittenRules;
  /** Positions in `times`, oldest first. */
  readonly set: readonly number[];
  /** What it keeps of them, with all rules that keep it. */
  readonly kept: ReadonlyMap<number, readonly RuleName[]>;
}

export interface ResticAnswers {
  readonly times: readonly Instant[];
  readonly answers: readonly ResticAnswer[];
}

const file = "test/golden/retention-oracle/restic-0.14.txt";

/** Writes answers as text: the snapshots' seconds, then three lines a pair. */
export function formatAnswers({ times, answers }: ResticAnswers): string {
  const pairs = answers.map(({ rules, set, kept }) => {
    const words = [...kept].map(([at, names]) => `${at}:${lettersOf(names)}`);
    return `${JSON.stringify(rules)}\nof ${set.join(" ")}\nkept ${words.join(" ")}\n`;
  });
  return `${times.map((it) => it / 1_000).join(" ")}\n${pairs.join("")}`;
}

/** Reads what `npm run oracle -- retention` wrote. */
export function readAnswers(): ResticAnswers {
  const [times, ...lines] = readFileSync(file, "utf8").trimEnd().split("\n");
  const answers: ResticAnswer[] = [];
  for (let at = 0; at < lines.length; at += 3) {
    const [rules, set, kept] = lines.slice(at, at + 3);
    answers.push({
      rules: JSON.parse(rules!) as WrittenRules,
      set: numbersOf(set!.slice("of ".length)),
      kept: new Map(
        wordsOf(kept!.slice("kept ".length)).map((word) => {
          const [position, names] = word.split(":");
          return [Number(position), ruleNames.filter((it) => names!.includes(letters[it]))] as const;
        }),
      ),
    });
  }
  return { times: numbersOf(times!).map((it) => it * 1_000), answers };
}

const letters: Readonly<Record<RuleName, string>> = {
  last: "l",
  hourly: "h",
  daily: "d",
  weekly: "w",
  monthly: "m",
  yearly: "y",
  within: "i",
};

/** In our order, whichever restic tells them in. */
function lettersOf(names: readonly RuleName[]): string {
  return ruleNames
    .filter((it) => names.includes(it))
    .map((it) => letters[it])
    .join("");
}

function wordsOf(text: string): readonly string[] {
  return text.split(" ").filter((it) => it !== "");
}

function numbersOf(text: string): readonly number[] {
  return wordsOf(text).map(Number);
}
