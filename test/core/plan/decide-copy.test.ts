import { expect, test } from "vitest";
import { formatMinute, hour, minute } from "../../../src/core/base/instant.ts";
import type { Instant } from "../../../src/core/base/instant.ts";
import type { Observation } from "../../../src/core/model/observation.ts";
import type { Action, SitePlan } from "../../../src/core/model/plan.ts";
import type { RepositoryCopy, ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import type { Snapshot } from "../../../src/core/model/repository/snapshot.ts";
import { planCopies } from "../../../src/core/plan/plan-copies.ts";
import { planSite } from "../../../src/core/plan/make-plan.ts";
import { renderPlan } from "../../../src/core/report/render-plan.ts";
import { staleFacts } from "../../../src/core/plan/stale-facts.ts";
import { summariseStatus } from "../../../src/core/plan/summarise-status.ts";
import {
  apply,
  database,
  dueDaysAgo,
  failed,
  noon,
  observationOf,
  passed,
  pointsOf,
  policyOf,
  problemOf,
  snapshotOf,
  planOf,
} from "../../support/build-site.ts";

const place = (name: string) => ({ name, location: { folder: `/${name}` }, keys: [], encrypt: false });
const days = (count: number) => Array.from({ length: count }, (_, back) => dueDaysAgo(count - 1 - back));
/** Without a window no point is kept for being outside it. */
const unread = { window: { own: { problem: problemOf("It does not answer.") }, partners: {} } };

test("a point that is captured is copied by the same plan, before anything is forgotten", () => {
  const policy = copied({ retention: { last: 2 } }, { retention: { last: 2 } });
  const main = pointsOf(policy, ...days(6).map((due) => due - 24 * hour));
  const { actions } = planSite(policy, seen(policy, main, []), noon);
  expect(actions.map(words)).toEqual([
    "capture database",
    "capture registry",
    "capture library",
    "copy 2026-11-22 01:30Z: 0 + 3",
    "copy 2026-11-21 01:30Z: 3 + 0",
    "forget",
    "forget",
  ]);
});

test("only points that the copies' own retention keeps are copied, and what it lets go is forgotten there", () => {
  const policy = copied({ brakes: { minPoints: 1, maxForgetPerMille: 1000 } }, { retention: { last: 2 } });
  const main = pointsOf(policy, ...days(6));
  const before = seen(policy, main, main.slice(0, 9), unread);
  const plan = planSite(policy, before, noon);
  expect(plan.actions.map(words)).toEqual([
    "copy 2026-11-22 01:30Z: 3 + 0",
    "copy 2026-11-21 01:30Z: 3 + 0",
    "forget-copy 2026-11-17 01:30Z",
    "forget-copy 2026-11-18 01:30Z",
    "forget-copy 2026-11-19 01:30Z",
  ]);
  expect(planSite(policy, done(before, plan), noon).actions).toEqual([]);
});

test("an applied plan plans to nothing, day after day, whatever the copies' retention", () => {
  for (const retention of [undefined, { last: 1 }, { weekly: 3 }, { monthly: 2, last: 2 }]) {
    const policy = copied({}, retention ? { retention } : {});
    let observed = seen(policy, [], [], unread);
    for (const due of days(40)) {
      const now = due + hour;
      observed = { ...observed, at: now };
      const plan = planSite(policy, observed, now);
      expect(plan.actions.some((it) => it.do === "copy")).toBe(true);
      observed = done(observed, plan, now);
      const rest = planSite(policy, observed, now).actions;
      // What the brake held back goes on another day.
      expect(rest.filter((it) => it.do !== "forget" && it.do !== "forget-copy")).toEqual([]);
    }
  }
});

test("the brake of the copies counts what was forgotten there and nothing else", () => {
  const policy = copied({ retention: { last: "all" } }, { retention: { last: 1 } });
  const main = pointsOf(policy, ...days(12));
  const first = seen(policy, main, main, unread);
  const plan = planSite(policy, first, noon);
  expect(forgottenIn(plan)).toBe(3);
  const second = done(first, plan);
  expect(forgottenIn(planSite(policy, second, noon))).toBe(0);
  expect(forgottenIn(planSite(policy, second, noon + 24 * hour))).toBe(3);
});

test("a differential comes behind its full, also where the full's own point is not kept there", () => {
  const policy = copied({ sources: [database] }, { retention: { last: 1 } }, { minPoints: 1 });
  const full = snapshotOf(database, dueDaysAgo(3));
  const differential = snapshotOf(database, dueDaysAgo(0), {
    mode: "differential",
    base: full.id,
    startedAt: dueDaysAgo(0) + hour,
  });
  const observed = seen(policy, [differential, full], [], unread);
  const plan = planSite(policy, observed, noon);
  const copies = plan.actions.flatMap((it) => (it.do === "copy" ? [it.snapshots] : []));
  expect(copies).toEqual([[full.id, differential.id]]);
  expect(planSite(policy, done(observed, plan), noon).actions).toEqual([]);
});

test("what is damaged is not copied, and a damaged copy is a risk and written again", () => {
  const policy = copied({}, {});
  const [one, ...others] = pointsOf(policy, dueDaysAgo(0));
  const broken = { ...one!, proofs: [failed(noon)] };
  expect(planCopies(policy, seen(policy, [broken, ...others], []), { now: noon }).actions.map(words)).toEqual(
    ["copy 2026-11-22 01:30Z: 2 + 0"],
  );
  const plan = planSite(policy, seen(policy, [one!, ...others], [broken, ...others]), noon);
  expect(plan.actions).toMatchObject([{ do: "copy", snapshots: [one!.id], expected: 0 }]);
  expect(plan.risks.map((it) => it.code)).toContain("copy-damaged");
  // Where the original is damaged too, there is nothing to write it from.
  const both = seen(policy, [broken, ...others], [broken, ...others]);
  expect(planCopies(policy, both, { now: noon }).actions).toEqual([]);
});

test("a copy that was never read back is taken up again", () => {
  const policy = copied({}, {});
  const [one, ...others] = pointsOf(policy, dueDaysAgo(0));
  const observed = seen(policy, [one!, ...others], [{ ...one!, proofs: [] }, ...others]);
  const { actions } = planSite(policy, observed, noon);
  expect(actions).toMatchObject([{ do: "copy", snapshots: [one!.id] }]);
});

test("a repository of copies that can't be read is a risk, and stops neither captures nor another one's copies", () => {
  const copies = ["offsite", "vault"].map((name) => ({ repository: place(name) }));
  const policy = policyOf({ repository: { ...place("main"), copies } });
  const main = pointsOf(policy, dueDaysAgo(0));
  const observed = observationOf(policy, main, {
    copies: [
      { repository: "offsite", snapshots: [], problem: problemOf("The share does not answer.") },
      { repository: "vault", snapshots: [] },
    ],
  });
  const { actions, risks } = planSite(policy, observed, noon);
  expect(actions).toMatchObject([{ do: "copy", to: "vault" }]);
  expect(risks.map((it) => it.message)).toContain(
    "Points of PS1 can't be copied to offsite: The share does not answer.",
  );
  expect(planCopies(policy, observed, { now: noon, to: "offsite" }).actions).toEqual([]);
});

test("a copy that a prune of its repository left unconfirmed is looked at there, the newest of each source", () => {
  const policy = copied({}, {});
  const main = pointsOf(policy, ...days(2));
  const there = main.map((it) => ({ ...it, unconfirmed: true as const }));
  const observed = seen(policy, main, there);
  const plan = planSite(policy, observed, noon);
  expect(plan.actions.map(words)).toEqual(["verify database", "verify registry", "verify library"]);
  expect(plan.actions).toMatchObject(main.slice(3).map(({ id }) => ({ in: "offsite", snapshot: id })));
  const text = renderPlan(planOf(plan));
  expect(text).toContain(
    "Overtaken by a prune of offsite:\n    = verify database (site-database) of 2026-11-22 01:30Z in offsite\n",
  );
  expect(staleFacts(plan, observed)).toEqual([]);
  expect(staleFacts(plan, seen(policy, main, there.slice(0, 5)))).toHaveLength(1);
  // One that was never read is read when it is copied; one that can't be reached is no step.
  const neverRead = there.map((it) => ({ ...it, proofs: [] }));
  expect(new Set(planSite(policy, seen(policy, main, neverRead), noon).actions.map((it) => it.do))).toEqual(
    new Set(["copy"]),
  );
  const copies = [{ repository: "offsite", snapshots: there, problem: problemOf("It is away.") }];
  expect(planSite(policy, { ...observed, copies }, noon).actions).toEqual([]);
});

test("a saved plan is stale when somebody else has copied the point meanwhile", () => {
  const policy = copied({}, {});
  const main = pointsOf(policy, dueDaysAgo(0));
  const plan = planSite(policy, seen(policy, main, []), noon);
  expect(staleFacts(plan, seen(policy, main, []))).toEqual([]);
  expect(staleFacts(plan, seen(policy, main, main)).map((it) => it.name)).toEqual([
    "PS1 point 2026-11-22T01:30:00.000Z in offsite",
  ]);
});

test("status counts points that one repository alone holds, and says how old the newest copied one is, and since when it is proven", () => {
  const policy = copied({}, {});
  const main = pointsOf(policy, ...days(4));
  const gone = pointsOf(policy, dueDaysAgo(9));
  // Of the newest point the library is not there yet, and that of the day before has not been read.
  const there = [
    ...gone,
    ...main.slice(0, 4),
    // Read more often than the others of its point.
    { ...main[4]!, proofs: [...main[4]!.proofs, passed(noon)] },
    main[5]!,
    { ...main[6]!, proofs: [] },
    main[7]!,
    main[8]!,
    ...main.slice(9, 11),
  ];
  const [status] = summariseStatus([policy], [seen(policy, main, there)], noon);
  const ageMs = noon - dueDaysAgo(2);
  const newest = { due: dueDaysAgo(2), ageMs, provenAgeMs: ageMs - 40 * minute };
  expect(status!.copies).toEqual({
    onlyOnce: 3,
    repositories: [{ repository: "offsite", points: 3, newest }],
  });
  const written = { level: "written", result: "passed", at: noon, note: "" } as const;
  const [other] = summariseStatus(
    [policy],
    [seen(policy, main, [{ ...main[3]!, proofs: [written] }, ...main.slice(4, 6)])],
    noon,
  );
  expect(other!.copies!.repositories[0]!.newest).toEqual({ due: dueDaysAgo(2), ageMs });
  expect(summariseStatus([policyOf()], [observationOf(policyOf(), main)], noon)[0]).not.toHaveProperty(
    "copies",
  );
});

function copied(
  changes: Partial<ResolvedPolicy>,
  copy: Pick<RepositoryCopy, "retention">,
  brakes: Partial<ResolvedPolicy["brakes"]> = {},
): ResolvedPolicy {
  const repository = { ...place("main"), copies: [{ repository: place("offsite"), ...copy }] };
  const policy = policyOf({ ...changes, repository });
  return { ...policy, brakes: { ...policy.brakes, ...brakes } };
}

function seen(
  policy: ResolvedPolicy,
  main: readonly Snapshot[],
  there: readonly Snapshot[],
  changes: Partial<Observation> = {},
): Observation {
  return observationOf(policy, main, { copies: [{ repository: "offsite", snapshots: there }], ...changes });
}

/** The world after a plan was applied and everything succeeded, copies included. */
function done(observed: Observation, plan: SitePlan, now: Instant = noon): Observation {
  const [copies] = observed.copies!;
  const main = apply(observed, { ...plan, actions: plan.actions.filter((it) => it.do !== "forget") }, now);
  const dues = new Set(plan.actions.flatMap((it) => (it.do === "copy" && it.expected > 0 ? [it.point] : [])));
  const ids = new Set(plan.actions.flatMap((it) => (it.do === "copy" ? it.snapshots : [])));
  const taken = main.snapshots.filter((it) => ids.has(it.id) || dues.has(it.point));
  const gone = new Set(plan.actions.flatMap((it) => (it.do === "forget-copy" ? it.snapshots : [])));
  const there = new Map(
    [...copies!.snapshots, ...taken.map((it) => ({ ...it, proofs: [passed(now)] }))].map((it) => [it.id, it]),
  );
  const after = apply(observed, plan, now);
  const [run, ...earlier] = after.runs;
  const outcomes = plan.actions.flatMap((it, action) =>
    it.do === "forget-copy"
      ? [
          {
            site: plan.site,
            action,
            title: "forget",
            result: "done" as const,
            startedAt: now,
            finishedAt: now,
            forgotCopy: { repository: it.from, point: it.point },
          },
        ]
      : [],
  );
  const finished = { ...run!.finished!, outcomes: [...run!.finished!.outcomes, ...outcomes] };
  const forgotten = new Set(plan.actions.flatMap((it) => (it.do === "forget" ? it.snapshots : [])));
  return {
    ...after,
    snapshots: main.snapshots.filter((it) => !forgotten.has(it.id)),
    runs: [{ ...run!, finished }, ...earlier],
    copies: [{ ...copies!, snapshots: [...there.values()].filter((it) => !gone.has(it.id)) }],
  };
}

function words(action: Action): string {
  switch (action.do) {
    case "copy":
      return `copy ${formatMinute(action.point)}: ${action.snapshots.length} + ${action.expected}`;
    case "forget-copy":
      return `forget-copy ${formatMinute(action.point)}`;
    case "forget":
      return "forget";
    case "capture":
    case "verify":
    case "skip":
      return `${action.do} ${action.source}`;
  }
}

function forgottenIn({ actions }: SitePlan): number {
  return actions.filter((it) => it.do === "forget-copy").length;
}
