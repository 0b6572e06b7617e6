import { expect, test } from "vitest";
import { hour } from "../../../../src/core/base/instant.ts";
import type { Retention } from "../../../../src/core/model/policy/resolved-policy.ts";
import { policyForCopies } from "../../../../src/core/plan/survey/copy-survey.ts";
import { policyOf } from "../../../support/build-site.ts";

const own: Retention = { daily: 14, weekStartsOn: "sunday", dayStartsAtMs: 6 * hour };

test("a copy that writes rules and no calendar counts by the policy's", () => {
  expect(retentionThere({ weekly: 8 })).toEqual({ ...own, daily: undefined, weekly: 8 });
});

test("a copy's own calendar holds there", () => {
  expect(retentionThere({ weekly: 8, weekStartsOn: "monday", dayStartsAtMs: 0 })).toEqual({
    weekly: 8,
    weekStartsOn: "monday",
    dayStartsAtMs: 0,
  });
});

test("a copy without rules has all of the policy's", () => {
  expect(retentionThere(undefined)).toEqual(own);
});

function retentionThere(retention: Retention | undefined): Retention {
  const { repository } = policyOf();
  const copy = { repository: { ...repository, name: "offsite" }, ...(retention && { retention }) };
  const policy = policyOf({ retention: own, repository: { ...repository, copies: [copy] } });
  return policyForCopies(policy, "offsite").retention;
}
