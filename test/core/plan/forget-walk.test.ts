import { expect, test } from "vitest";
import { day, hour, minute } from "../../../src/core/base/instant.ts";
import type { DurationMs, Instant } from "../../../src/core/base/instant.ts";
import type { Hold } from "../../../src/core/model/repository/hold.ts";
import type { Observation } from "../../../src/core/model/observation.ts";
import type { ForgetAction, SitePlan } from "../../../src/core/model/plan.ts";
import type { ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import type { Proof, Snapshot } from "../../../src/core/model/repository/snapshot.ts";
import { forbiddenForget } from "../../../src/core/plan/forget-guards.ts";
import { planSite } from "../../../src/core/plan/make-plan.ts";
import { pointSourcesOf } from "../../../src/core/plan/points/points.ts";
import { surveySite } from "../../../src/core/plan/survey/survey.ts";
import { SeededRandom } from "../../support/seeded-random.ts";
import { orphans, protectedPoints } from "../../support/protected-points.ts";
import {
  database,
  library,
  noon,
  observationOf,
  policyOf,
  problemOf,
  registry,
  snapshotOf,
  trackingOf,
} from "../../support/build-site.ts";

const walks = 60;
const steps = 45;

test("whatever befalls clocks, captures, proofs, the window and the policy, no forget takes a protected point", () => {
  const seen = { forgets: 0, heldBack: 0, taken: [] as string[], protections: new Set<string>() };
  for (let seed = 1; seed <= walks; seed++) {
    const walk = new Walk(seed);
    for (let step = 0; step < steps; step++) walk.step();
    seen.forgets += walk.forgets;
    seen.heldBack += walk.heldBack;
    seen.taken.push(...walk.taken.map((it) => `walk ${seed}: ${it}`));
    for (const why of walk.protections) seen.protections.add(why);
  }
  expect(seen.taken).toEqual([]);
  // What the walks went through, so that they can't come to say nothing.
  expect(seen.forgets).toBeGreaterThan(500);
  expect(seen.heldBack).toBeGreaterThan(20);
  expect(seen.protections.size).toBe(10);
});

/** A site to which things happen by chance, and the planner's and executor's answer to each. */
class Walk {
  forgets = 0;
  heldBack = 0;
  readonly taken: string[] = [];
  readonly protections = new Set<string>();
  readonly #chance: SeededRandom;
  #now: Instant = noon;
  #policy: ResolvedPolicy = policyOf({ retention: { last: 2, daily: 5, weekly: 3 } });
  #snapshots: readonly Snapshot[] = [];
  #forgotten: { readonly at: Instant; readonly point: Instant }[] = [];
  #holds: readonly Hold[] = [];
  #trackedMs: DurationMs | undefined = 5 * day;

  constructor(seed: number) {
    this.#chance = new SeededRandom(seed);
  }

  step(): void {
    this.#befall();
    const plan = planSite(this.#policy, this.#observe(), this.#now);
    this.#capture(plan);
    for (const action of plan.actions) {
      if (action.do !== "forget") continue;
      if (this.#oneIn(25)) return; // The run dies here.
      this.#now += minute;
      this.#forget(action);
    }
  }

  #befall(): void {
    const chance = this.#chance;
    const clocks = [day, day, day, day, 6 * hour, 2 * day, 9 * day, 40 * day, -2 * hour, -day, -8 * day];
    this.#now += chance.pick(clocks) + chance.below(60) * minute;
    if (this.#oneIn(5)) this.#policy = this.#edited();
    if (this.#oneIn(4)) this.#trackedMs = chance.pick([undefined, day, 3 * day, 5 * day, 14 * day]);
    if (this.#oneIn(3)) this.#prove();
    if (this.#oneIn(4)) this.#increment();
    if (this.#oneIn(8)) this.#hold(this.#snapshots);
    if (this.#oneIn(8)) this.#holds = this.#holds.slice(1);
  }

  #edited(): ResolvedPolicy {
    const chance = this.#chance;
    const retention = chance.pick([
      { last: 1 },
      { last: 3, daily: 7 },
      { weekly: 2 },
      { withinMs: 2 * day },
      { withinMonths: 1, yearly: "all" as const },
      { daily: 2, dayStartsAtMs: 6 * hour },
      { monthly: 1 },
    ]);
    return policyOf({
      retention,
      brakes: { minPoints: chance.pick([1, 1, 2, 4]), maxForgetPerMille: chance.pick([250, 1_000]) },
      sources: chance.pick([
        [database, registry, library],
        [database, registry],
        [database],
        [registry, library],
      ]),
      schedule: { ...policyOf().schedule, cron: chance.pick(["30 1 * * *", "30 1 * * 0", "0 */6 * * *"]) },
    });
  }

  /** Something old is read again, and is found to be whole or damaged. */
  #prove(): void {
    if (this.#snapshots.length === 0) return;
    const chosen = this.#chance.pick(this.#snapshots);
    const proof = this.#proof(this.#chance.pick(["passed", "failed", "failed"]));
    this.#snapshots = this.#snapshots.map((it) =>
      it === chosen ? { ...it, proofs: [...it.proofs, proof] } : it,
    );
  }

  #hold(among: readonly Snapshot[]): void {
    if (among.length === 0) return;
    const { id, site } = this.#chance.pick(among);
    this.#holds = [
      ...this.#holds,
      { id: `hold-${id}`, site, snapshots: [id], at: this.#now, by: "", note: "" },
    ];
  }

  /** A differential of some full joins the newest point, or its full's. */
  #increment(): void {
    const fulls = this.#snapshots.filter((it) => it.source === "database");
    if (fulls.length === 0) return;
    const base = this.#chance.pick(fulls);
    const newest = Math.max(...this.#snapshots.map((it) => it.point));
    this.#add("database", this.#chance.pick([newest, base.point]), { mode: "differential", base: base.id });
  }

  #capture({ actions }: SitePlan): void {
    for (const action of actions) {
      if (action.do === "verify" && !this.#oneIn(4)) {
        const proof = this.#proof(this.#oneIn(5) ? "failed" : "passed");
        this.#snapshots = this.#snapshots.map((it) =>
          it.id === action.snapshot ? { ...it, proofs: [...it.proofs, proof] } : it,
        );
      }
      if (action.do !== "capture" || this.#oneIn(5)) continue;
      this.#now += 5 * minute;
      const base = action.base === undefined ? {} : { base: action.base };
      this.#add(action.source, action.point, { mode: action.mode, ...base });
    }
  }

  #add(name: string, point: Instant, changes: Partial<Snapshot>): void {
    const source = [database, registry, library].find((it) => it.name === name)!;
    const proofs = this.#oneIn(6) ? [] : [this.#proof(this.#oneIn(6) ? "failed" : "passed")];
    const pointSources = pointSourcesOf(this.#policy);
    const made = snapshotOf(source, point, { startedAt: this.#now, pointSources, proofs, ...changes });
    this.#snapshots = [...this.#snapshots, made];
  }

  #proof(result: Proof["result"]): Proof {
    return { level: "read", result, at: this.#now, note: "" };
  }

  #forget(action: ForgetAction): void {
    // Somebody says so while the run is already at work.
    if (this.#oneIn(20)) this.#hold(this.#snapshots.filter((it) => it.point === action.point));
    const observed = this.#observe();
    const { windowMs, state } = surveySite(this.#policy, observed, this.#now).window;
    const window = windowMs === undefined || state === "none" ? {} : { windowMs };
    const guarded = protectedPoints({
      policy: this.#policy,
      snapshots: this.#snapshots,
      now: this.#now,
      held: this.#holds.flatMap((it) => it.snapshots),
      ...window,
    });
    for (const why of guarded.values()) this.protections.add(why);
    if (forbiddenForget(this.#policy, observed, action) !== undefined) {
      this.heldBack++;
      return;
    }
    const why = guarded.get(action.point);
    if (why !== undefined) this.taken.push(`${new Date(action.point).toISOString()} was ${why}`);
    const before = orphans(this.#snapshots).length;
    this.#snapshots = this.#snapshots.filter((it) => !action.snapshots.includes(it.id));
    if (orphans(this.#snapshots).length > before) this.taken.push("what another snapshot is laid on");
    this.#forgotten.push({ at: this.#now, point: action.point });
    this.forgets++;
  }

  #observe(): Observation {
    const { [0]: silent } = this.#oneIn(4) ? [this.#chance.pick(this.#policy.sources)] : [];
    const tracking =
      this.#trackedMs === undefined
        ? { problem: problemOf("The server does not answer.") }
        : trackingOf({ retentionMs: this.#trackedMs, readAt: this.#now });
    const observed = observationOf(this.#policy, this.#snapshots, {
      at: this.#now,
      holds: { living: this.#holds, unreadable: [] },
      window: { own: tracking, partners: { CAS: tracking } },
    });
    if (silent === undefined) return observed;
    const silence = { answers: false, problem: problemOf("It does not answer.") } as const;
    return { ...observed, sources: { ...observed.sources, [silent.name]: silence } };
  }

  #oneIn(count: number): boolean {
    return this.#chance.below(count) === 0;
  }
}
