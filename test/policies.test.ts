import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { sourceKinds } from "../src/core/kinds/catalogue.ts";
import type { Observation } from "../src/core/model/observation.ts";
import type { ResolvedPolicy } from "../src/core/model/policy/resolved-policy.ts";
import { makePlan } from "../src/core/plan/make-plan.ts";
import { windowOf } from "./support/build-site.ts";
import { readPolicies } from "../src/core/policy/read-policies.ts";
import { stagesOf } from "../src/core/plan/stages.ts";
import { renderStages } from "./support/render-stages.ts";
import { renderPlan } from "../src/core/report/render-plan.ts";

const files = globSync("policies/*.yaml").map((path) => path.replaceAll("\\", "/"));
const noon = Date.parse("2026-11-22T12:00:00Z");

test("the examples are sound together, as the folder of a team would be", () => {
  const { policies, problems } = readPolicies(
    files.map((path) => ({ path, text: readFileSync(path, "utf8") })),
  );
  expect(problems).toEqual([]);
  expect(policies.map((it) => it.site.code).sort()).toEqual(["CAS", "MIN", "ONE", "PS1", "PS2", "TWO"]);
});

test("every kind of source stands in an example", () => {
  const { policies } = readPolicies(files.map((path) => ({ path, text: readFileSync(path, "utf8") })));
  const written = files.flatMap((path) => [...readFileSync(path, "utf8").matchAll(/\bkind: ([a-z-]+)/g)]);
  const kinds = new Set(policies.flatMap((it) => it.sources.map(({ kind }) => kind)));
  expect(sourceKinds.filter((it) => !kinds.has(it) || !written.some(([, kind]) => kind === it))).toEqual([]);
});

test.each(files)("%s is valid, and plans to its golden file on the day it comes into force", async (path) => {
  const { policies, problems } = readPolicies([{ path, text: readFileSync(path, "utf8") }]);
  expect(problems.filter((it) => it.severity === "error")).toEqual([]);
  const plan = makePlan(policies, policies.map(firstLook), noon);
  await expect(renderPlan(plan)).toMatchFileSnapshot(`golden/policies/${basename(path, ".yaml")}.txt`);
  const stages = plan.sites.flatMap((site) => [site.site, ...renderStages(stagesOf(site)), ""]);
  await expect(stages.join("\n")).toMatchFileSnapshot(`golden/stages/${basename(path, ".yaml")}.txt`);
});

/** Everything answers, nothing was captured yet, and the window is five days everywhere. */
function firstLook(policy: ResolvedPolicy): Observation {
  return {
    policy: policy.name,
    at: noon,
    sources: Object.fromEntries(
      policy.sources.map((it) => [it.name, { answers: true, facts: {}, risks: [] }]),
    ),
    snapshots: [],
    copies: (policy.repository.copies ?? []).map(({ repository }) => ({
      repository: repository.name,
      snapshots: [],
    })),
    runs: [],
    window: windowOf(policy),
  };
}
