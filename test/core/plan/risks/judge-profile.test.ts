import { expect, test } from "vitest";
import { known, unknown } from "../../../../src/core/base/fact.ts";
import type { JsonObject } from "../../../../src/core/base/json.ts";
import { databaseProfile, type DatabaseProfile } from "../../../../src/core/model/facts/database-profile.ts";
import { notUnderstood } from "../../../../src/core/model/facts/not-understood.ts";
import { makePlan } from "../../../../src/core/plan/make-plan.ts";
import {
  database,
  dueDaysAgo,
  noon,
  observationOf,
  policyOf,
  registry,
  snapshotOf,
} from "../../../support/build-site.ts";
import { soundProfile } from "../../../support/made-up-server.ts";

const policy = policyOf({ sources: [database, registry] });
const sound = databaseProfile.read(soundProfile)!;

test.each<[string, Partial<DatabaseProfile>, readonly string[], string]>([
  [
    "another edition",
    { edition: known("Enterprise Edition: Core-based Licensing (64-bit)") },
    ["edition"],
    "was taken with the edition Standard Edition (64-bit), which is Enterprise Edition: Core-based Licensing (64-bit) now",
  ],
  [
    "an older version",
    { engineVersion: known("15.0.4385.2") },
    ["engineVersion"],
    "was taken with the version 16.0.4105.2, which is 15.0.4385.2 now",
  ],
  [
    "an older one of the same year",
    { engineVersion: known("10.0.1600.22") },
    ["engineVersion"],
    "which is 10.0.1600.22 now",
  ],
  [
    "other collations",
    { instanceCollation: known("Latin1_General_CI_AS"), databaseCollation: known("Latin1_General_CI_AI") },
    ["instanceCollation", "databaseCollation"],
    "which is Latin1_General_CI_AS now; was taken with the collation Latin1_General_CI_AS, which is Latin1_General_CI_AI now",
  ],
])("a copy whose server has %s now is a risk, with its cure", (_, now, lacks, words) => {
  expect(risks({ ...sound, ...now })).toEqual([
    {
      code: "profile-differs",
      severity: "risk",
      where: "PS1/database",
      message: expect.stringContaining(words),
      hint: expect.stringContaining("Run `sitekeep capture PS1 database`"),
      about: { kind: "point", site: "PS1", lacks },
    },
  ]);
});

test.each<[string, Partial<DatabaseProfile>]>([
  ["the same server", {}],
  ["other words for the edition", { edition: known("Standard Edition: Core-based Licensing (64-bit)") }],
  ["a newer version", { engineVersion: known("17.0.1000.7") }],
  ["an older build of the version", { engineVersion: known("16.0.1000.6") }],
  ["other letters of a collation", { instanceCollation: known("sql_latin1_general_cp1_ci_as") }],
  ["an edition that nobody tells", { edition: unknown(notUnderstood("edition")) }],
])("nothing is told of %s", (_, now) => {
  expect(risks({ ...sound, ...now })).toEqual([]);
});

test("nothing is told where the copy or the look has no profile, and where a new copy is taken", () => {
  const other = { ...sound, edition: known("Enterprise Edition (64-bit)") };
  expect(risks(other)).toHaveLength(1);
  expect(risks(other, {})).toEqual([]);
  expect(risks(undefined)).toEqual([]);
  expect(risks(other, { profile: soundProfile }, dueDaysAgo(1))).toEqual([]);
});

function risks(
  now: DatabaseProfile | undefined,
  then: JsonObject = { profile: soundProfile },
  due = dueDaysAgo(0),
) {
  const known = { ...then, setGuid: "G", copyOnly: true };
  const snapshots = [snapshotOf(database, due, { facts: known }), snapshotOf(registry, due)];
  const observed = observationOf(policy, snapshots);
  const facts = now === undefined ? {} : { profile: databaseProfile.write(now) };
  const sources = {
    ...observed.sources,
    [database.name]: { answers: true as const, facts, risks: [] },
  };
  const [plan] = makePlan([policy], [{ ...observed, sources }], noon).sites;
  return plan!.risks.filter(({ code }) => code === "profile-differs");
}
