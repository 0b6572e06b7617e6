import { expect, test } from "vitest";
import type { Snapshot } from "../../../src/core/model/repository/snapshot.ts";
import { planSite } from "../../../src/core/plan/make-plan.ts";
import { renderPlan } from "../../../src/core/report/render-plan.ts";
import {
  apply,
  dueDaysAgo,
  failed,
  noon,
  observationOf,
  pointsOf,
  policyOf,
  planOf,
} from "../../support/build-site.ts";

const policy = policyOf();
const sound = pointsOf(policy, dueDaysAgo(1), dueDaysAgo(0));
const library = sound.at(-1)!;
const withLibrary = (proofs: Snapshot["proofs"]) =>
  observationOf(
    policy,
    sound.map((it) => (it === library ? { ...it, proofs } : it)),
  );

test("a snapshot that was committed and never read is read back, not captured again, and once", () => {
  const observed = withLibrary([]);
  const plan = planSite(policy, observed, noon);
  expect(plan.actions).toMatchObject([{ do: "verify", source: "library", snapshot: library.id }]);
  expect(plan.risks).toEqual([]);
  const text = renderPlan(planOf(plan));
  expect(text).toContain(
    "Written and never read back:\n    = verify library (content-library) of 2026-11-22 01:30Z",
  );
  expect(text).toContain("Plan: 0 to capture, 0 to forget, 1 to verify.");
  expect(planSite(policy, apply(observed, plan, noon), noon).actions).toEqual([]);
});

test("that only its listing was looked at, is no reading", () => {
  const written = { level: "written", result: "passed", at: noon, note: "" } as const;
  expect(planSite(policy, withLibrary([written]), noon).actions).toMatchObject([{ do: "verify" }]);
});

test("one that a share was read of waits for the operator's verify", () => {
  const sampled = { level: "read", result: "not-proven", at: noon, note: "5 %" } as const;
  const plan = planSite(policy, withLibrary([sampled]), noon);
  expect(plan.actions).toEqual([]);
  expect(plan.risks).toMatchObject([{ code: "proof-overdue" }]);
});

test("one that is damaged is captured again", () => {
  const plan = planSite(policy, withLibrary([failed(noon)]), noon);
  expect(plan.actions).toMatchObject([{ do: "capture", because: { why: "proof-failed" } }]);
});

test("an old one that a newer stands for is left alone", () => {
  const snapshots = sound.map((it) => (it.point === dueDaysAgo(1) ? { ...it, proofs: [] } : it));
  expect(planSite(policy, observationOf(policy, snapshots), noon).actions).toEqual([]);
});
