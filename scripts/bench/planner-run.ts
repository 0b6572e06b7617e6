// One measurement of the planner in a process of its own: `node planner-run.ts plan POLICIES POINTS`,
// `simulate`, `often MINUTES` or `merge FOLDERS`. Prints JSON.
import { day, hour, minute } from "../../src/core/base/instant.ts";
import type { DurationMs } from "../../src/core/base/instant.ts";
import type { Observation } from "../../src/core/model/observation.ts";
import type { ResolvedPolicy } from "../../src/core/model/policy/resolved-policy.ts";
import type { Snapshot } from "../../src/core/model/repository/snapshot.ts";
import { makePlan } from "../../src/core/plan/make-plan.ts";
import { readPolicies } from "../../src/core/policy/read-policies.ts";
import { simulating } from "../../src/core/simulate/simulate-policy.ts";
import { mergeFolders } from "../../src/drivers/package-sources.ts";

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

const [work, ...sizes] = process.argv.slice(2);
const [size = 0, points = 0] = sizes.map(Number);
const policy = readPolicy();
const figures = measure();
process.stdout.write(JSON.stringify({ ...figures, peakBytes: process.resourceUsage().maxRSS * 1024 }));

function measure() {
  switch (work) {
    case "plan":
      return planAll(size, points);
    case "simulate":
      return simulateFor(policy, 366 * day);
    case "often":
      return simulateFor(everyMinutes(size), 30 * day);
    case "merge":
      return mergeMany(size);
    default:
      throw new Error(`No such work: ${work}`);
  }
}

function readPolicy(): ResolvedPolicy {
  const read = readPolicies([{ path: "one.yaml", text: policyText }]);
  const [only] = read.policies;
  if (only === undefined) throw new Error(read.problems.map((it) => it.message).join("\n"));
  return only;
}

/** The runs of a policy, and what becomes of them, from nothing. */
function simulateFor(simulated: ResolvedPolicy, span: DurationMs) {
  const observed = observe(simulated, []);
  const work = simulating({ policy: simulated, observed, from: now, until: now + span, failures: [] });
  const [milliseconds, captures] = timed(() => {
    let step = work.next();
    while (!step.done) step = work.next();
    return step.value.totals.captures;
  });
  return { milliseconds, size: captures };
}

/** One source, captured every so many minutes. */
function everyMinutes(minutes: number): ResolvedPolicy {
  const cron = minutes === 60 ? "0 * * * *" : `*/${minutes} * * * *`;
  return { ...policy, sources: policy.sources.slice(-1), schedule: { ...policy.schedule, cron } };
}

/** Source folders of so many packages, a few of which lie within others. */
function mergeMany(count: number) {
  const listed = Array.from({ length: count }, (_, at) => ({
    path: `\\\\files\\sources\\vendor${at % 97}\\product ${at}${at % 10 === 0 ? "" : "\\content"}`,
    user: `PS1${at.toString(16).padStart(5, "0")}`,
  }));
  const [milliseconds, folders] = timed(() => mergeFolders(listed));
  return { milliseconds, size: folders.length };
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
