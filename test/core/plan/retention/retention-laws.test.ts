import * as fc from "fast-check";
import { expect, test } from "vitest";
import { day, hour, minute } from "../../../../src/core/base/instant.ts";
import type { Instant } from "../../../../src/core/base/instant.ts";
import type { Retention } from "../../../../src/core/model/policy/resolved-policy.ts";
import { countRules } from "../../../../src/core/model/retention-verdict.ts";
import type { CountRule } from "../../../../src/core/model/retention-verdict.ts";
import { calendarOf, periodOf } from "../../../../src/core/plan/calendar/calendar.ts";
import { judgeRetention } from "../../../../src/core/plan/retention/retention.ts";
import type { RetentionPoint, RetentionSetting } from "../../../../src/core/plan/retention/retention.ts";

const now = Date.UTC(2026, 10, 22, 12);

test("the order of the points changes nothing", () => {
  fc.assert(
    fc.property(
      anyPoints.chain((points) =>
        fc.tuple(fc.constant(points), fc.shuffledSubarray(points, { minLength: points.length })),
      ),
      anySetting,
      ([points, shuffled], setting) => {
        expect(judgeRetention(shuffled, setting)).toEqual(judgeRetention(points, setting));
      },
    ),
    runs,
  );
});

test("what was kept is kept again when the rest is gone", () => {
  holds((points, setting) => {
    const kept = keptOf(points, setting);
    const left = points.filter((point) => kept.includes(point.due));
    expect(keptOf(left, setting)).toEqual(kept);
  });
});

test("the newest complete point and the newest verified point stay", () => {
  holds((points, setting) => {
    const kept = keptOf(points, setting);
    const present = candidatesOf(points);
    for (const some of [present, present.filter((point) => point.verified)])
      if (some.length > 0) expect(kept).toContain(some[0]!.due);
  });
});

test("never fewer complete points than asked for, as long as there are so many", () => {
  holds((points, setting) => {
    const present = candidatesOf(points).map((point) => point.due);
    const kept = keptOf(points, setting).filter((due) => present.includes(due));
    expect(kept.length).toBeGreaterThanOrEqual(Math.min(setting.minPoints, present.length));
  });
});

// The least number of points is left out of these two: where the rules keep more, it need not fill up with
// others.
test("a higher count of any rule keeps all that a lower one kept", () => {
  holds((points, { retention, ...rest }) => {
    const setting = { ...rest, minPoints: 0 };
    const fewer = keptOf(points, { ...setting, retention });
    for (const rule of countRules) {
      const of = retention[rule];
      if (typeof of !== "number") continue;
      for (const higher of [of + 1, "all" as const]) {
        const more = keptOf(points, { ...setting, retention: { ...retention, [rule]: higher } });
        expect(fewer.filter((due) => !more.includes(due))).toEqual([]);
      }
    }
  });
});

test("one more rule keeps all that was kept without it", () => {
  holds((points, { retention, ...rest }) => {
    const setting = { ...rest, minPoints: 0 };
    if (!hasRule(retention)) return; // A policy without any rule lets nothing go.
    const fewer = keptOf(points, { ...setting, retention });
    for (const rule of [{ last: 4 }, { hourly: 3 }, { weekly: 2 }, { yearly: 1 }, { withinMs: 3 * day }]) {
      const more = keptOf(points, { ...setting, retention: { ...rule, ...retention } });
      expect(fewer.filter((due) => !more.includes(due))).toEqual([]);
    }
  });
});

test("each of a rule's newest periods that has a point keeps exactly one by it, its newest", () => {
  holds((points, setting) => {
    for (const rule of countRules) {
      const of = setting.retention[rule];
      if (of === undefined) continue;
      const periods = Map.groupBy(candidatesOf(points), (point) => nameOf(rule, setting, point.due));
      const newest = [...periods.values()].map((members) => members[0]!.due);
      const wanted = newest.slice(0, of === "all" ? newest.length : of);
      expect(keptBy(rule, points, setting, false)).toEqual(wanted);
    }
  });
});

test("the oldest point is kept by a rule as that only while the rule has periods left", () => {
  holds((points, setting) => {
    const candidates = candidatesOf(points);
    for (const rule of countRules) {
      const of = setting.retention[rule];
      if (of === undefined) continue;
      const periods = new Set(candidates.map((point) => nameOf(rule, setting, point.due)));
      const holder = keptBy(rule, points, setting, false);
      const oldest = candidates.at(-1);
      const stays = oldest && !holder.includes(oldest.due) && (of === "all" || periods.size < of);
      expect(keptBy(rule, points, setting, true)).toEqual(stays ? [oldest.due] : []);
    }
  });
});

test("a point more costs a rule at most the holder of its own period, the last one it counted, and the oldest", () => {
  holds((points, setting) => {
    const [added, ...others] = candidatesOf(points).toSorted((one, other) => mixed(one) - mixed(other));
    if (added === undefined) return;
    for (const rule of countRules) {
      const held = keptBy(rule, others, setting, false);
      const before = [...held, ...keptBy(rule, others, setting, true)];
      const after = [false, true].flatMap((oldest) => keptBy(rule, [added, ...others], setting, oldest));
      const own = nameOf(rule, setting, added.due);
      const allowed = held.filter((due) => nameOf(rule, setting, due) === own);
      const lost = before.filter((due) => !after.includes(due));
      const oldest = Math.min(...others.map((point) => point.due));
      expect(lost.filter((due) => ![...allowed, held.at(-1), oldest].includes(due))).toEqual([]);
      expect(lost.length).toBeLessThanOrEqual(2);
    }
  });
});

test("a point more that is not the newest costs a span nothing", () => {
  holds((points, { retention, ...rest }) => {
    const setting = { ...rest, retention: { withinMs: 4 * day, withinMonths: retention.withinMonths ?? 0 } };
    const [newest, added, ...others] = candidatesOf(points);
    if (newest === undefined || added === undefined) return;
    const within = (some: readonly RetentionPoint[]) =>
      judgeRetention(some, setting).filter((it) => it.reasons.some((reason) => reason.why === "within"));
    const after = within([newest, added, ...others]).map((it) => it.due);
    expect(within([newest, ...others]).filter((it) => !after.includes(it.due))).toEqual([]);
  });
});

test("what stays has a reason, what goes has one too", () => {
  holds((points, setting) => {
    for (const verdict of judgeRetention(points, setting))
      expect(verdict.keep ? verdict.reasons : verdict.fallen).not.toEqual([]);
  });
});

const runs = { numRuns: 300, seed: 20_261_122 };

const counts = (max: number) => fc.oneof(fc.integer({ min: 1, max }), fc.constant("all" as const));

const anyRule = {
  last: fc.integer({ min: 1, max: 6 }),
  hourly: fc.integer({ min: 1, max: 12 }),
  daily: fc.integer({ min: 1, max: 10 }),
  weekly: fc.integer({ min: 1, max: 6 }),
  monthly: counts(6),
  yearly: counts(3),
  withinMs: fc.integer({ min: hour, max: 20 * day }),
  withinMonths: fc.integer({ min: 1, max: 14 }),
};

/** Few rules at a time: many hide what a single one does. */
const anyRetention: fc.Arbitrary<Retention> = fc
  .tuple(
    fc.record(anyRule),
    fc.subarray(Object.keys(anyRule) as (keyof typeof anyRule)[], { maxLength: 3 }),
    fc.record({
      weekStartsOn: fc.constantFrom("monday" as const, "sunday" as const),
      dayStartsAtMs: fc.integer({ min: 0, max: 23 }).map((hours) => hours * hour),
    }),
  )
  .map(([rules, chosen, calendar]) => ({
    ...Object.fromEntries(chosen.map((rule) => [rule, rules[rule]])),
    ...calendar,
  }));

const anySetting: fc.Arbitrary<RetentionSetting> = fc.record({
  retention: anyRetention,
  timeZone: fc.constantFrom("UTC", "Europe/Madrid", "America/New_York", "Australia/Lord_Howe"),
  minPoints: fc.integer({ min: 0, max: 12 }),
  now: fc.constant(now),
});

/**
 * Close together over a few days, or far apart over years; of a site with a window, without one, or read in
 * part.
 */
const anyPoints: fc.Arbitrary<RetentionPoint[]> = fc
  .constantFrom(30 * minute, 5 * hour, 9 * day)
  .chain((gap) =>
    fc.uniqueArray(
      fc.record(
        {
          due: fc.integer({ min: -160, max: 2 }).map((steps) => now + steps * gap),
          complete: fc.boolean(),
          verified: fc.boolean(),
          inside: fc.boolean(),
        },
        { requiredKeys: ["due", "complete", "verified"] },
      ),
      { selector: (point) => point.due, maxLength: 50, size: "max" },
    ),
  );

function holds(law: (points: readonly RetentionPoint[], setting: RetentionSetting) => void): void {
  fc.assert(fc.property(anyPoints, anySetting, law), runs);
}

/** Complete and not of the future, newest first: what rules count. */
function candidatesOf(points: readonly RetentionPoint[]): readonly RetentionPoint[] {
  return points
    .filter((point) => point.complete && point.due <= now + 5 * minute)
    .toSorted((one, other) => other.due - one.due);
}

function keptOf(points: readonly RetentionPoint[], setting: RetentionSetting): readonly Instant[] {
  return judgeRetention(points, setting)
    .filter((verdict) => verdict.keep)
    .map((verdict) => verdict.due);
}

/** What one rule keeps, newest first: as the newest of a period, or as the oldest of all. */
function keptBy(
  rule: CountRule,
  points: readonly RetentionPoint[],
  setting: RetentionSetting,
  asOldest: boolean,
): readonly Instant[] {
  return judgeRetention(points, setting)
    .filter(({ reasons }) =>
      reasons.some((it) => it.why === "rule" && it.rule === rule && it.oldest === asOldest),
    )
    .map((verdict) => verdict.due);
}

function nameOf(rule: CountRule, { timeZone, retention }: RetentionSetting, due: Instant): string {
  return rule === "last" ? String(due) : periodOf(rule, calendarOf(timeZone, retention), due);
}

function hasRule(retention: Retention): boolean {
  return [...countRules, "withinMs" as const, "withinMonths" as const].some(
    (rule) => retention[rule] !== undefined,
  );
}

/** An order that has nothing to do with the points' age. */
function mixed({ due }: RetentionPoint): number {
  return (due / minute) % 97;
}
