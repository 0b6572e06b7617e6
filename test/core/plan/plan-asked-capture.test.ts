import { expect, test } from "vitest";
import type { Observation } from "../../../src/core/model/observation.ts";
import { planSite } from "../../../src/core/plan/make-plan.ts";
import { planAskedCapture } from "../../../src/core/plan/plan-asked-capture.ts";
import { renderPlan } from "../../../src/core/report/render-plan.ts";
import {
  apply,
  dueDaysAgo,
  noon,
  observationOf,
  pointsOf,
  policyOf,
  problemOf,
  planOf,
} from "../../support/build-site.ts";

const policy = policyOf();
const quiet = observationOf(policy, pointsOf(policy, dueDaysAgo(1), dueDaysAgo(0)));
const plus = (source: string) => `    + capture ${source}`;

test("everything is captured into a point of this instant, whatever is due", () => {
  check(
    quiet,
    [],
    plus("database (site-database)"),
    plus("registry (windows-registry)"),
    plus("library (content-library)"),
  );
});

test("only the named sources are captured, and what is left of the schedule stays quiet", () => {
  check(quiet, ["registry"], plus("registry (windows-registry)"));
  const after = apply(
    quiet,
    planAskedCapture(policy, quiet, noon, { sources: ["registry"], note: "" }),
    noon,
  );
  expect(planSite(policy, after, noon).actions).toEqual([]);
});

test("what the site's own task hands over joins the point that is due, whatever that has already", () => {
  const asked = { sources: ["registry"], note: "", joins: true };
  const pointIn = (observed: Observation) =>
    planAskedCapture(policy, observed, noon, asked).actions.map((it) => "point" in it && it.point);
  expect(pointIn(quiet)).toEqual([dueDaysAgo(0)]);
  expect(pointIn(observationOf(policy, []))).toEqual([dueDaysAgo(0)]);
});

test("a silent source is shown as a skip", () => {
  const sources = {
    ...quiet.sources,
    registry: { answers: false as const, problem: problemOf("It is gone.") },
  };
  const plan = planAskedCapture(policy, { ...quiet, sources }, noon, {
    sources: ["registry"],
    note: "before",
  });
  expect(plan.actions).toMatchObject([{ do: "skip", source: "registry" }]);
});

function check(observed: Observation, sources: readonly string[], ...lines: readonly string[]): void {
  const site = planAskedCapture(policy, observed, noon, { sources, note: "before an upgrade" });
  const text = renderPlan(planOf(site)).split("\n");
  expect(text.slice(2, 3 + lines.length)).toEqual([
    "  Point of 2026-11-22 12:00Z. Asked for (before an upgrade):",
    ...lines,
  ]);
}
