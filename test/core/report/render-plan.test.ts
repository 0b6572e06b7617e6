import { expect, test } from "vitest";
import type { Plan } from "../../../src/core/model/plan.ts";
import { makePlan } from "../../../src/core/plan/make-plan.ts";
import type { Paint } from "../../../src/core/report/paint.ts";
import { renderPlan } from "../../../src/core/report/render-plan.ts";
import { dueDaysAgo, library, noon, observationOf, pointsOf, policyOf, problemOf } from "../plan/world.ts";

const ps1 = policyOf();
const ps2 = policyOf({ name: "ps2", site: { ...ps1.site, code: "PS2" }, where: "policies/ps2.yaml:1" });
const quiet = (policy = ps1) => observationOf(policy, pointsOf(policy, dueDaysAgo(1), dueDaysAgo(0)));

test("a plan of quiet sites is one line, with the first of the next starts", () => {
  const later = policyOf({ ...ps2, schedule: { ...ps2.schedule, cron: "0 13 * * *" } });
  const seen = observationOf(later, pointsOf(later, dueDaysAgo(0)));
  check(
    makePlan([ps1, later], [quiet(), seen], noon),
    "Nothing to do: every promise is kept. Next: PS2 at 2026-11-22 13:00Z.",
  );
});

test("a quiet site beside one with work is a line of its own", () => {
  const sources = {
    ...quiet(ps2).sources,
    library: { answers: false as const, problem: problemOf("It is gone.") },
  };
  const snapshots = pointsOf(ps2, dueDaysAgo(0)).filter((it) => it.source !== "library");
  check(
    makePlan([ps1, ps2], [quiet(), observationOf(ps2, snapshots, { sources })], noon),
    "PS1  policies/ps1.yaml:1  every promise is kept; next at 2026-11-23 01:30Z",
    "",
    "PS2  policies/ps2.yaml:1",
    "  window: inside. The newest proven database copy is of 2026-11-22 01:30Z; partner CAS keeps changes for 5d, until 2026-11-27 01:30Z.",
    "  Due, and not possible now:",
    "    ! skip library (content-library): It is gone.",
    "      → Share it again.",
    "",
    "Plan: 0 to capture, 0 to forget, 1 skipped.",
  );
});

test("a plan for another time says that it can't be applied", () => {
  const plan: Plan = { ...makePlan([ps1], [quiet()], noon), hypothetical: true };
  check(
    plan,
    "For 2026-11-22 12:00Z: this plan only shows, it can't be applied.",
    "Nothing to do: every promise is kept. Next: PS1 at 2026-11-23 01:30Z.",
  );
});

test("colour changes no letter, and each sign has the colour of its meaning", () => {
  const seen = observationOf(ps1, pointsOf(policyOf({ sources: [library] }), dueDaysAgo(0)));
  const marked: Paint = (style, text) => `<${style}>${text}</${style}>`;
  const plan = makePlan([ps1], [seen], noon);
  expect(renderPlan(plan, marked)).toContain("<good>+</good> capture database");
  expect(renderPlan(plan, marked).replaceAll(/<\/?[a-z]+>/g, "")).toBe(renderPlan(plan));
});

function check(plan: Plan, ...lines: readonly string[]): void {
  expect(renderPlan(plan)).toBe(lines.map((line) => `${line}\n`).join(""));
}
