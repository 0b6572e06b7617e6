import { expect, test } from "vitest";
import { forbiddenForget } from "../../../../src/core/plan/forget-guards.ts";
import { makePlan } from "../../../../src/core/plan/make-plan.ts";
import { summariseStatus } from "../../../../src/core/plan/summarise-status.ts";
import { dueDaysAgo, noon, observationOf, pointsOf, policyOf } from "../../../support/build-site.ts";

const policy = policyOf({
  retention: { last: 1, weekStartsOn: "monday", dayStartsAtMs: 0 },
  brakes: { ...policyOf().brakes, minPoints: 1 },
});
const days = [40, 30, 20, 10, 1, 0].map(dueDaysAgo);
const observed = observationOf(policy, pointsOf(policy, ...days));

function forgetsOf(unread: readonly string[]) {
  const [site] = makePlan([policy], [{ ...observed, unread }], noon).sites;
  return site!.actions.filter((it) => it.do === "forget");
}

test.each([
  ["snapshots/3ocsx", "snapshot-unreadable", "broken"],
  ["records/runs/cm01-00000001/started", "record-unreadable", "at-risk"],
])("while %s can't be read nothing is forgotten, and plan and status tell it", (name, code, state) => {
  expect(forgetsOf([]).length).toBeGreaterThan(0);
  expect(forgetsOf([name])).toEqual([]);
  const seen = { ...observed, unread: [name] };
  const [site] = makePlan([policy], [seen], noon).sites;
  const risk = site!.risks.find((it) => it.code === code);
  expect(risk!.message).toContain(`${name} of the repository main can't be read`);
  expect(risk!.hint).toContain("`sitekeep repo repair`");
  const [status] = summariseStatus([policy], [seen], noon);
  expect(status!.problems.map((it) => it.code)).toContain(code);
  expect(status!.state).toBe(state);
  // A plan that was made before does not forget either.
  expect(forbiddenForget(policy, seen, forgetsOf([])[0] as never)).toContain(
    `stays while ${name} can't be read`,
  );
});
