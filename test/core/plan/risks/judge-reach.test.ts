import { expect, test } from "vitest";
import { day, hour } from "../../../../src/core/base/instant.ts";
import type { Brakes, Retention } from "../../../../src/core/model/policy/resolved-policy.ts";
import { judgeReach } from "../../../../src/core/plan/risks/judge-reach.ts";
import { noon, policyOf, standAlone } from "../../../support/build-site.ts";

const one: Brakes = { minPoints: 1, maxForgetPerMille: 250 };

test.each<[string, Retention, string]>([
  ["the newest point alone", { last: 1 }, "keeps a single point"],
  ["three points of a daily schedule", { last: 3 }, "reaches 2d back, and the window 5d"],
  ["a day of hours, taken once a day, and less than the window", { hourly: 5 }, "reaches 4d back"],
  ["less than a window by age", { withinMs: 3 * day + hour }, "reaches 3d 1h back"],
])("a child primary is told of %s", (_title, retention, words) => {
  const [found, ...more] = judgeReach(policyOf({ retention, brakes: one }), noon);
  expect(more).toEqual([]);
  expect(found).toMatchObject({ code: "retention-short", severity: "risk", where: "policies/ps1.yaml:1" });
  expect(found!.message).toContain(words);
});

test.each<[string, Retention]>([
  ["six points of a daily schedule", { last: 6 }],
  ["a rule without a limit", { yearly: "all" }],
  ["two weeks", { weekly: 2 }],
  ["a window by age", { withinMs: 5 * day }],
  ["a month", { withinMonths: 1 }],
])("%s reach back over the window", (_title, retention) => {
  expect(judgeReach(policyOf({ retention, brakes: one }), noon)).toEqual([]);
});

test("a site without a window needs two days, and the guards count", () => {
  const reach = (minPoints: number) =>
    judgeReach(standAlone({ retention: { last: 1 }, brakes: { ...one, minPoints } }), noon);
  expect(reach(3)).toEqual([]);
  expect(reach(2)).toMatchObject([{ message: expect.stringMatching(/reaches 1d back: damage/) }]);
});

test("a window that the policy narrows is the one to reach over", () => {
  expect(
    judgeReach(policyOf({ retention: { last: 3 }, brakes: one, windowAtMostMs: 2 * day }), noon),
  ).toEqual([]);
});
