import { assert } from "../../src/core/base/assert.ts";
import { ruleNames } from "../../test/oracle/restic-answers.ts";
import type { ResticAnswer, RuleName, WrittenRules } from "../../test/oracle/restic-answers.ts";
import { fixtureTimes } from "./fixture-times.ts";
import type { ForgetAnswer, Restic } from "./restic.ts";
import type { RetentionQuestion } from "./retention-pairs.ts";

/**
 * Puts the snapshots of all questions into the repository, each with a tag for every question that has it in
 * its set.
 */
export async function layFixture(restic: Restic, questions: readonly RetentionQuestion[]): Promise<void> {
  for (const [position, time] of fixtureTimes.entries()) {
    const tags = questions.flatMap(({ set }, at) => (set.includes(position) ? [tagOf(at)] : []));
    if (tags.length > 0) await restic.add({ time, tags });
  }
}

/** Asks one question. Its number is its place among those that the fixture was laid for. */
export async function askRestic(
  restic: Restic,
  question: RetentionQuestion,
  number: number,
): Promise<ResticAnswer> {
  const answer = await restic.forget(tagOf(number), ["--group-by", "", ...optionsOf(question.rules)]);
  return { rules: question.rules, set: question.set, kept: keptOf(question, answer) };
}

function tagOf(number: number): string {
  return `s${String(number).padStart(3, "0")}`;
}

/** restic 0.14 has no word for *all*, and calls a month `m`. */
function optionsOf({ within, ...counts }: WrittenRules): readonly string[] {
  const asked = Object.entries(counts).map(([rule, of]) => `--keep-${rule}=${of === "all" ? 1_000_000 : of}`);
  return within === undefined ? asked : [...asked, `--keep-within=${within.replace("mo", "m")}`];
}

/** restic tells the reasons without the snapshot's id: they are joined by its time. */
function keptOf({ set }: RetentionQuestion, answer: ForgetAnswer): ResticAnswer["kept"] {
  const positions = new Map(set.map((at) => [fixtureTimes[at]!, at]));
  const positionOf = (time: string): number => {
    const at = positions.get(Date.parse(time));
    assert(at !== undefined, `restic speaks of ${time}, which is not in the set`);
    return at;
  };
  const seen = answer.kept.length + answer.removed.map(positionOf).length;
  assert(answer.groups === 1 && seen === set.length, "restic judged another set than was asked for");
  const kept = answer.kept.map(({ time, matches }) => [positionOf(time), matches.map(ruleOf)] as const);
  return new Map(kept.toSorted(([one], [other]) => one - other));
}

function ruleOf(match: string): RuleName {
  const rule = ruleNames.find((it) => match === `${it} snapshot` || match.startsWith(`${it} `));
  assert(rule !== undefined, `restic gives a reason that is not known: ${match}`);
  return rule;
}
