import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { ProblemError } from "../../src/core/base/problem.ts";
import type { Plan, SavedPlan } from "../../src/core/model/plan.ts";
import type { ResolvedPolicy } from "../../src/core/model/policy/resolved-policy.ts";
import { day } from "../../src/core/base/instant.ts";
import { clockToleranceMs } from "../../src/core/plan/window/judge-window.ts";
import { planPolicies } from "../../src/engine/pipeline.ts";
import { makePlan } from "../../src/core/plan/make-plan.ts";
import { digestOf } from "../../src/engine/session/record.ts";
import { parsePlan, refusalsOf, sealPlan, unsealPlan } from "../../src/engine/saved-plan.ts";
import { openSession } from "../../src/engine/session/session.ts";
import { noon, observationOf, policyOf } from "../support/build-site.ts";
import { engineSite } from "../support/engine-site.ts";
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
  expect(problem).toEqual({
    code: "plan-edited",
    severity: "error",
    message: "p.json was edited after it was made: it is not the plan that its digest names.",
    where: "p.json",
    hint: "Make a new plan with `sitekeep plan --out FILE`. What a plan is to do is changed in the policy, not in the plan.",
  });
});

test.each(["{", "null", "7", '"sitekeep/plan/v1"', "{}", '{ "apiVersion": "sitekeep/plan/v2" }'])(
  "%s is no plan of this version",
  (text) => {
    expect(refusal(() => parsePlan(text, "p.json")).problem).toEqual({
      code: "plan-unreadable",
      severity: "error",
      message: "p.json is not a plan that this version of sitekeep wrote.",
      where: "p.json",
      hint: "Make one with `sitekeep plan --out FILE`.",
    });
  },
);

test("a policy that only moved to another line makes no plan stale, one that promises something else does", async () => {
  const moved = await refusalsWith((policy) => ({ ...policy, where: "policies/other.yaml:99" }));
  expect(moved).toEqual([]);
  const edited = await refusalsWith((policy) => ({ ...policy, brakes: { ...policy.brakes, minPoints: 9 } }));
  expect(edited).toEqual([stale("PS1: its policy was edited since")]);
  const gone = await refusalsWith((policy) => ({ ...policy, site: { ...policy.site, code: "PS2" } }));
  expect(gone).toEqual([stale("PS1: its policy is gone")]);
});

test("each fact that has changed is told with what it was and what it is", async () => {
  const site = engineSite({});
  const saved = await site.plan();
  const facts = { ...saved.sites[0]!.facts, "source.files.answers": "maybe", "no.such.fact": { a: 1 } };
  const changed = { ...saved, sites: [{ ...saved.sites[0]!, facts }] };
  const refusals = await site.inSession(async (session) =>
    refusalsOf(session, changed, await planPolicies(session, [site.policy])),
  );
  const names = Object.keys(saved.sites[0]!.facts);
  expect(names.length).toBeGreaterThan(0);
  expect(refusals.map((it) => it.message)).toEqual([
    expect.stringMatching(/^The saved plan is not applied: PS1: source\.files\.answers was maybe and is /),
    expect.stringMatching(
      /^The saved plan is not applied: PS1: no\.such\.fact was \{"a":1\} and is absent\.$/,
    ),
  ]);
});

const anew = "Make a new plan.";

test.each<[string, (saved: Plan) => Plan, number, object]>([
  [
    "made for another time",
    (saved) => ({ ...saved, hypothetical: true }),
    0,
    {
      code: "plan-hypothetical",
      message: "The saved plan is not applied: it was made with --at, for another time.",
      hint: "Make a plan without --at.",
    },
  ],
  [
    "expired",
    (saved) => saved,
    day,
    {
      code: "plan-expired",
      message: "The saved plan is not applied: it could be applied until 2026-11-23 12:00Z.",
      hint: "Make a new plan and review it. Where a review takes longer, save it with --valid 3d.",
    },
  ],
  [
    "made later than now",
    (saved) => saved,
    -clockToleranceMs - 1,
    {
      code: "plan-from-later",
      message: "The saved plan is not applied: it was made at 2026-11-22 12:00Z, which is later than now.",
      hint: "Correct the clock that is wrong, and make a new plan.",
    },
  ],
])("a plan that is %s is refused", async (_, edit, passes, told) => {
  const site = engineSite({});
  const saved = edit(await site.plan());
  site.pass(passes);
  const refusals = () => refusalsNow(site, saved);
  expect(await refusals()).toEqual([{ severity: "error", where: "plan", ...told }]);
  if (passes === 0) return;
  site.pass(passes > 0 ? -1 : 1);
  expect(await refusals()).toEqual([]);
});

test("a plan is applied once, and one that is like it may still be", async () => {
  const site = engineSite({});
  const saved = await site.plan();
  const other = { ...saved, expiresAt: saved.expiresAt + 1 };
  expect(await refusalsNow(site, saved)).toEqual([]);
  await site.run(saved);
  expect(await refusalsNow(site, saved)).toEqual([
    {
      code: "plan-used",
      severity: "error",
      message: "The saved plan is not applied: the run cm01.test-00000001 has applied it.",
      where: "plan",
      hint: anew,
    },
  ]);
  expect((await refusalsNow(site, other)).map((it) => it.code)).not.toContain("plan-used");
});

function refusalsNow(site: ReturnType<typeof engineSite>, saved: Plan) {
  return site.inSession(async (session) =>
    refusalsOf(session, saved, await planPolicies(session, [site.policy])),
  );
}

function stale(what: string) {
  return {
    code: "plan-stale",
    severity: "error",
    message: `The saved plan is not applied: ${what}.`,
    where: "plan",
    hint: "Make a new plan, review it, and apply that.",
  };
}

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
