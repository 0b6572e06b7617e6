import { expect, test } from "vitest";
import { parseSpan } from "../../src/core/base/calendar-span.ts";
import { day } from "../../src/core/base/instant.ts";
import type { Instant } from "../../src/core/base/instant.ts";
import type { Retention } from "../../src/core/model/policy/resolved-policy.ts";
import type { KeepReason, RetentionVerdict } from "../../src/core/model/retention-verdict.ts";
import { judgeRetention } from "../../src/core/plan/retention/retention.ts";
import { readAnswers, ruleNames } from "./restic-answers.ts";
import type { ResticAnswer, RuleName, WrittenRules } from "./restic-answers.ts";

// What restic 0.14 said of sets and rules for which both mean the same: one clock, no two snapshots in one
// second, none of them in the future, spans of months counted from a day that every month has. `npm run
// oracle -- retention` asks it again.
const { times, answers } = readAnswers();

test("every point that restic keeps is kept for the same rules, and no other", () => {
  const differ = answers.flatMap((answer, at) => {
    const [ours, theirs] = [keptByUs(answer), keptByRestic(answer)];
    return ours === theirs ? [] : [{ at, rules: answer.rules, ours, theirs }];
  });
  expect(differ).toEqual([]);
});

test("the answers are many, and most of them are to hard questions", () => {
  expect(answers.length).toBeGreaterThanOrEqual(500);
  const hard = answers.filter(
    ({ rules, set, kept }) =>
      Object.keys(rules).length >= 3 && set.length >= 30 && kept.size <= 0.8 * set.length,
  );
  expect(hard.length).toBeGreaterThanOrEqual(answers.length / 2);
  expect(new Set(answers.map(({ set }) => set.join())).size).toBeGreaterThanOrEqual(500);
});

test.each(ruleNames)(
  "%s is a rule of at least fifty of them, and keeps what no other does in ten",
  (rule) => {
    const asked = answers.filter(({ rules }) => rules[rule] !== undefined);
    expect(asked.length).toBeGreaterThanOrEqual(50);
    const alone = asked.filter(({ kept }) =>
      [...kept.values()].some((it) => it.length === 1 && it[0] === rule),
    );
    expect(alone.length).toBeGreaterThanOrEqual(10);
  },
);

test("the answers lie in the domain in which both mean the same", () => {
  for (const { rules, set } of answers) {
    const instants = set.map((at) => times[at]!);
    expect(new Set(instants).size).toBe(set.length);
    const newest = new Date(Math.max(...instants)).getUTCDate();
    if (/mo|y/.test(rules.within ?? "")) expect(newest).toBeLessThanOrEqual(28);
  }
});

// restic has this rule since 0.16. Here it is left out of the comparison by its reason, which is fair only if
// nothing else hangs on it.
test("that the oldest point is kept while a rule has room moves no other point", () => {
  let spoken = 0;
  for (const { rules, set } of answers) {
    const verdicts = judge(set, rules);
    const oldest = verdicts.filter((it) => it.reasons.some(isOldest));
    spoken += oldest.length;
    for (const verdict of oldest) expect(verdict).toBe(verdicts.at(-1));
    const others = verdicts.slice(0, -1).map(withoutGuards);
    // Without it the next one takes its place under that rule, and nothing else may change.
    const younger = judge(set.slice(1), rules).map((it) => withoutGuards(withoutOldest(it)));
    expect(JSON.stringify(others)).toBe(JSON.stringify(younger));
  }
  expect(spoken).toBeGreaterThanOrEqual(50);
});

function keptByUs({ rules, set }: ResticAnswer): string {
  return linesOf(
    judge(set, rules).flatMap((verdict) => {
      const names = verdict.reasons.flatMap(ruleOf);
      return names.length === 0 ? [] : [[verdict.due, names] as const];
    }),
  );
}

function keptByRestic({ kept }: ResticAnswer): string {
  return linesOf([...kept].map(([at, names]) => [times[at]!, names] as const));
}

function linesOf(kept: readonly (readonly [Instant, readonly RuleName[]])[]): string {
  return kept
    .toSorted(([one], [other]) => one - other)
    .map(([due, names]) => `${new Date(due).toISOString()} ${[...names].sort().join(" ")}`)
    .join("\n");
}

function judge(set: readonly number[], { within, ...counts }: WrittenRules): readonly RetentionVerdict[] {
  const { months, ms } = parseSpan(within ?? "0s")!;
  const span = within === undefined ? {} : { withinMonths: months, withinMs: ms };
  return judgeRetention(
    set.map((at) => ({ due: times[at]!, complete: true, verified: true })),
    {
      retention: { ...counts, ...span } satisfies Retention,
      timeZone: "UTC",
      minPoints: 0,
      now: Math.max(...times) + day,
    },
  );
}

function ruleOf(reason: KeepReason): readonly RuleName[] {
  if (reason.why === "within") return ["within"];
  return reason.why === "rule" && !reason.oldest ? [reason.rule] : [];
}

function isOldest(reason: KeepReason): boolean {
  return reason.why === "rule" && reason.oldest;
}

function withoutOldest(verdict: RetentionVerdict): RetentionVerdict {
  return { ...verdict, reasons: verdict.reasons.filter((it) => !isOldest(it)) };
}

function withoutGuards({ due, reasons }: RetentionVerdict): Pick<RetentionVerdict, "due" | "reasons"> {
  return { due, reasons: reasons.filter((it) => it.why === "rule" || it.why === "within") };
}
