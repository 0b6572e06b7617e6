import { expect, test } from "vitest";
import type { Problem } from "../../../src/core/base/problem.ts";
import { unusableRepositories } from "../../../src/cli/session/unusable-repositories.ts";
import { aboutSite } from "../../../src/core/model/site-subject.ts";
import { makePlan } from "../../../src/core/plan/make-plan.ts";
import { noon, observationOf, policyOf, problemOf } from "../../support/build-site.ts";

const repository = (name: string) => aboutSite({ kind: "repository", name });
const secret: Problem = {
  ...problemOf("A secret can't be read from the file main.key."),
  code: "secret-unreadable",
  about: repository("main"),
};
const planned = (repositoryProblem?: Problem) =>
  makePlan([policyOf()], [observationOf(policyOf(), [], repositoryProblem && { repositoryProblem })], noon);

test("a repository that can't be opened is no peace, whatever it is that keeps it shut", () => {
  expect(unusableRepositories(planned(secret))).toEqual([secret]);
  expect(unusableRepositories(planned())).toEqual([]);
});

test("a source that is silent, and a repository of copies, leave the plan one that can be made", () => {
  const plan = planned();
  const others: readonly Problem[] = [
    problemOf("The share is gone."),
    { ...secret, about: repository("offsite") },
    { ...secret, severity: "risk" },
  ];
  const sites = plan.sites.map((it) => ({ ...it, risks: others }));
  expect(unusableRepositories({ ...plan, sites })).toEqual([]);
});
