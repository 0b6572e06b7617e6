import { day, hour, minute, second } from "../../src/core/base/instant.ts";
import type { Instant } from "../../src/core/base/instant.ts";
import { SeededRandom } from "../../test/support/seeded-random.ts";

/** Snapshots of one manner, of which a set is drawn: a check that asks for one block only needs no other. */
export const blockSize = 64;

const youngest: Instant = Date.UTC(2025, 5, 17, 21, 14, 3);

/** How far the snapshots of each block lie apart, at most; a burst now and then. */
const manners: readonly ((chance: SeededRandom, at: number) => number)[] = [
  (chance, at) => chance.below(Math.min(90 * day, 2 ** (at / 2.2) * minute)),
  (chance) => chance.below(200) * minute,
  (chance) => chance.below(5) * 12 * hour + chance.below(90) * minute,
  (chance) =>
    chance.below(4) === 0
      ? chance.below(90) * minute
      : chance.below(720) * hour + chance.below(3_600) * second,
  (chance) =>
    chance.below(3) === 0 ? chance.below(2) * day : chance.below(2_900) * hour + chance.below(3_600) * second,
];
export const blockCount = manners.length;

/**
 * When each snapshot of the fixture was taken, in whole seconds: block after block, oldest first within each.
 */
export const fixtureTimes: readonly Instant[] = manners.flatMap((gap, block) => {
  const chance = new SeededRandom(block + 1);
  const times = new Set<Instant>();
  for (let time = youngest; times.size < blockSize;) {
    times.add(atEdge(chance, time));
    time -= second + Math.floor(gap(chance, times.size) / second) * second;
  }
  return [...times].sort((one, other) => one - other);
});

/** One in four lies on the edge of an hour, a day, a month or a year, or a second beside it. */
function atEdge(chance: SeededRandom, time: Instant): Instant {
  if (chance.below(4) > 0) return time;
  const date = new Date(time);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const edge = chance.pick([
    Math.floor(time / hour) * hour,
    Math.floor(time / day) * day,
    Date.UTC(year, month, 1),
    Date.UTC(year, month, date.getUTCDate() - ((date.getUTCDay() + 6) % 7)),
    Date.UTC(year, 0, 1),
  ]);
  return edge + (chance.below(3) - 1) * second;
}
