import { array, assert, boolean, constantFrom, integer, property, record, uniqueArray } from "fast-check";
import { describe, expect, test } from "vitest";
import { day, formatMinute, hour, minute } from "../../../src/core/base/instant.ts";
import type { Instant } from "../../../src/core/base/instant.ts";
import type { Observation } from "../../../src/core/model/observation.ts";
import type { Outlook } from "../../../src/core/model/outlook.ts";
import type { ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import type { Run } from "../../../src/core/model/run.ts";
import type { Snapshot } from "../../../src/core/model/repository/snapshot.ts";
import { decideForgets } from "../../../src/core/plan/decide-forget.ts";
import { nextDueAfter } from "../../../src/core/plan/calendar/schedule.ts";
import { foreseePoints } from "../../../src/core/plan/stay-until.ts";
import { surveySite } from "../../../src/core/plan/survey/survey.ts";
import { outlookWords } from "../../../src/core/report/words/outlook-words.ts";
import { simulatedWindow } from "../../../src/core/simulate/simulated-window.ts";
import {
  database,
  dueDaysAgo,
  noon,
  observationOf,
  pointsOf,
  policyOf,
  registry,
  snapshotOf,
  standAlone,
} from "../../support/build-site.ts";

const base = policyOf({ sources: [database, registry] });

describe("against the planner, asked at every run", () => {
  test("each point goes at the run at which the planner lets it go", () => {
    assert(
      property(anySite, ({ policy, observed }) => expectAsPlanned(policy, observed)),
      { numRuns: 60, seed: 20_261_122 },
    );
  });

  test("so it does where differentials are laid on the fulls of older points", () => {
    assert(
      property(anyChains, ({ policy, observed }) => expectAsPlanned(policy, observed)),
      { numRuns: 40, seed: 5 },
    );
  });
});

const anyRetention = record(
  {
    last: integer({ min: 1, max: 6 }),
    hourly: integer({ min: 1, max: 6 }),
    daily: integer({ min: 1, max: 8 }),
    weekly: integer({ min: 1, max: 4 }),
    monthly: constantFrom<(1 | 2 | "all")[]>(1, 2, "all"),
    withinMs: integer({ min: hour, max: 9 * day }),
  },
  { requiredKeys: [] },
);
const anyPolicy = record({
  retention: anyRetention,
  cron: constantFrom("30 1 * * *", "0 */8 * * *", "15 22 * * 1,4", "0 12 * * *"),
  timeZone: constantFrom("UTC", "Europe/Madrid"),
  minPoints: integer({ min: 0, max: 5 }),
  maxForgetPerMille: constantFrom(0, 100, 250, 1_000),
}).map(({ retention, cron, timeZone, minPoints, maxForgetPerMille }) =>
  policyOf({
    sources: base.sources,
    retention,
    brakes: { minPoints, maxForgetPerMille },
    schedule: { ...base.schedule, cron, timeZone, jitterMs: 10 * minute },
  }),
);
const anySite = record({
  policy: anyPolicy,
  points: uniqueArray(
    record({
      hours: integer({ min: 0, max: 24 * 40 }),
      complete: boolean(),
      verified: boolean(),
      held: integer({ min: 0, max: 9 }).map((it) => it === 0),
    }),
    { selector: (it) => it.hours, maxLength: 25 },
  ),
}).map(({ policy, points }) => {
  const members = points.flatMap(({ hours, complete, verified }) => {
    const due = noon - hours * hour;
    const all = pointsOf(policy, due).map((it) => ({ ...it, pointSources: ["database", "registry"] }));
    const proven = verified ? all : all.map((it) => ({ ...it, proofs: [] }));
    return complete ? proven : proven.slice(0, 1);
  });
  const held = points.filter((it) => it.held).map(({ hours }) => noon - hours * hour);
  return { policy, observed: seenWith(policy, members, held) };
});
const anyChains = record({
  policy: anyPolicy.map((it) => ({
    ...it,
    sources: [database],
    brakes: { ...it.brakes, maxForgetPerMille: 1_000 },
  })),
  steps: array(record({ hours: integer({ min: 3, max: 60 }), isFull: boolean() }), {
    maxLength: 14,
  }),
}).map(({ policy, steps }) => {
  const members: Snapshot[] = [];
  let [due, full] = [noon, ""];
  const back = steps.map(({ hours, isFull }) => ({ due: (due -= hours * hour), isFull })).toReversed();
  for (const { due: at, isFull } of back) {
    const laid = full === "" || isFull ? {} : { mode: "differential" as const, base: full };
    const copy = snapshotOf(database, at, laid);
    if (copy.mode === "full") full = copy.id;
    members.push(copy);
  }
  return { policy, observed: seenWith(policy, members, []) };
});

/** Runs the planner at each run of the schedule, for a good while, on a world in which all goes well. */
function expectAsPlanned(policy: ResolvedPolicy, observed: Observation): void {
  const runs = 45;
  const outlooks = foreseePoints(policy, observed, noon);
  const gone = new Map<Instant, Instant>();
  let now = noon;
  let [{ snapshots }, forgets] = [observed, [] as { at: Instant; due: Instant }[]];
  let last = snapshots.reduce((newest, it) => Math.max(newest, it.point), -Infinity);
  const jitterMs = jitterOfPs1(policy);
  const letGo = () => {
    const window = simulatedWindow(observed.window, now);
    const seen = { ...observed, at: now, snapshots, runs: [runOf(forgets)], window };
    const { forgets: points } = decideForgets(surveySite(policy, seen, now), []);
    const ids = new Set(points.flatMap((it) => it.snapshots));
    snapshots = snapshots.filter((it) => !ids.has(it.id));
    forgets = [...forgets, ...points.map(({ due }) => ({ at: now, due }))];
    for (const { due } of points) if (!gone.has(due)) gone.set(due, now);
  };
  letGo();
  const waiting = surveySite(policy, observed, noon).due;
  for (let run = 0; run < runs; run++) {
    const due =
      run === 0 && waiting! > last
        ? waiting!
        : nextDueAfter(policy.schedule, Math.max(last, now - jitterMs))!;
    now = Math.max(noon, due + jitterMs);
    last = due;
    snapshots = [...snapshots, ...pointsOf(policy, due).map((it) => ({ ...it, asOf: now }))];
    letGo();
  }
  for (const [due, outlook] of outlooks) {
    const at = goesAt(outlook);
    expect({ due, at: at !== undefined && at <= now ? at : undefined }).toEqual({ due, at: gone.get(due) });
  }
}

function goesAt(outlook: Outlook): Instant | undefined {
  return outlook.stays === "not" || outlook.stays === "until" ? outlook.at : undefined;
}

function jitterOfPs1(policy: ResolvedPolicy): number {
  const { nextStart } = surveySite(policy, observationOf(policy, []), noon);
  return nextStart! - nextDueAfter(policy.schedule, nextStart! - policy.schedule.jitterMs - 1)!;
}

function runOf(forgets: readonly { readonly at: Instant; readonly due: Instant }[]): Run {
  const outcomes = forgets.map(({ at, due }) => {
    const times = { startedAt: at, finishedAt: at };
    return { site: "PS1", title: "", result: "done" as const, ...times, forgot: due };
  });
  const finished = { at: noon, outcomes, result: "done" as const };
  const run = { id: "cm01-1", machine: "cm01", sequence: 1, startedAt: noon, trigger: "watch" as const };
  return { ...run, planDigest: "", sites: ["PS1"], finished };
}

function seenWith(
  policy: ResolvedPolicy,
  snapshots: readonly Snapshot[],
  held: readonly Instant[],
): Observation {
  const living = held.flatMap((due, at) => {
    const named = snapshots.find((it) => it.point === due)!;
    const word = { at: noon, by: "cm01", note: "an audit" };
    return { ...word, id: String(at).padStart(20, "0"), site: "PS1", snapshots: [named.id] };
  });
  return observationOf(policy, snapshots, { holds: { living, unreadable: [] } });
}

test("says which rule holds a point to the end, and which point to come takes its place", () => {
  const retention = { last: 2, daily: 3, weekly: 2 };
  const policy = standAlone({
    sources: base.sources,
    retention,
    brakes: { minPoints: 1, maxForgetPerMille: 0 },
  });
  expect(told(policy, pointsOf(policy, ...[5, 4, 3, 2, 1, 0].map(dueDaysAgo)))).toEqual([
    // A Sunday's: the newest of its week until there are points of two weeks after it.
    "2026-11-22 01:30Z stays until 2026-11-30 01:30Z, when the point of 2026-11-30 01:30Z fills weekly 2",
    "2026-11-21 01:30Z stays until 2026-11-27 01:30Z: the point of 2026-11-24 01:30Z fills daily 3, and the brake has it wait",
    "2026-11-20 01:30Z stays until 2026-11-26 01:30Z: the point of 2026-11-23 01:30Z fills daily 3, and the brake has it wait",
    // One has gone at noon of the 22nd, and the one before this is older.
    "2026-11-19 01:30Z goes with the run of 2026-11-25 01:30Z: the brake has it wait",
    "2026-11-18 01:30Z goes with the next run",
    "2026-11-17 01:30Z stays until 2026-11-24 01:30Z: the rules are filled without the oldest point, and the brake has it wait",
  ]);
});

test("a point that is held stays until it is released, and one without any rule against it for good", () => {
  const due = dueDaysAgo(3);
  const strict = policyOf({ sources: base.sources, retention: { last: 1 } });
  const snapshots = pointsOf(strict, due, dueDaysAgo(0));
  expect(foreseePoints(strict, seenWith(strict, snapshots, [due]), noon).get(due)).toEqual({
    stays: "until-released",
  });
  for (const retention of [{}, { last: 1, daily: "all" as const }]) {
    const policy = policyOf({ sources: base.sources, retention });
    expect(foreseePoints(policy, seenWith(policy, snapshots, []), noon).get(due)).toEqual({
      stays: "for-good",
    });
  }
});

test("a point goes with the run that waits for the end of quiet hours, and that makes one point of them", () => {
  const hours = { fromWall: noon, untilWall: noon + 3 * day, timeZone: "UTC" };
  const blackouts = [{ as: "dated" as const, ...hours }];
  const schedule = { ...base.schedule, blackouts };
  const brakes = { minPoints: 1, maxForgetPerMille: 1_000 };
  const policy = standAlone({ sources: base.sources, retention: { last: 2 }, schedule, brakes });
  expect(told(policy, pointsOf(policy, dueDaysAgo(1), dueDaysAgo(0)))).toEqual([
    "2026-11-22 01:30Z stays until 2026-11-26 01:30Z, when the point of 2026-11-26 01:30Z fills last 2",
    "2026-11-21 01:30Z stays until 2026-11-25 12:00Z, when the point of 2026-11-25 01:30Z fills last 2",
  ]);
});

describe("what holds a point to the end is told:", () => {
  const free = { minPoints: 0, maxForgetPerMille: 1_000 };
  const alone = (changes: Partial<ResolvedPolicy>) =>
    standAlone({ sources: base.sources, brakes: free, ...changes });
  const forGood = "stays for good: the policy has nothing that lets it go";
  const half = (due: Instant) => [snapshotOf(database, due, { pointSources: ["database", "registry"] })];

  test("a rule whose period a newer point takes over", () => {
    const policy = alone({ retention: { weekly: 1 } });
    expect(told(policy, pointsOf(policy, dueDaysAgo(2)))).toEqual([
      "2026-11-20 01:30Z stays until 2026-11-22 12:00Z, when the point of 2026-11-22 01:30Z takes weekly 2026-W47",
    ]);
  });

  test("an oldest point stays for good under a rule without an end, and so does the holder of a period, but nothing else", () => {
    const retention = { daily: "all" as const, withinMs: 20 * 366 * day };
    const [first, early, late] = [dueDaysAgo(3), dueDaysAgo(2), dueDaysAgo(2) + 8 * hour];
    const policy = alone({ retention });
    expect(told(policy, pointsOf(policy, first - hour, first, early, late))).toEqual([
      `2026-11-20 09:30Z ${forGood}`,
      "2026-11-20 01:30Z stays beyond 2036-11-29",
      `2026-11-19 01:30Z ${forGood}`,
      // The oldest of all.
      `2026-11-19 00:30Z ${forGood}`,
    ]);
  });

  test("the fewest that are to be kept, and what is laid on a full", () => {
    const few = alone({ retention: { last: 1 }, brakes: { ...free, minPoints: 2 } });
    expect(told(few, pointsOf(few, dueDaysAgo(0), dueDaysAgo(1)))).toEqual([
      "2026-11-22 01:30Z stays until 2026-11-24 01:30Z, when there are enough newer points",
      "2026-11-21 01:30Z stays until 2026-11-23 01:30Z, when there are enough newer points",
    ]);
    const policy = alone({ retention: { last: 2 }, sources: [database] });
    const full = snapshotOf(database, dueDaysAgo(1));
    const laid = snapshotOf(database, dueDaysAgo(0), { mode: "differential", base: full.id });
    expect(told(policy, [full, laid])).toEqual([
      "2026-11-22 01:30Z stays until 2026-11-24 01:30Z, when the point of 2026-11-24 01:30Z fills last 2",
      "2026-11-21 01:30Z stays until 2026-11-24 01:30Z, when what is laid on it goes",
    ]);
  });

  test("a full whose differential lies in the same point goes with it", () => {
    const policy = alone({ retention: { last: 1 }, sources: [database] });
    const full = snapshotOf(database, dueDaysAgo(0));
    const laid = snapshotOf(database, dueDaysAgo(0), {
      mode: "differential",
      base: full.id,
      startedAt: dueDaysAgo(0) + hour,
    });
    expect(told(policy, [full, laid])).toEqual([
      "2026-11-22 01:30Z stays until 2026-11-23 01:30Z, when the point of 2026-11-23 01:30Z fills last 1",
    ]);
  });

  test("a point goes when a part of it may, though a full of it is still needed", () => {
    const policy = alone({ retention: { last: 1 } });
    const [first, second] = [pointsOf(policy, dueDaysAgo(1)), pointsOf(policy, dueDaysAgo(0))];
    const base = first.find((it) => it.source === "database")!.id;
    const laid = second.map((it) =>
      it.source === "database" ? { ...it, mode: "differential" as const, base } : it,
    );
    expect(told(policy, [...first, ...laid])).toEqual([
      "2026-11-22 01:30Z stays until 2026-11-23 01:30Z, when the point of 2026-11-23 01:30Z fills last 1",
      "2026-11-21 01:30Z goes with the next run",
    ]);
  });

  test("an incomplete point: nothing newer is complete, or its grace", () => {
    const policy = alone({ retention: { last: 1 } });
    expect(told(policy, half(dueDaysAgo(30)))).toEqual([
      "2026-10-23 01:30Z stays until 2026-11-22 12:00Z, when the point of 2026-11-22 01:30Z is complete",
    ]);
    expect(told(policy, [...half(dueDaysAgo(1)), ...pointsOf(policy, dueDaysAgo(0))])).toEqual([
      "2026-11-22 01:30Z stays until 2026-11-23 01:30Z, when the point of 2026-11-23 01:30Z fills last 1",
      "2026-11-21 01:30Z stays until 2026-11-28 01:30Z, when it is incomplete and its grace is over",
    ]);
  });

  test("the oldest that is complete, though an older one is held that is not", () => {
    const policy = alone({ retention: { daily: 3 } });
    const [held, early, late] = [dueDaysAgo(3), dueDaysAgo(2) - hour, dueDaysAgo(2)];
    const snapshots = [...half(held), ...pointsOf(policy, early, late)];
    const outlooks = foreseePoints(policy, seenWith(policy, snapshots, [held]), noon);
    expect(outlooks.get(early)).toMatchObject({
      stays: "until",
      at: dueDaysAgo(-1),
      last: { why: "oldest" },
    });
  });

  test("a span that counts from the newest point and not from now, and ends with its last instant", () => {
    const policy = alone({ retention: { last: 1, withinMs: 2 * day } });
    expect(told(policy, pointsOf(policy, dueDaysAgo(0)))).toEqual([
      "2026-11-22 01:30Z stays until 2026-11-24 01:30Z, when it is too old beside the point of 2026-11-24 01:30Z",
    ]);
    const blackouts = [
      { as: "dated" as const, fromWall: noon, untilWall: noon + 40 * hour, timeZone: "UTC" },
    ];
    const later = alone({ ...policy, schedule: { ...base.schedule, blackouts } });
    expect(told(later, pointsOf(later, dueDaysAgo(0) + hour))).toEqual([
      "2026-11-22 02:30Z stays until 2026-11-25 01:30Z, when it is too old beside the point of 2026-11-25 01:30Z",
    ]);
  });
});

test("where a hold can't be read every point stays, whichever it is of", () => {
  const policy = standAlone({ sources: base.sources, retention: { last: 1 } });
  const seen = seenWith(policy, pointsOf(policy, dueDaysAgo(1), dueDaysAgo(0)), []);
  const holds = { living: [], unreadable: ["holds/0f"] };
  expect([...foreseePoints(policy, { ...seen, holds }, noon).values()]).toEqual([
    { stays: "until-released" },
    { stays: "until-released" },
  ]);
});

test("a point that was made by hand before its run begins is not made again", () => {
  const schedule = { ...base.schedule, cron: "0 12 * * *", jitterMs: 50 * minute };
  const brakes = { minPoints: 0, maxForgetPerMille: 1_000 };
  const policy = standAlone({ sources: base.sources, retention: { last: 1 }, schedule, brakes });
  const outlooks = foreseePoints(policy, seenWith(policy, pointsOf(policy, noon, noon - day), []), noon);
  expect(outlooks.get(noon)).toMatchObject({ stays: "until", last: { why: "rule" }, point: noon + day });
});

test("quiet hours that end as the next run is due make one point of both", () => {
  const hours = { fromWall: noon, untilWall: dueDaysAgo(-2), timeZone: "UTC" };
  const schedule = { ...base.schedule, blackouts: [{ as: "dated" as const, ...hours }] };
  const brakes = { minPoints: 1, maxForgetPerMille: 1_000 };
  const policy = standAlone({ sources: base.sources, retention: { last: 2 }, schedule, brakes });
  expect(told(policy, pointsOf(policy, dueDaysAgo(1), dueDaysAgo(0)))).toEqual([
    "2026-11-22 01:30Z stays until 2026-11-25 01:30Z, when the point of 2026-11-25 01:30Z fills last 2",
    "2026-11-21 01:30Z stays until 2026-11-24 01:30Z, when the point of 2026-11-24 01:30Z fills last 2",
  ]);
});

test("what no run of the next ten years lets go is said to stay beyond them", () => {
  const policy = policyOf({ sources: base.sources, retention: { last: 1, yearly: 20 } });
  const [first] = told(policy, pointsOf(policy, Date.UTC(2025, 11, 31, 1, 30)));
  expect(first).toBe("2025-12-31 01:30Z stays beyond 2036-11-29");
});

test("a thousand points and ten years are foreseen within a second", () => {
  const policy = policyOf({
    sources: base.sources,
    retention: { hourly: 48, daily: 1_000, weekly: 200, monthly: 100, yearly: 12 },
  });
  const observed = seenWith(
    policy,
    pointsOf(policy, ...Array.from({ length: 1_000 }, (_, at) => dueDaysAgo(at))),
    [],
  );
  foreseePoints(policy, observed, noon);
  const begun = performance.now();
  const outlooks = foreseePoints(policy, observed, noon);
  expect(performance.now() - begun).toBeLessThan(5_000);
  expect(outlooks.size).toBe(1_000);
});

function told(policy: ResolvedPolicy, snapshots: readonly Snapshot[]): readonly string[] {
  const outlooks = foreseePoints(policy, seenWith(policy, snapshots, []), noon);
  return [...outlooks]
    .toSorted(([left], [right]) => right - left)
    .map(([due, outlook]) => `${formatMinute(due)} ${outlookWords(outlook)}`);
}
