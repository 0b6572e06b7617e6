import { describe, expect, test } from "vitest";
import type { Observation } from "../../../src/core/model/observation.ts";
import type { Snapshot } from "../../../src/core/model/repository/snapshot.ts";
import { judgeFresh } from "../../../src/core/plan/decide-capture.ts";
import { planSite } from "../../../src/core/plan/make-plan.ts";
import { surveySite } from "../../../src/core/plan/survey/survey.ts";
import {
  apply,
  dueDaysAgo,
  library,
  noon,
  observationOf,
  pointsOf,
  policyOf,
  problemOf,
  snapshotOf,
  trackingOf,
  windowOf,
} from "../../support/build-site.ts";
import { day } from "../../../src/core/base/instant.ts";
import type { WindowFacts } from "../../../src/core/model/observation.ts";
import { subjectOf } from "../../../src/core/base/problem.ts";

/** What is missing, as a driver tells it of its problems. */
const linesOf = (missing: readonly string[]) => missing.map((it) => subjectOf(problemOf(it)));

describe("a snapshot that lacks what could not be read", () => {
  const policy = policyOf();
  const before = pointsOf(policy, dueDaysAgo(1), dueDaysAgo(0));
  const partial = snapshotOf(library, dueDaysAgo(0), {
    facts: { missing: linesOf(["Ben's is locked."]) },
  });
  const others = before.filter((it) => it.source !== "library" || it.point < dueDaysAgo(0));
  const looking = (missing: readonly string[]): Observation["sources"] => ({
    ...observationOf(policy, []).sources,
    library: { answers: true, facts: { missing: linesOf(missing) }, risks: missing.map(problemOf) },
  });
  const plan = (snapshots: readonly Snapshot[], missing: readonly string[]) =>
    planSite(policy, observationOf(policy, snapshots, { sources: looking(missing) }), noon);

  test("leaves its point incomplete", () => {
    const { present } = surveySite(policy, observationOf(policy, [...others, partial]), noon);
    expect(present.map((it) => it.missing)).toEqual([[], ["library"]]);
  });

  test("is captured again into its point as soon as that can be read, and once", () => {
    const observed = observationOf(policy, [...others, partial]);
    const made = planSite(policy, observed, noon);
    expect(made.actions).toMatchObject([
      {
        do: "capture",
        source: "library",
        point: dueDaysAgo(0),
        because: { why: "partly-captured", snapshot: partial.id },
      },
    ]);
    expect(planSite(policy, apply(observed, made, noon), noon).actions).toEqual([]);
  });

  test("is not captured again as long as it would lack the same: that is a skip, told once", () => {
    const made = plan([...others, partial], ["Ben's is locked."]);
    expect(made.actions).toMatchObject([
      { do: "skip", source: "library", because: { message: "Ben's is locked." } },
    ]);
    expect(made.risks).toEqual([]);
  });

  test("is captured again when a part of what it lacked can be read", () => {
    const lacking = { ...partial, facts: { missing: linesOf(["Ben's is locked.", "Anna's is locked."]) } };
    expect(plan([...others, lacking], ["Anna's is locked."]).actions).toMatchObject([{ do: "capture" }]);
  });

  test("is captured again when nobody can tell what it lacked", () => {
    const odd = { ...partial, facts: { missing: [5] } };
    expect(plan([...others, odd], ["Ben's is locked."]).actions).toMatchObject([{ do: "capture" }]);
  });

  test("is captured again when another thing is locked now", () => {
    const made = plan([...others, partial], ["Anna's is locked."]);
    expect(made.actions).toMatchObject([{ do: "capture", source: "library" }]);
    expect(made.risks).toMatchObject([{ message: "Anna's is locked." }]);
  });

  test("is no matter beside a whole one of the same point", () => {
    expect(plan([...before, partial], ["Ben's is locked."]).actions).toEqual([]);
  });

  test("gives way to the next point, whatever is locked then", () => {
    const yesterdays = { ...partial, point: dueDaysAgo(1) };
    const older = others.filter((it) => it.point === dueDaysAgo(1) && it.source !== "library");
    const made = plan([...older, yesterdays], ["Ben's is locked."]);
    expect(made.actions.map((it) => it.do)).toEqual(["capture", "capture", "capture"]);
  });
});

describe("a copy that is outside the window by its age", () => {
  // Once a month: no schedule wants a copy now.
  const policy = policyOf({ schedule: { ...policyOf().schedule, cron: "30 1 1 * *" } });
  const held = pointsOf(policy, dueDaysAgo(3));
  const reasonsFor = (window: WindowFacts) =>
    planSite(policy, observationOf(policy, held, { window }), noon).actions.flatMap((it) =>
      it.do === "capture" && it.source === "database" ? [it.because.why] : [],
    );
  const { own, partners } = windowOf(policy);
  const lowered = { ...trackingOf({ links: [], retentionMs: 2 * day }) };

  test("is captured anew, also where its partner hides its versions: by its age the new one is better", () => {
    expect(reasonsFor({ own, partners })).toEqual([]);
    expect(reasonsFor({ own, partners: { CAS: lowered } })).toEqual(["window-outside"]);
  });

  test("is captured anew with a degraded link, by what the new one would record", () => {
    const sends = [{ group: "Alerts", sentVersion: "1990", minValidVersion: "10" }];
    const degraded = trackingOf({ links: [{ partner: "CAS", state: "degraded", groups: [] }] });
    const CAS = {
      ...partners["CAS"]!,
      ...lowered,
      currentVersion: "2000",
      minValidVersion: "1000",
      links: [{ partner: "PS1", state: "active" as const, groups: [], sends }],
    };
    const observed = observationOf(policy, held, { window: { own: degraded, partners: { CAS } } });
    expect(judgeFresh(surveySite(policy, observed, noon)).state).toBe("inside");
    expect(reasonsFor({ own: degraded, partners: { CAS } })).toEqual(["window-outside"]);
  });
});
