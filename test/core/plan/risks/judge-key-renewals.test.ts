import { expect, test } from "vitest";
import type { JsonObject } from "../../../../src/core/base/json.ts";
import { planSite } from "../../../../src/core/plan/make-plan.ts";
import { sqlKeys } from "../../lint/linted.ts";
import {
  dueDaysAgo,
  noon,
  observationOf,
  policyOf,
  registry,
  snapshotOf,
} from "../../../support/build-site.ts";

const policy = policyOf({ sources: [registry, sqlKeys] });
const bitlocker = "certificate BitLockerManagement_CERT of CM_PS1";
const encryption = "certificate TDE_CERT of master";

test.each<[string, JsonObject, JsonObject, string | undefined]>([
  [
    "was renewed",
    { [bitlocker]: "AA" },
    { [bitlocker]: "BB" },
    `the ${bitlocker} is another one now (0xBB) than in the newest snapshot (0xAA)`,
  ],
  [
    "came since",
    { [bitlocker]: "AA" },
    { [bitlocker]: "AA", [encryption]: "CC" },
    `the ${encryption} (0xCC) is not in the newest snapshot`,
  ],
  ["is the same", { [bitlocker]: "AA" }, { [bitlocker]: "AA" }, undefined],
  ["is gone", { [bitlocker]: "AA" }, {}, undefined],
])("a certificate that %s", (_title, held, now, words) => {
  const risks = risksOf({ certificates: held }, { certificates: now });
  const told = risks.filter(({ code }) => code === "key-renewed");
  expect(told.length).toBe(words === undefined ? 0 : 1);
  if (words !== undefined)
    expect(told[0]).toMatchObject({
      severity: "risk",
      message: expect.stringContaining(words),
      hint: "Run `sitekeep capture PS1 sqlKeys` while the server has them.",
    });
});

test("a snapshot of before thumbprints were written down tells nothing", () => {
  expect(risksOf({}, { certificates: { [bitlocker]: "BB" } })).toEqual([]);
});

test("a plan that captures the keys mends it", () => {
  const due = dueDaysAgo(1);
  const observed = seen(
    { certificates: { [bitlocker]: "AA" } },
    { certificates: { [bitlocker]: "BB" } },
    due,
  );
  const { actions, risks } = planSite(policy, observed, noon);
  expect(actions).toContainEqual(expect.objectContaining({ do: "capture", source: "sqlKeys" }));
  expect(risks.filter(({ code }) => code === "key-renewed")).toEqual([]);
});

function seen(held: JsonObject, now: JsonObject, due = dueDaysAgo(0)) {
  const snapshots = [snapshotOf(registry, due), snapshotOf(sqlKeys, due, { facts: { keys: [], ...held } })];
  const observed = observationOf(policy, snapshots);
  const sources = {
    ...observed.sources,
    sqlKeys: { answers: true as const, facts: { keys: [], ...now }, risks: [] },
  };
  return { ...observed, sources };
}

function risksOf(held: JsonObject, now: JsonObject) {
  return planSite(policy, seen(held, now), noon).risks;
}
