import { expect, onTestFinished, test } from "vitest";
import type { RunListener } from "../../../src/core/model/run-event.ts";
import { makePlan } from "../../../src/core/plan/make-plan.ts";
import { applyPlan } from "../../../src/engine/run/apply.ts";
import { openSession } from "../../../src/engine/session/session.ts";
import { noon, observationOf, policyOf } from "../../support/build-site.ts";
import { testWorld } from "../../support/test-world.ts";

test("each step of a site whose repository can't be used is told as it fails, with the reason", async () => {
  const repository = { name: "main", location: { folder: "/dev/null/repository" }, keys: [], encrypt: false };
  const policy = policyOf({ repository });
  const plan = makePlan([policy], [observationOf(policy, [])], noon);
  const session = openSession(testWorld(), new AbortController().signal);
  onTestFinished(() => session.close());
  const told: string[] = [];
  const listener: RunListener = (event) => {
    if (event.what === "step-ended") told.push(`${event.outcome.title}: ${event.outcome.problem?.code}`);
  };
  const { result } = await applyPlan(session, plan, { trigger: "apply", listeners: [listener] });
  expect(result).toBe("some-failed");
  expect(told).toContain("capture PS1/database: repository-unreadable");
  expect(told).toHaveLength(plan.sites[0]!.actions.length);
});
