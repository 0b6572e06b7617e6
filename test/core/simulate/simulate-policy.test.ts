import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { day, hour, minute } from "../../../src/core/base/instant.ts";
import type { Blackout } from "../../../src/core/model/policy/blackout.ts";
import type { Observation } from "../../../src/core/model/observation.ts";
import type { ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import type { SimulatedFailure, Simulation } from "../../../src/core/model/simulation.ts";
import { readPolicies } from "../../../src/core/policy/read-policies.ts";
import { renderSimulation } from "../../../src/core/report/render-simulation.ts";
import { renderSimulationPage } from "../../../src/core/report/simulation-page.ts";
import { simulating } from "../../../src/core/simulate/simulate-policy.ts";
import { finished } from "../../support/pausing.ts";
import { database, noon, policyOf, snapshotOf, standAlone, trackingOf } from "../../support/build-site.ts";

const nothing: Observation = {
  policy: "ps1",
  at: noon,
  sources: {},
  snapshots: [],
  runs: [],
  window: { own: trackingOf(), partners: { CAS: trackingOf() } },
};

function simulate(
  policy: ResolvedPolicy,
  days: number,
  {
    failures = [],
    observed = nothing,
  }: { failures?: readonly SimulatedFailure[]; observed?: Observation } = {},
): Simulation {
  return finished(simulating({ policy, observed, from: noon, until: noon + days * day, failures }));
}

const silent = (source: string, fromDay: number, untilDay: number): SimulatedFailure => ({
  source,
  from: noon + fromDay * day,
  until: noon + untilDay * day,
});

test("a site that was updated since its last capture is captured once for that, and then by its schedule", () => {
  const policy = policyOf();
  const from = { siteVersion: "5.00.9106.1000" };
  const snapshots = policy.sources.map((it) => snapshotOf(it, noon - 10.5 * hour, { facts: from }));
  const running = (siteVersion: string) =>
    simulate(policy, 4, {
      observed: {
        ...nothing,
        snapshots,
        sources: { database: { answers: true, facts: { siteVersion }, risks: [] } },
      },
    }).days.map((it) => it.captures);
  const byVersion = running("5.00.9128.1000").map(
    (captures, at) => captures - running("5.00.9106.1000")[at]!,
  );
  expect(byVersion).toEqual([policy.sources.length, ...byVersion.slice(1).map(() => 0)]);
});

test("a quiet year ends with the points that the retention promises, and forgets the rest", () => {
  const { points, totals, worstGap, atRisk } = simulate(
    policyOf({ retention: { daily: 14, monthly: 6 } }),
    366,
  );
  const dates = points.map((it) => new Date(it).toISOString().slice(0, 10));
  expect(dates).toEqual([
    "2027-06-30",
    "2027-07-31",
    "2027-08-31",
    "2027-09-30",
    "2027-10-31",
    ...Array.from({ length: 14 }, (_, at) => `2027-11-${at + 10}`),
  ]);
  expect(totals).toMatchObject({ captures: 3 * 367, skipped: 0, forgotten: 367 - 19 });
  expect(worstGap!.until - worstGap!.asOf).toBe(day);
  expect(atRisk).toEqual(
    [{ from: noon, until: noon, state: "not-proven" }].filter((it) => it.until > it.from),
  );
});

test("in a simulated year nothing begins in a blackout, and what is due there begins at its end, once", () => {
  const office: Blackout = {
    as: "weekly",
    weekdays: [1, 2, 3, 4, 5],
    fromMs: 0,
    untilMs: 20 * hour,
    timeZone: "UTC",
  };
  const schedule = { ...policyOf().schedule, cron: "0 */6 * * *", blackouts: [office] };
  const free = simulate(policyOf({ schedule: { ...schedule, blackouts: [] } }), 28);
  const held = simulate(policyOf({ schedule }), 28);
  expect(free.totals.captures).toBe(3 * 4 * 28);
  expect(held.worstGap!.until - held.worstGap!.asOf).toBeGreaterThan(20 * hour);
  // From Monday to Sunday.
  const perDay = held.days.slice(1, 8).map((it) => it.captures / 3);
  expect(perDay).toEqual([1, 1, 1, 1, 1, 4, 4]);
});

test("a run that comes into a blackout is not gone on with, and the rest is captured afterwards", () => {
  const late: Blackout = {
    as: "weekly",
    weekdays: [0, 1, 2, 3, 4, 5, 6],
    fromMs: 2 * hour,
    untilMs: 6 * hour,
    timeZone: "UTC",
  };
  const policy = policyOf({ schedule: { ...policyOf().schedule, blackouts: [late] } });
  // Each capture lasts half an hour, from 01:30 on: the second begins at 02:00, which is too late.
  const snapshots = policy.sources.map((source) => snapshotOf(source, noon - day));
  const { days, totals } = simulate(policy, 3, { observed: { ...nothing, snapshots } });
  expect(days.slice(1, 3).map((it) => it.captures)).toEqual([3, 3]);
  expect(totals.captures).toBe(3 * 4);
});

test("equal settings give equal simulations", () => {
  const policy = policyOf();
  expect(simulate(policy, 40)).toEqual(simulate(policy, 40));
});

describe("a database that is silent for six days", () => {
  const simulation = simulate(policyOf(), 20, { failures: [silent("database", 3, 9)] });

  test("shows when its newest copy closes and falls out of the window, and when that ends", () => {
    const last = Date.UTC(2026, 10, 25, 1, 30);
    const expiry = last + 5 * day;
    expect(simulation.atRisk).toEqual([
      { from: expiry - 28 * hour, until: expiry, state: "closing" },
      { from: expiry, until: noon + 9 * day, state: "outside" },
    ]);
  });

  test("is the worst gap, which ends when it answers again and not at the next start", () => {
    expect(simulation.worstGap).toEqual({ asOf: Date.UTC(2026, 10, 25, 1, 30), until: noon + 9 * day });
  });

  test("is counted once a day, and loses no point that was there", () => {
    expect(simulation.days.map((it) => it.skipped).join("")).toBe("000011111100000000000");
    expect(simulation.days.slice(4, 10).flatMap((it) => it.forgotten)).toEqual([]);
  });
});

test("differentials keep the data younger than the schedule does", () => {
  const every = policyOf({ sources: [{ ...database, differentialEveryMs: 6 * hour }] });
  const gapOf = (policy: ResolvedPolicy): number => {
    const { worstGap } = simulate(policy, 30);
    return worstGap!.until - worstGap!.asOf;
  };
  expect(gapOf(every)).toBe(6 * hour);
  expect(gapOf(policyOf({ sources: [database] }))).toBe(day);
});

test("a stand-alone site has no window to leave", () => {
  const { atRisk, days } = simulate(standAlone(), 30, { failures: [silent("database", 2, 20)] });
  expect(atRisk).toEqual([]);
  expect(new Set(days.map((it) => it.window))).toEqual(new Set(["none"]));
});

test("growth follows what captures added lately, and not the first, which stored everything", () => {
  const kept = [3, 2, 1].map((back) => {
    const startedAt = noon - back * day;
    const figures = {
      startedAt,
      finishedAt: startedAt + 20 * minute,
      bytes: 9e9,
      addedBytes: back === 3 ? 9e9 : 1e8,
    };
    return snapshotOf(database, startedAt, figures);
  });
  const policy = policyOf({ sources: [database], retention: { last: "all" } });
  const short = policyOf({ sources: [database], retention: { last: 3 } });
  const left = simulate(short, 40, { observed: { ...nothing, snapshots: kept } });
  // What the first stored stays when it is forgotten: the later ones rest on it.
  expect([left.points.length, left.days.at(-1)!.bytes]).toEqual([3, 9e9 + 3e8]);
  const { totals, days } = simulate(policy, 10, { observed: { ...nothing, snapshots: kept } });
  expect(totals.captures).toBe(11);
  expect(days.at(-1)!.bytes).toBe(9e9 + 2e8 + 11 * 1e8);
  expect(totals.peak).toEqual({ bytes: 9e9 + 13e8, date: "2026-12-02" });
});

describe("expect", () => {
  const verdicts = (expectation: Record<string, number>, retention: ResolvedPolicy["retention"]) =>
    simulate(policyOf({ retention, expect: [{ afterMs: 200 * day, ...expectation }] }), 430).expectations;

  test("monthly 12 has no point of the month twelve months ago at every moment, monthly 13 has", () => {
    const [broken] = verdicts({ pointFromMonthsAgo: 12 }, { daily: 14, monthly: 12 });
    expect(broken).toMatchObject({ clause: "after 200d: pointFromMonthsAgo 12", result: "broken" });
    const later = policyOf({
      retention: { daily: 14, monthly: 13 },
      expect: [{ afterMs: 400 * day, pointFromMonthsAgo: 12 }],
    });
    expect(simulate(later, 430).expectations).toEqual([
      { clause: "after 400d: pointFromMonthsAgo 12", result: "held" },
    ]);
  });

  test("a gap that grows too long is found at the moment when it does", () => {
    const policy = policyOf({ expect: [{ afterMs: day, newestAtMostMs: 26 * hour }] });
    const { expectations } = simulate(policy, 10, { failures: [silent("database", 4, 6)] });
    const last = Date.UTC(2026, 10, 26, 1, 30);
    expect(expectations).toEqual([
      {
        clause: "after 1d: newestAtMost 1d 2h",
        result: "broken",
        counterexample: {
          at: last + 26 * hour + 1,
          found: "the newest copy is of 2026-11-26 01:30Z, and the next comes 2026-11-28 12:00Z",
        },
      },
    ]);
  });

  test("numbers of points have a lower and an upper bound", () => {
    expect(verdicts({ pointsAtLeast: 14, pointsAtMost: 20 }, { daily: 14, monthly: 3 })).toMatchObject([
      { result: "held" },
      { result: "held" },
    ]);
    expect(verdicts({ pointsAtLeast: 17 }, { daily: 14, monthly: 3 })).toMatchObject([
      { result: "broken", counterexample: { found: expect.stringMatching(/^there are 1[56] points$/) } },
    ]);
  });

  test("a clause that begins after the end is not taken for kept", () => {
    const policy = policyOf({ expect: [{ afterMs: 30 * day, pointsAtLeast: 1 }] });
    expect(simulate(policy, 10).expectations).toMatchObject([{ result: "not-reached" }]);
  });
});

describe("shown", () => {
  const policy = policyOf({ expect: [{ afterMs: 10 * day, newestAtMostMs: 26 * hour, pointsAtLeast: 5 }] });
  const simulation = simulate(policy, 60, { failures: [silent("*", 20, 27)] });

  test("as text", async () => {
    await expect(renderSimulation(simulation)).toMatchFileSnapshot(
      "../../golden/simulation/week-of-silence.txt",
    );
  });

  test("as a page that asks for nothing from elsewhere, with a cell for each day", () => {
    const page = renderSimulationPage([simulation]);
    expect(page.match(/<i class="[^"]+" title=/g)).toHaveLength(simulation.days.length);
    expect(page).not.toMatch(/(src|href)=|url\(|<script|@import/);
    expect(page).toContain('class="outside"');
  });

  test("as a page whose legend explains every mark of a cell", () => {
    const page = renderSimulationPage([simulation]);
    const legend = /<p class="legend">.*?<\/p>/s.exec(page)![0];
    const marks = [...page.matchAll(/<i class="([^"]+)" title=/g)].flatMap(([, mark]) => mark!.split(" "));
    expect(marks).toContain("forgets");
    for (const mark of new Set(marks)) expect(legend).toMatch(new RegExp(`class="[^"]*\\b${mark}\\b`));
  });

  test("names are text on the page, whatever they are", () => {
    const page = renderSimulationPage([{ ...simulation, site: "<img>" }]);
    expect(page).not.toContain("<img>");
  });
});

test.each(["standalone-site"])("the example %s keeps what it expects", (name) => {
  const { policies } = readPolicies([
    { path: `policies/${name}.yaml`, text: readFileSync(`policies/${name}.yaml`, "utf8") },
  ]);
  for (const policy of policies) {
    const { expectations, totals } = simulate(policy, 430, {
      observed: { ...nothing, policy: policy.name },
    });
    expect(totals.captures).toBeGreaterThan(400);
    expect(expectations.filter((it) => it.result !== "held")).toEqual([]);
  }
});
