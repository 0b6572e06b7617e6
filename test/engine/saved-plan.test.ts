import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { ProblemError } from "../../src/core/base/problem.ts";
import type { SavedPlan } from "../../src/core/model/plan.ts";
import type { ResolvedPolicy } from "../../src/core/model/policy/resolved-policy.ts";
import { makePlan } from "../../src/core/plan/make-plan.ts";
import { digestOf } from "../../src/engine/session/record.ts";
import { parsePlan, refusalsOf, sealPlan, unsealPlan } from "../../src/engine/saved-plan.ts";
import { openSession } from "../../src/engine/session/session.ts";
import { noon, observationOf, policyOf } from "../support/build-site.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { testWorld } from "../support/test-world.ts";

const plan = makePlan([policyOf()], [observationOf(policyOf(), [])], noon);
const written = JSON.stringify(sealPlan(plan), undefined, 2);

test("a plan comes back as it was saved, under the name that runs record it by", () => {
  expect(unsealPlan(parsePlan(written, "p.json"), "p.json")).toEqual(plan);
  expect(sealPlan(plan).digest).toBe(digestOf(plan));
});

test("space and the order of members are no edit", () => {
  const { sites, expiresAt, madeAt, digest, apiVersion } = JSON.parse(written) as SavedPlan;
  const reordered = parsePlan(JSON.stringify({ sites, expiresAt, madeAt, digest, apiVersion }), "p.json");
  expect(unsealPlan(reordered, "p.json")).toEqual(plan);
});

test.each([
  ["another source", '"source": "registry"', '"source": "library"'],
  ["another instant", '"madeAt": ', '"madeAt": 1'],
  ["another kind of backup", '"mode": "full"', '"mode": "log"'],
  ["a brake let go", '"maxForgetPerMille": ', '"maxForgetPerMille": 9'],
  ["another name", /"digest": "./, '"digest": "x'],
  ["a number that no plan holds", '"madeAt": ', '"at": 0.5, "madeAt": '],
])("a plan with %s is refused, though its shape is right", (_, from, to) => {
  const edited = written.replace(from, to);
  expect(edited).not.toBe(written);
  const { problem } = refusal(() => unsealPlan(parsePlan(edited, "p.json"), "p.json"));
  expect(problem).toMatchObject({ code: "plan-edited", where: "p.json" });
});

test("a policy that only moved to another line makes no plan stale, one that promises something else does", async () => {
  const moved = await refusalsWith((policy) => ({ ...policy, where: "policies/other.yaml:99" }));
  expect(moved).toEqual([]);
  const edited = await refusalsWith((policy) => ({ ...policy, brakes: { ...policy.brakes, minPoints: 9 } }));
  expect(edited).toMatchObject([{ code: "plan-stale" }]);
});

async function refusalsWith(edit: (policy: ResolvedPolicy) => ResolvedPolicy) {
  const session = openSession(testWorld({ now: () => noon }), new AbortController().signal);
  onTestFinished(() => session.close());
  const repository = { ...policyOf().repository, location: { folder: join(temporaryFolder(), "none") } };
  const policy = policyOf({ repository });
  const saved = makePlan([policy], [observationOf(policy, [])], noon);
  const now = edit(policy);
  return refusalsOf(session, saved, { plan: saved, policies: [now], observations: [observationOf(now, [])] });
}

function refusal(work: () => unknown): ProblemError {
  try {
    work();
  } catch (thrown) {
    return thrown as ProblemError;
  }
  throw new Error("It was not refused.");
}
