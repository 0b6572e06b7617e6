import { SeededRandom } from "../../test/support/seeded-random.ts";
import type { RuleName, WrittenRules } from "../../test/oracle/restic-answers.ts";
import { blockCount, blockSize, fixtureTimes } from "./fixture-times.ts";

/** A set of the fixture's snapshots and the rules that are asked of it. */
export interface RetentionQuestion {
  /** Positions in the fixture, oldest first. */
  readonly set: readonly number[];
  readonly rules: WrittenRules;
}

const pairCount = 560;

/** In what restic means by the same words: months of a span count from a day that every month has. */
const lastDayOfEveryMonth = 28;

/** Three of ten are small: few rules, few snapshots. Every question has a set of its own. */
export function makeQuestions(): readonly RetentionQuestion[] {
  const chance = new SeededRandom(20_261_123);
  return Array.from({ length: pairCount }, (_, at) => {
    const large = at % 10 < 7;
    const block = at % blockCount;
    const size = large ? 34 + chance.below(blockSize - 33) : 5 + chance.below(29);
    const rules = makeRules(chance, large ? 3 + chance.below(3) : 1 + chance.below(2));
    return { set: makeSet(chance, { block, size, spansMonths: /mo|y/.test(rules.within ?? "") }), rules };
  });
}

const greatest: Readonly<Record<Exclude<RuleName, "within">, number>> = {
  last: 8,
  hourly: 10,
  daily: 12,
  weekly: 8,
  monthly: 10,
  yearly: 4,
};

function makeRules(chance: SeededRandom, count: number): WrittenRules {
  const left: RuleName[] = [...(Object.keys(greatest) as (keyof typeof greatest)[]), "within"];
  const rules: Partial<Record<RuleName, number | string>> = {};
  for (let at = 0; at < count; at++) {
    const [rule] = left.splice(chance.below(left.length), 1);
    if (rule === "within") rules.within = makeSpan(chance);
    else rules[rule!] = makeCount(chance, rule!);
  }
  return rules as WrittenRules;
}

function makeCount(chance: SeededRandom, rule: keyof typeof greatest): number | "all" {
  const endless = rule === "weekly" || rule === "monthly" || rule === "yearly";
  return endless && chance.below(10) === 0 ? "all" : 1 + chance.below(greatest[rule]);
}

/** Largest unit first, as restic wants it. */
function makeSpan(chance: SeededRandom): string {
  const some = (limit: number): number => 1 + chance.below(limit);
  return chance.pick([
    `${some(72)}h`,
    `${some(30)}d`,
    `${some(10)}d${some(30)}h`,
    `${some(6)}mo`,
    `${some(3)}mo${some(20)}d${some(30)}h`,
    `${some(2)}y`,
    `1y${some(11)}mo`,
  ]);
}

interface WantedSet {
  readonly block: number;
  readonly size: number;
  readonly spansMonths: boolean;
}

function makeSet(chance: SeededRandom, { block, size, spansMonths }: WantedSet): readonly number[] {
  const left = Array.from({ length: blockSize }, (_, at) => block * blockSize + at);
  const set: number[] = [];
  for (let at = 0; at < size; at++) set.push(...left.splice(chance.below(left.length), 1));
  set.sort((one, other) => one - other);
  return spansMonths ? set.slice(0, set.findLastIndex(isEarlyInMonth) + 1) : set;
}

function isEarlyInMonth(position: number): boolean {
  return new Date(fixtureTimes[position]!).getUTCDate() <= lastDayOfEveryMonth;
}
