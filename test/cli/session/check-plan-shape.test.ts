import { expect, test } from "vitest";
import { checkPlanShape } from "../../../src/cli/session/check-plan-shape.ts";
import { captureOrder } from "../../../src/core/kinds/capture-order.ts";
import { sourceKinds } from "../../../src/core/kinds/catalogue.ts";
import type { Source } from "../../../src/core/model/policy/source.ts";
import { makePlan } from "../../../src/core/plan/make-plan.ts";
import type { SavedPlan } from "../../../src/core/model/plan.ts";
import { sealPlan } from "../../../src/engine/saved-plan.ts";
import { noon, observationOf, policyOf } from "../../support/build-site.ts";

// What an editor does to a file knows no types.
type Edit = (it: ReturnType<typeof JSON.parse>) => void;

const plan = sealPlan(makePlan([policyOf()], [observationOf(policyOf(), [])], noon));

test("a plan is accepted as it was written", () => {
  expect(() => checkPlanShape(read(plan), "p.json")).not.toThrow();
});

test("a plan with a source of each kind is accepted", () => {
  const sources = sourceKinds.map((kind) => ({ kind, name: kind }) as Source);
  const policy = policyOf({ sources });
  const made = makePlan([policy], [observationOf(policy, [])], noon);
  expect(made.sites[0]!.actions.map((it) => "kind" in it && it.kind)).toEqual(captureOrder);
  expect(() => checkPlanShape(read(sealPlan(made)), "p.json")).not.toThrow();
});

test("a plan with accepted risks is one, with an end and without", () => {
  const accepts = [
    { risk: "retention-short", because: "It is a lab.", until: "2027-06-01" },
    { risk: "repository-beside-site", because: "So is this." },
  ] as const;
  const { repository, retention: _, ...rest } = policyOf({ accepts });
  const location = { folder: "D:\\sitekeep" };
  const lab = { ...rest, repository: { ...repository, location }, retention: { last: 1 } };
  const made = makePlan([lab], [observationOf(lab, [])], noon);
  expect(made.sites[0]!.accepted).toHaveLength(2);
  expect(() => checkPlanShape(read(sealPlan(made)), "p.json")).not.toThrow();
});

test.each<[string, Edit, string]>([
  ["a step of no kind", (it) => (it.sites[0].actions[0].do = "explode"), "/sites/0/actions/0"],
  ["no digest", (it) => delete it.digest, "must have required property 'digest'"],
  ["no list of steps", (it) => delete it.sites[0].actions, "/sites/0 must have required property 'actions'"],
  ["sites that are no list", (it) => (it.sites = 5), "/sites must be array"],
  [
    "a time that no date can hold",
    (it) => (it.sites[0].actions[0].point = 8.64e15 + 1),
    "point must be <= 8640000000000000",
  ],
  ["a member that no plan has", (it) => (it.force = true), "additional properties"],
  [
    "a step of a strange kind",
    (it) => (it.sites[0].actions[0].kind = "of-next-year"),
    "kind of source of-next-year",
  ],
  [
    "a source of a strange kind",
    (it) => (it.sites[0].policy.sources[0].kind = "tape"),
    "kind of source tape",
  ],
  ["a kind that is no word", (it) => (it.sites[0].actions[0].kind = "A B"), "/sites/0/actions/0"],
  ["a source that its policy lacks", (it) => (it.sites[0].actions[0].source = "nosuch"), "no source nosuch"],
])("a plan edited to have %s is refused", (_, edit, words) => {
  const edited = read(plan);
  edit(edited);
  expect(() => checkPlanShape(edited, "p.json")).toThrow(words);
});

/** As it comes out of a file. */
function read(value: SavedPlan): SavedPlan {
  return JSON.parse(JSON.stringify(value)) as SavedPlan;
}
