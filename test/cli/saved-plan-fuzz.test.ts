import { expect, test } from "vitest";
import { checkPlanShape } from "../../src/cli/session/check-plan-shape.ts";
import { ProblemError } from "../../src/core/base/problem.ts";
import type { SavedPlan } from "../../src/core/model/plan.ts";
import { makePlan } from "../../src/core/plan/make-plan.ts";
import { staleFacts } from "../../src/core/plan/stale-facts.ts";
import { describeAction } from "../../src/core/report/words/describe-action.ts";
import { renderPlan } from "../../src/core/report/render-plan.ts";
import { digestOf } from "../../src/engine/session/record.ts";
import { parsePlan, sealPlan, unsealPlan } from "../../src/engine/saved-plan.ts";
import { dueDaysAgo, noon, observationOf, pointsOf, policyOf } from "../support/build-site.ts";
import { fuzz } from "../support/fuzz/fuzz.ts";
import { mutateJson } from "../support/fuzz/mutate-json.ts";
import type { SeededRandom } from "../support/seeded-random.ts";

const policy = policyOf({ retention: { last: 1 } });
const dues = Array.from({ length: 6 }, (_, days) => dueDaysAgo(6 - days));
const observed = observationOf(policy, pointsOf(policy, ...dues));
const plan = makePlan([policy], [observed], noon);
const sample = Buffer.from(JSON.stringify(sealPlan(plan)));
const refusals = [ProblemError];

test("the plan that is damaged holds captures and forgets", () => {
  expect(new Set(plan.sites[0]!.actions.map((it) => it.do))).toEqual(new Set(["capture", "forget"]));
});

test("a plan's file that was damaged is refused, or is the plan that it was", () => {
  const read = (bytes: Uint8Array) => expect(readPlan(bytes)).toEqual(plan);
  const { refused } = fuzz({ samples: [sample], mutate: mutateJson, read, refusals });
  expect(refused).toBeGreaterThan(20);
});

test("a plan whose digest somebody made anew is refused, or is one that can be shown and compared", () => {
  const read = (bytes: Uint8Array) => {
    const forged = readPlan(bytes);
    renderPlan(forged);
    for (const site of forged.sites) {
      staleFacts(site, observed);
      for (const action of site.actions) describeAction(site.site, action);
    }
  };
  const { read: taken, refused } = fuzz({ samples: [sample], mutate: forge, read, refusals });
  expect(taken).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(20);
});

function readPlan(bytes: Uint8Array) {
  const document = parsePlan(Buffer.from(bytes).toString(), "p.json");
  checkPlanShape(document, "p.json");
  return unsealPlan(document, "p.json");
}

function forge(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const mutated = mutateJson(bytes, random);
  try {
    const { digest: _, ...rest } = JSON.parse(Buffer.from(mutated).toString()) as SavedPlan;
    return Buffer.from(JSON.stringify({ ...rest, digest: digestOf(rest) }));
  } catch {
    // No digest can be made of it.
    return mutated;
  }
}
