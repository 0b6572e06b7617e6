import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { day, formatInstant, hour, minute } from "../../../src/core/base/instant.ts";
import type { Instant } from "../../../src/core/base/instant.ts";
import { canonicalJson } from "../../../src/core/base/json.ts";
import type { JsonObject } from "../../../src/core/base/json.ts";
import type { Blackout } from "../../../src/core/model/policy/blackout.ts";
import type { Observation } from "../../../src/core/model/observation.ts";
import type { ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import type { Source } from "../../../src/core/model/policy/source.ts";
import type { Snapshot } from "../../../src/core/model/repository/snapshot.ts";
import { makePlan, planSite } from "../../../src/core/plan/make-plan.ts";
import { makeSeries } from "../../../src/core/plan/points/points.ts";
import { renderPlan } from "../../../src/core/report/render-plan.ts";
import {
  apply,
  database,
  dueDaysAgo,
  failed,
  library,
  noon,
  observationOf,
  pointsOf,
  policyOf,
  problemOf,
  registry,
  snapshotOf,
  standAlone,
  trackingOf,
} from "../../support/build-site.ts";

const validate = new Ajv2020({ strict: true }).compile(
  JSON.parse(readFileSync("schemas/plan.schema.json", "utf8")) as JsonObject,
);

/** The schema is of a plan with its digest, which the engine adds. */
const isOfSchema = (plan: object): boolean => validate({ ...plan, digest: "0".repeat(64) });

/** What is looked at. Everything is as `policyOf` and `observationOf` make it, unless said. */
interface Scene {
  readonly policy?: ResolvedPolicy;
  readonly snapshots: readonly Snapshot[];
  readonly now?: Instant;
  readonly changes?: Partial<Observation>;
}

const answers = (facts: JsonObject, risks = []) => ({ answers: true as const, facts, risks });
const quietDays = (days: number) =>
  pointsOf(policyOf(), ...Array.from({ length: days }, (_, back) => dueDaysAgo(days - 1 - back)));
const taskBackup: Source = { kind: "task-backup", name: "task", site: "E:\\CMBackup" };
const increments = { ...database, differentialEveryMs: 6 * hour, logEveryMs: hour };
const withIncrements = policyOf({ sources: [increments, registry] });
const yesterday = pointsOf(policyOf(), dueDaysAgo(1));
const databaseOnly = (sources: Observation["sources"][string]) => ({
  ...observationOf(policyOf(), []).sources,
  database: sources,
});

const inTheNight: Blackout = {
  as: "weekly",
  weekdays: [0, 1, 2, 3, 4, 5, 6],
  fromMs: 0,
  untilMs: 14 * hour,
  timeZone: "UTC",
  why: "batch jobs",
};
const withBlackout = policyOf({ schedule: { ...policyOf().schedule, blackouts: [inTheNight] } });

const scenes: Record<string, Scene> = {
  "off-for-four-days": {
    policy: standAlone(),
    snapshots: pointsOf(standAlone(), dueDaysAgo(7), dueDaysAgo(6), dueDaysAgo(5)),
  },
  "a-due-point-waits-in-a-blackout": { policy: withBlackout, snapshots: quietDays(4).slice(0, -3) },
  "a-closing-window-does-not-wait": {
    policy: withBlackout,
    snapshots: pointsOf(policyOf(), dueDaysAgo(5), dueDaysAgo(4)),
  },
  "captures-keep-away-from-the-sites-task": {
    policy: policyOf({ schedule: { ...policyOf().schedule, notDuring: ["site-backup-task"] } }),
    snapshots: quietDays(4).slice(0, -3),
    changes: {
      siteTask: {
        enabled: true,
        weekdays: [0],
        beginMs: 11 * hour,
        latestBeginMs: 12 * hour,
        destinations: ["E:\\CMBackup"],
      },
    },
  },
  "quiet-site": { snapshots: quietDays(4) },
  "nothing-captured-yet": { snapshots: [] },
  "due-since-this-morning": { snapshots: quietDays(4).filter((it) => it.point !== dueDaysAgo(0)) },
  "not-due-before-the-sites-own-jitter": {
    policy: policyOf({ schedule: { ...policyOf().schedule, jitterMs: 30 * minute } }),
    snapshots: quietDays(4).filter((it) => it.point !== dueDaysAgo(0)),
    now: dueDaysAgo(0) + minute,
  },
  "one-source-is-missing-from-the-point": {
    snapshots: quietDays(3).filter((it) => it.source !== "library" || it.point !== dueDaysAgo(0)),
  },
  "a-source-joins-the-policy": { snapshots: quietDays(4).filter((it) => it.source !== "library") },
  "a-due-source-that-is-silent-is-shown": {
    snapshots: yesterday,
    changes: {
      sources: {
        ...observationOf(policyOf(), []).sources,
        library: { answers: false, problem: problemOf("E:\\SCCMContentLib can't be read.") },
      },
    },
  },
  "window-closing-brings-a-capture-of-the-whole-site": {
    policy: policyOf({ schedule: { ...policyOf().schedule, cron: "30 1 * * 3" } }),
    snapshots: pointsOf(policyOf(), dueDaysAgo(11), dueDaysAgo(4)),
  },
  "window-outside-brings-a-capture-of-the-whole-site": {
    policy: policyOf({ schedule: { ...policyOf().schedule, cron: "30 1 * * 1" } }),
    snapshots: pointsOf(policyOf(), dueDaysAgo(6)),
  },
  "window-outside-and-due-joins-the-schedules-point": { snapshots: pointsOf(policyOf(), dueDaysAgo(6)) },
  "a-retry-joins-the-point-that-a-failed-run-began": {
    policy: policyOf({ schedule: { ...policyOf().schedule, cron: "30 1 * * 1" } }),
    snapshots: [...pointsOf(policyOf(), dueDaysAgo(6)), snapshotOf(registry, noon - hour)],
  },
  "another-products-backup-is-outside-and-no-capture-makes-it-younger": {
    policy: policyOf({ sources: [{ ...database, method: "external" }, registry] }),
    snapshots: pointsOf(policyOf({ sources: [database, registry] }), dueDaysAgo(0)).map((it) => ({
      ...it,
      asOf: it.asOf - 6 * day,
    })),
  },
  "a-silent-database-outside-the-window-stays-red": {
    policy: policyOf({ schedule: { ...policyOf().schedule, cron: "30 1 * * 1" } }),
    snapshots: pointsOf(policyOf(), dueDaysAgo(6)),
    changes: { sources: databaseOnly({ answers: false, problem: problemOf("sql01 does not answer.") }) },
  },
  "a-silent-database-that-is-due-as-well-is-shown-once": {
    snapshots: pointsOf(policyOf(), dueDaysAgo(6)),
    changes: { sources: databaseOnly({ answers: false, problem: problemOf("sql01 does not answer.") }) },
  },
  "change-tracking-off-is-a-risk-that-no-capture-mends": {
    snapshots: quietDays(4),
    changes: { window: { own: trackingOf(), partners: { CAS: trackingOf({ changeTracking: "off" }) } } },
  },
  "an-unread-window-brings-a-capture-once-the-copy-is-old": {
    policy: policyOf({ schedule: { ...policyOf().schedule, cron: "30 1 * * 3" } }),
    snapshots: pointsOf(policyOf(), dueDaysAgo(4)),
    changes: {
      window: { own: { problem: problemOf("sql01 refused the login.") }, partners: {} },
    },
  },
  "the-site-was-updated": {
    snapshots: quietDays(4).map((it) => ({ ...it, facts: { siteVersion: "5.00.9096.1000" } })),
    changes: { sources: databaseOnly(answers({ siteVersion: "5.00.9106.1000" })) },
  },
  "a-damaged-copy-is-taken-again": {
    snapshots: quietDays(4).map((it) =>
      it.source === "library" && it.point === dueDaysAgo(0)
        ? { ...it, id: "damaged", proofs: [failed(noon)] }
        : it,
    ),
  },
  "points-beyond-retention-go-behind-the-captures": {
    policy: policyOf({ retention: { last: 3 } }),
    snapshots: quietDays(5).filter((it) => it.point !== dueDaysAgo(0)),
  },
  "the-brake-lets-a-quarter-go": { policy: policyOf({ retention: { last: 2 } }), snapshots: quietDays(12) },
  "a-differential-is-due-in-the-point-of-its-full": {
    policy: withIncrements,
    snapshots: pointsOf(withIncrements, dueDaysAgo(0)),
    now: dueDaysAgo(0) + 6 * hour,
  },
  "a-log-is-due-between-differentials": {
    policy: withIncrements,
    snapshots: pointsOf(withIncrements, dueDaysAgo(0)),
    now: dueDaysAgo(0) + 3 * hour,
  },
  "a-foreign-full-moved-the-base": {
    policy: withIncrements,
    snapshots: pointsOf(withIncrements, dueDaysAgo(0)).map((it) => ({
      ...it,
      facts: { setGuid: "AAAA" },
    })),
    now: dueDaysAgo(0) + 6 * hour,
    changes: { sources: databaseOnly(answers({ differentialBases: ["BBBB"] })) },
  },
  "a-foreign-full-that-msdb-still-knows": {
    policy: withIncrements,
    snapshots: pointsOf(withIncrements, dueDaysAgo(0)).map((it) => ({
      ...it,
      facts: { setGuid: "AAAA" },
    })),
    now: dueDaysAgo(0) + 6 * hour,
    changes: {
      sources: databaseOnly(
        answers({
          differentialBases: ["BBBB"],
          lastFulls: [
            {
              setGuid: "BBBB",
              startedAt: formatInstant(dueDaysAgo(0) + 3 * hour),
              copyOnly: false,
              vss: true,
              zoneKnown: true,
              device: "{6F9619FF}1",
              user: "CONTOSO\\dpm01$",
            },
          ],
        }),
      ),
    },
  },
  "a-full-stays-while-a-differential-is-laid-on-it": {
    policy: policyOf({ retention: { last: 1 }, brakes: { minPoints: 1, maxForgetPerMille: 1000 } }),
    snapshots: [
      { ...snapshotOf(database, dueDaysAgo(3)), id: "the-full" },
      snapshotOf(registry, dueDaysAgo(3)),
      snapshotOf(library, dueDaysAgo(3)),
      snapshotOf(database, dueDaysAgo(0), { mode: "differential", base: "the-full" }),
      snapshotOf(registry, dueDaysAgo(0)),
      snapshotOf(library, dueDaysAgo(0)),
    ],
  },
  "the-tasks-own-backup-is-old-and-no-capture-makes-it-younger": {
    policy: policyOf({ sources: [taskBackup, registry] }),
    snapshots: pointsOf(policyOf({ sources: [taskBackup, registry] }), dueDaysAgo(0)).map((it) => ({
      ...it,
      asOf: it.asOf - 6 * day,
    })),
  },
  "an-unreadable-repository": {
    snapshots: [],
    changes: { repositoryProblem: problemOf("The repository at \\\\backup01\\sitekeep$ can't be opened.") },
  },
  "a-database-that-another-product-backs-up": {
    policy: standAlone({ sources: [{ ...database, method: "external" }, registry] }),
    snapshots: pointsOf(policyOf({ sources: [database, registry] }), dueDaysAgo(0)).map((it) => ({
      ...it,
      asOf: it.asOf - 2 * day,
    })),
    changes: {
      sources: databaseOnly(answers({ lastFulls: [{ startedAt: formatInstant(noon - 40 * hour) }] })),
    },
  },
  "another-machine-applies-this-policy": {
    snapshots: yesterday,
    changes: { elsewhere: "cm01 is the active site server." },
  },
  "a-point-of-the-future": { snapshots: [...quietDays(3), ...pointsOf(policyOf(), noon + 400 * day)] },
};

describe("golden", () => {
  test.each(Object.entries(scenes))("%s", async (name, scene) => {
    const plan = planOf(scene);
    expect(isOfSchema(plan), JSON.stringify(validate.errors)).toBe(true);
    await expect(renderPlan(plan)).toMatchFileSnapshot(`../../golden/plans/${name}.txt`);
  });
});

describe("an applied plan plans to nothing", () => {
  const possible = Object.entries(scenes).filter(([, { changes }]) =>
    Object.values(changes?.sources ?? {}).every((seen) => seen.answers),
  );
  test.each(possible)("%s", (_name, scene) => {
    const { policy, observed, now } = worldOf(scene);
    const after = apply(observed, planSite(policy, observed, now), now);
    expect(planSite(policy, after, now).actions).toEqual([]);
  });

  test("and so it does in any world where everything answers", () => {
    holds(({ policy, observed }) => {
      const after = apply(observed, planSite(policy, observed, noon), noon);
      expect(planSite(policy, after, noon).actions).toEqual([]);
    });
  });

  test("and at every hour of six weeks, with the newest verified point never gone", () => {
    const policy = policyOf({
      sources: [increments, registry, library],
      retention: { last: 3, daily: 5, weekly: 3 },
      schedule: { cron: "30 2 * * *", timeZone: "Europe/Madrid", jitterMs: 10 * minute, notDuring: [] },
    });
    const start = Date.UTC(2026, 9, 10);
    let observed = observationOf(policy, []);
    for (let now = start; now < start + 42 * day; now += hour) {
      observed = apply(observed, planSite(policy, observed, now), now);
      expect(planSite(policy, observed, now).actions).toEqual([]);
    }
    const points = new Set(observed.snapshots.map((it) => it.point));
    expect(points.size).toBe(5 + 2);
    expect(observed.snapshots.filter((it) => it.mode === "log").length).toBeGreaterThan(100);
  });
});

describe("laws on random worlds", () => {
  test("the order of policies, observations, snapshots and sources changes no byte of the actions", () => {
    holds(({ policy, observed }) => {
      const other = policyOf({ name: "ps2", site: { ...policy.site, code: "PS2" } });
      const seen = observationOf(other, []);
      const reversed = { ...observed, snapshots: observed.snapshots.toReversed() };
      const turned = { ...policy, sources: policy.sources.toReversed() };
      expect(canonicalJson(makePlan([other, policy], [seen, observed], noon))).toBe(
        canonicalJson(makePlan([policy, other], [reversed, seen], noon)),
      );
      expect(planSite(turned, reversed, noon).actions).toEqual(planSite(policy, observed, noon).actions);
    });
  });

  test("captures come before forgets, and all fulls of a plan join one point", () => {
    holds(({ policy, observed }) => {
      const { actions } = planSite(policy, observed, noon);
      const firstForget = actions.findIndex((it) => it.do === "forget");
      const after = firstForget < 0 ? [] : actions.slice(firstForget);
      expect(after.every((it) => it.do === "forget")).toBe(true);
      const fulls = actions.flatMap((it) => (it.do === "capture" && it.mode === "full" ? [it.point] : []));
      expect(new Set(fulls).size).toBeLessThanOrEqual(1);
    });
  });

  test("nothing that a remaining snapshot is laid on is forgotten", () => {
    holds(({ policy, observed }) => {
      const { snapshots } = apply(observed, planSite(policy, observed, noon), noon);
      const before = new Set(observed.snapshots.map((it) => it.id));
      const left = new Set(snapshots.map((it) => it.id));
      const needed = snapshots.flatMap((it) =>
        it.base !== undefined && before.has(it.base) ? [it.base] : [],
      );
      expect(needed.filter((id) => !left.has(id))).toEqual([]);
    });
  });

  test("without its captures no plan's forgets take the point that is newest verified after its verifies", () => {
    holds(({ policy, observed }) => {
      const silent = observationOf(policy, observed.snapshots, { ...observed, sources: silence(policy) });
      const plan = planSite(policy, silent, noon);
      const verifies = plan.actions.filter((it) => it.do === "verify");
      const read = apply(silent, { ...plan, actions: verifies }, noon);
      const verified = makeSeries(policy, read.snapshots).points.findLast(
        (it) => it.due <= noon && it.missing.length === 0 && it.verified,
      );
      const gone = plan.actions.flatMap((it) => (it.do === "forget" ? [it.point] : []));
      expect(gone).not.toContain(verified?.due);
    });
  });

  test("a plan is what its schema says", () => {
    holds(({ policy, observed }) => {
      expect(isOfSchema(makePlan([policy], [observed], noon)), JSON.stringify(validate.errors)).toBe(true);
    });
  });
});

test("a thousand policies with two hundred snapshots each are planned in four seconds of one core", () => {
  const base = policyOf({ retention: { last: 3, daily: 14, weekly: 8, monthly: 12, withinMs: 6 * day } });
  const policies = Array.from({ length: 1_000 }, (_, at) =>
    policyOf({ ...base, name: `p${at}`, site: { ...base.site, code: `S${at}` } }),
  );
  const observations = policies.map((policy) =>
    observationOf(
      policy,
      pointsOf(policy, ...Array.from({ length: 67 }, (_, back) => dueDaysAgo(66 - back))),
    ),
  );
  const before = process.cpuUsage();
  const plan = makePlan(policies, observations, noon);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(4_000);
  expect(plan.sites.every((site) => site.actions.some((it) => it.do === "forget"))).toBe(true);
});

interface World {
  readonly policy: ResolvedPolicy;
  readonly observed: Observation;
}

const anyPolicy = fc
  .record({
    last: fc.integer({ min: 1, max: 5 }),
    daily: fc.integer({ min: 1, max: 10 }),
    minPoints: fc.integer({ min: 0, max: 4 }),
    maxForgetPerMille: fc.constantFrom(0, 100, 250, 1_000),
    cron: fc.constantFrom("30 1 * * *", "30 1 * * 0", "0 */8 * * *", "0 3 1 * *"),
    timeZone: fc.constantFrom("UTC", "Europe/Madrid"),
    beats: fc.boolean(),
    alone: fc.boolean(),
  })
  .map((it) =>
    (it.alone ? standAlone : policyOf)({
      retention: { last: it.last, daily: it.daily },
      brakes: { minPoints: it.minPoints, maxForgetPerMille: it.maxForgetPerMille },
      schedule: { cron: it.cron, timeZone: it.timeZone, jitterMs: 0, notDuring: [] },
      sources: [it.beats ? increments : database, registry, library],
    }),
  );

/** What became of one source at one point: nothing, a copy never read back, a damaged one, or a good one. */
const anyFate = fc.constantFrom<("none" | "written" | "damaged" | "good")[]>(
  "none",
  "written",
  "damaged",
  "good",
  "good",
  "good",
);
const anyPoint = fc.record({
  hoursAgo: fc.integer({ min: -30, max: 24 * 25 }),
  fates: fc.tuple(anyFate, anyFate, anyFate),
  differential: fc.boolean(),
});
const anyTracking = fc.record({
  retentionMs: fc.constantFrom(day, 2 * day, 5 * day),
  changeTracking: fc.constantFrom<("on" | "off" | "unknown")[]>("on", "on", "on", "off", "unknown"),
});

const anyWorld: fc.Arbitrary<World> = fc
  .record({
    policy: anyPolicy,
    points: fc.uniqueArray(anyPoint, { selector: (it) => it.hoursAgo, maxLength: 20 }),
    tracking: anyTracking,
  })
  .map(({ policy, points, tracking }) => {
    const snapshots: Snapshot[] = [];
    for (const { hoursAgo, fates, differential } of points.toSorted(
      (one, other) => other.hoursAgo - one.hoursAgo,
    )) {
      const due = noon - hoursAgo * hour;
      const base = snapshots.findLast((it) => it.source === "database" && it.mode === "full")?.id;
      for (const [at, source] of policy.sources.entries()) {
        if (fates[at] === "none") continue;
        const isIncrement = at === 0 && differential && base !== undefined;
        snapshots.push(
          snapshotOf(source, due, {
            ...(isIncrement ? { mode: "differential", base } : {}),
            ...(fates[at] === "written" ? { proofs: [] } : {}),
            ...(fates[at] === "damaged" ? { proofs: [failed(due)] } : {}),
          }),
        );
      }
    }
    const window = { own: trackingOf(), partners: { CAS: trackingOf({ ...tracking, links: [] }) } };
    return { policy, observed: observationOf(policy, snapshots, { window }) };
  });

function holds(law: (world: World) => void): void {
  fc.assert(fc.property(anyWorld, law), { numRuns: 200, seed: 20_261_122 });
}

function silence(policy: ResolvedPolicy): Observation["sources"] {
  const silent = { answers: false as const, problem: problemOf("It does not answer.") };
  return Object.fromEntries(policy.sources.map((source) => [source.name, silent]));
}

function worldOf({
  policy = policyOf(),
  snapshots,
  now = noon,
  changes,
}: Scene): World & { readonly now: Instant } {
  return { policy, observed: observationOf(policy, snapshots, changes), now };
}

/** Plans a scene as the command does. */
function planOf(scene: Scene): ReturnType<typeof makePlan> {
  const { policy, observed, now } = worldOf(scene);
  return makePlan([policy], [observed], now);
}
