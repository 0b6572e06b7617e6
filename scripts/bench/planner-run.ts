// One measurement of the planner in a process of its own: `node planner-run.ts plan POLICIES POINTS` or
// `simulate`. Prints JSON.
import { day, hour, minute } from "../../src/core/base/instant.ts";
import type { Observation } from "../../src/core/model/observation.ts";
import type { ResolvedPolicy } from "../../src/core/model/policy/resolved-policy.ts";
import type { Snapshot } from "../../src/core/model/repository/snapshot.ts";
import { makePlan } from "../../src/core/plan/make-plan.ts";
import { readPolicies } from "../../src/core/policy/read-policies.ts";
import { simulatePolicy } from "../../src/core/simulate/simulate-policy.ts";

const now = Date.UTC(2026, 10, 22, 12);
const newestDue = Date.UTC(2026, 10, 22, 1, 30);

/** A stand-alone site of ten sources, in a zone whose clocks change. */
const policyText = `
apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: 'E:\\repository' }
encrypt: false
---
apiVersion: sitekeep/v1
kind: BackupPolicy
metadata: { name: one }
site: { code: ONE, type: primary, installFolder: 'D:\\ConfigMgr', database: { server: sql01.contoso.com, name: CM_ONE, auth: windows } }
repository: main
schedule: { cron: '30 1 * * *', timeZone: Europe/Madrid }
retention: { last: 3, daily: 14, weekly: 8, monthly: 12, within: 6d }
defaultSources: false
sources:
  database: { kind: site-database, differential: 6h, staging: { sql: 'E:\\stage', read: '\\\\sql01\\stage$' } }
  registry: { kind: windows-registry }
${Array.from({ length: 8 }, (_, at) => `  scripts${at}: { kind: folder, root: 'D:\\scripts${at}' }`).join("\n")}
`;

const [work, policies, points] = process.argv.slice(2);
const policy = readPolicy();
const figures = work === "simulate" ? simulateYear() : planAll(Number(policies), Number(points));
process.stdout.write(JSON.stringify({ ...figures, peakBytes: process.resourceUsage().maxRSS * 1024 }));

function readPolicy(): ResolvedPolicy {
  const read = readPolicies([{ path: "one.yaml", text: policyText }]);
  const [only] = read.policies;
  if (only === undefined) throw new Error(read.problems.map((it) => it.message).join("\n"));
  return only;
}

/** A year of daily fulls and six-hourly differentials, from nothing. */
function simulateYear() {
  const setting = { policy, observed: observe(policy, []), from: now, until: now + 366 * day, failures: [] };
  const [milliseconds, simulation] = timed(() => simulatePolicy(setting));
  return { milliseconds, size: simulation.totals.captures };
}

/** One plan of so many policies, each with so many points, a day apart: some are to go, and one is due. */
function planAll(count: number, pointsEach: number) {
  const all = Array.from({ length: count }, (_, at) => policyAs(`P${String(at).padStart(4, "0")}`));
  const observations = all.map((it) => observe(it, snapshotsOf(it, pointsEach)));
  const [milliseconds] = timed(() => makePlan(all, observations, now));
  return { milliseconds, size: observations.reduce((total, it) => total + it.snapshots.length, 0) };
}

function timed<Result>(work: () => Result): readonly [number, Result] {
  const before = performance.now();
  const result = work();
  return [performance.now() - before, result];
}

function policyAs(code: string): ResolvedPolicy {
  return { ...policy, name: code.toLowerCase(), site: { ...policy.site, code } };
}

function snapshotsOf({ name, site, sources }: ResolvedPolicy, count: number): readonly Snapshot[] {
  const dues = Array.from({ length: count }, (_, back) => newestDue - (count - back) * day);
  return dues.flatMap((point) =>
    sources.map((source) => ({
      id: `${point}-${site.code}-${source.name}`,
      site: site.code,
      policy: name,
      source: source.name,
      kind: source.kind,
      mode: "full" as const,
      point,
      pointSources: sources.map((it) => it.name),
      startedAt: point,
      finishedAt: point + 20 * minute,
      asOf: point,
      files: 3,
      bytes: 3_000,
      addedBytes: 300,
      facts: {},
      problems: [],
      proofs: [{ level: "read" as const, result: "passed" as const, at: point + hour, note: "all" }],
    })),
  );
}

function observe({ name, sources }: ResolvedPolicy, snapshots: readonly Snapshot[]): Observation {
  const answers = { answers: true, facts: {}, risks: [] } as const;
  const own = {
    readAt: now,
    clockOffsetMs: 0,
    changeTracking: "on",
    retentionMs: 5 * day,
    links: [],
  } as const;
  return {
    policy: name,
    at: now,
    sources: Object.fromEntries(sources.map((it) => [it.name, answers])),
    snapshots,
    runs: [],
    window: { own, partners: {} },
  };
}
