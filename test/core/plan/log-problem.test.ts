import { expect, test } from "vitest";
import { known } from "../../../src/core/base/fact.ts";
import { hour } from "../../../src/core/base/instant.ts";
import type { JsonObject } from "../../../src/core/base/json.ts";
import { makePlan } from "../../../src/core/plan/make-plan.ts";
import {
  database,
  dueDaysAgo,
  noon,
  observationOf,
  pointsOf,
  policyOf,
  registry,
} from "../../support/build-site.ts";
import { sound } from "../lint/linted.ts";

const hourly = policyOf({ sources: [{ ...database, logEveryMs: hour }, registry] });
const daily = policyOf({ sources: [{ ...database, logEveryMs: 24 * hour }, registry] });

test("a log that is due in the recovery model SIMPLE is an error of the plan, with its cure, told once", () => {
  const { actions, risks } = plan(hourly, { recoveryModel: "SIMPLE" });
  expect(actions).toEqual([
    {
      do: "skip",
      source: "database",
      kind: "site-database",
      because: {
        code: "log-in-simple-model",
        severity: "error",
        where: "PS1/database",
        message: expect.stringContaining("CM_PS1 is in the recovery model SIMPLE"),
        hint: expect.stringMatching(
          /^Remove `log` from `sources\.database`.*ALTER DATABASE \[CM_PS1\] SET RECOVERY FULL;/,
        ),
        about: { kind: "hazard", names: ["CM_PS1", "database", "SIMPLE"] },
      },
    },
  ]);
  expect(risks.map(({ code }) => code)).not.toContain("log-in-simple-model");
});

test("until one is due it is a risk", () => {
  const { actions, risks } = plan(daily, { recoveryModel: "SIMPLE" });
  expect(actions).toEqual([]);
  expect(risks.map(({ code }) => code)).toContain("log-in-simple-model");
});

test.each<JsonObject>([{ recoveryModel: "FULL" }, { recoveryModel: "BULK_LOGGED" }, {}])(
  "a log is tried where the model is %o",
  (facts) => {
    expect(plan(hourly, facts).actions).toMatchObject([{ do: "capture", mode: "log" }]);
  },
);

test("a differential is taken in any model", () => {
  const both = policyOf({
    sources: [{ ...database, logEveryMs: hour, differentialEveryMs: hour }, registry],
  });
  expect(plan(both, { recoveryModel: "SIMPLE" }).actions).toMatchObject([
    { do: "capture", mode: "differential" },
  ]);
});

function plan(policy: typeof hourly, facts: JsonObject) {
  const observed = observationOf(policy, pointsOf(policy, dueDaysAgo(0)));
  const seen = { answers: true as const, facts, risks: [] };
  const sources = { ...observed.sources, database: seen };
  const model = facts["recoveryModel"];
  const site = { ...sound, ...(typeof model === "string" && { "recovery-model": known(model) }) };
  return makePlan([policy], [{ ...observed, sources, site }], noon).sites[0]!;
}
