import { describe, expect, test } from "vitest";
import { hazards } from "../../../src/core/lint/hazards/catalogue.ts";
import { lintSite, lintWritten } from "../../../src/core/lint/lint.ts";
import { acceptRisks } from "../../../src/core/plan/risks/accept-risks.ts";
import { policyOf } from "../../support/build-site.ts";
import { hazardCases } from "./hazard-cases.ts";
import { noon, seen } from "./linted.ts";

describe("a hazard is told where it is, by the names of what it is about, and of a policy by its keys:", () => {
  test.each(hazards.map((it) => [it.code, it] as const))("%s", (code, hazard) => {
    const { fires, told } = hazardCases[code]!;
    const [, changes, sight] = fires[0];
    const policy = policyOf(changes);
    const written = lintWritten(policy).filter((it) => it.problem.code === code);
    const { risks } = acceptRisks(policy, lintSite(policy, seen(policy, sight), noon), noon);
    const found = hazard.seenIn === "validation" ? written.map((it) => it.problem) : risks;
    const [where, names, keys] = told;
    expect(found.filter((it) => it.code === code)).toMatchObject([
      { where, about: { kind: "hazard", names } },
    ]);
    expect(written.map((it) => it.keys)).toEqual(keys === undefined ? [] : [keys]);
  });

  test("what a plan knows better is told by validation alone", () => {
    const only = hazards.filter((it) => it.seenIn === "validation").map((it) => it.code);
    const policies = only.map((code) => policyOf(hazardCases[code]!.fires[0][1]));
    const planned = policies.flatMap((it) => acceptRisks(it, lintSite(it, seen(it), noon), noon).risks);
    expect(planned.filter((it) => only.includes(it.code))).toEqual([]);
  });
});
