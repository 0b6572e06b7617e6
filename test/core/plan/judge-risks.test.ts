import { expect, test } from "vitest";
import { planSite } from "../../../src/core/plan/make-plan.ts";
import { dueDaysAgo, noon, observationOf, pointsOf, policyOf, problemOf } from "../../support/build-site.ts";

const policy = policyOf();
const quiet = observationOf(policy, pointsOf(policy, dueDaysAgo(1), dueDaysAgo(0)));
const problem = problemOf("E:\\SCCMContentLib can't be read.");
const silent = { ...quiet.sources, library: { answers: false as const, problem } };

test("a source that is silent and not due is red, so that the plan is not quiet", () => {
  const plan = planSite(policy, { ...quiet, sources: silent }, noon);
  expect(plan.actions).toEqual([]);
  expect(plan.risks).toEqual([problem]);
});

test("a source that is silent and due is told by its skip alone", () => {
  const snapshots = quiet.snapshots.filter((it) => it.source !== "library" || it.point < dueDaysAgo(0));
  const plan = planSite(policy, { ...quiet, sources: silent, snapshots }, noon);
  expect(plan.actions).toMatchObject([{ do: "skip", source: "library", because: problem }]);
  expect(plan.risks).toEqual([]);
});
