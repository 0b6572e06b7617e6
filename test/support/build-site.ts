import { day, hour, minute } from "../../src/core/base/instant.ts";
import type { Instant } from "../../src/core/base/instant.ts";
import type { JsonObject } from "../../src/core/base/json.ts";
import type { Problem } from "../../src/core/base/problem.ts";
import type { DatabaseWindowFacts, Observation, WindowFacts } from "../../src/core/model/observation.ts";
import type { Outcome } from "../../src/core/model/outcome.ts";
import type { Plan, SitePlan } from "../../src/core/model/plan.ts";
import type { ResolvedPolicy } from "../../src/core/model/policy/resolved-policy.ts";
import type { Proof, Snapshot } from "../../src/core/model/repository/snapshot.ts";
import type { DatabaseAddress, SiteDatabase, Source } from "../../src/core/model/policy/source.ts";
import { pointSourcesOf } from "../../src/core/plan/points/points.ts";
import { aboutMachine } from "../../src/core/base/subject.ts";

/** Sunday 22 November 2026, 12:00 in UTC. */
export const noon: Instant = Date.UTC(2026, 10, 22, 12);

/** The due instant of the tests' schedule, 01:30 UTC, so many days before `noon`'s. */
export const dueDaysAgo = (days: number): Instant => Date.UTC(2026, 10, 22, 1, 30) - days * day;

export const address: DatabaseAddress = {
  server: "sql01.contoso.com",
  name: "CM_PS1",
  auth: { as: "windows" },
  encrypt: true,
  trustServerCertificate: false,
};

export const database: SiteDatabase = {
  kind: "site-database",
  name: "database",
  method: "native",
  database: address,
  full: "every-run",
  compression: true,
};
export const registry: Source = {
  kind: "windows-registry",
  name: "registry",
  keys: ["HKLM\\SOFTWARE\\Microsoft\\SMS"],
};
export const library: Source = {
  kind: "content-library",
  name: "library",
  discover: false,
  folders: ["E:\\SCCMContentLib"],
  verifyPerMille: 50,
};

/** A child primary, daily at 01:30 UTC, with a database, a registry and a library. */
export function policyOf(changes: Partial<ResolvedPolicy> = {}): ResolvedPolicy {
  return {
    name: "ps1",
    labels: {},
    site: {
      code: "PS1",
      type: "primary",
      parent: "CAS",
      servers: ["cm01.contoso.com"],
      installFolder: "D:\\ConfigMgr",
      database: address,
    },
    partners: { CAS: { ...address, server: "sqlcas.contoso.com", name: "CM_CAS" } },
    repository: { name: "main", location: { folder: "\\\\backup01\\sitekeep$" }, keys: [], encrypt: false },
    schedule: { cron: "30 1 * * *", timeZone: "UTC", jitterMs: 0, notDuring: [] },
    objectives: {
      maxDataAgeMs: 26 * hour,
      missedRuns: 1,
      noticeMs: 24 * hour,
      rebuildMs: 24 * hour,
      marginMs: 12 * hour,
      proofEveryMs: 30 * day,
      keyProofEveryMs: 90 * day,
      maxSkewMs: 6 * hour,
    },
    retention: { last: 3, daily: 14 },
    brakes: { minPoints: 2, maxForgetPerMille: 250 },
    throttle: { concurrency: 2 },
    sources: [database, registry, library],
    hooks: { before: [], after: [] },
    notify: [],
    expect: [],
    where: "policies/ps1.yaml:1",
    ...changes,
  };
}

export const standAlone = (changes: Partial<ResolvedPolicy> = {}): ResolvedPolicy => {
  const { parent: _, ...site } = policyOf().site;
  return policyOf({ site, partners: {}, ...changes });
};

/** Change tracking on, five days, a healthy link. */
export function trackingOf(changes: Partial<DatabaseWindowFacts> = {}): DatabaseWindowFacts {
  return {
    readAt: noon,
    clockOffsetMs: 0,
    changeTracking: "on",
    retentionMs: 5 * day,
    autoCleanup: true,
    recoveryFork: "fork",
    links: [{ partner: "CAS", state: "active", groups: [] }],
    ...changes,
  };
}

/** The same where the recovery fork is not shown. */
export function withoutFork(facts: DatabaseWindowFacts): DatabaseWindowFacts {
  const { recoveryFork: _, ...rest } = facts;
  return rest;
}

/** The same where the retention is not shown. */
export function withoutRetention(facts: DatabaseWindowFacts): DatabaseWindowFacts {
  const { retentionMs: _, ...rest } = facts;
  return rest;
}

/** What a partner shows to a login that may read its tables. */
export const versions = { currentVersion: "2000", minValidVersion: "1000" };

export const passed = (at: Instant): Proof => ({ level: "read", result: "passed", at, note: "re-read" });
export const failed = (at: Instant): Proof => ({
  level: "read",
  result: "failed",
  at,
  note: "1 object damaged",
});

let count = 0;

/** A verified full of one source, of a point. */
export function snapshotOf(source: Source, point: Instant, changes: Partial<Snapshot> = {}): Snapshot {
  const startedAt = changes.startedAt ?? point;
  return {
    id: `${source.name}-${String(++count).padStart(6, "0")}`,
    site: "PS1",
    policy: "ps1",
    source: source.name,
    kind: source.kind,
    mode: "full",
    point,
    startedAt,
    finishedAt: startedAt + 30 * minute,
    asOf: startedAt,
    files: 3,
    bytes: 3_000,
    addedBytes: 300,
    facts: {},
    problems: [],
    proofs: [passed(startedAt + 40 * minute)],
    ...changes,
  };
}

/** Every source of the policy at each of the points. */
export const pointsOf = (policy: ResolvedPolicy, ...dues: readonly Instant[]): readonly Snapshot[] =>
  dues.flatMap((due) =>
    policy.sources.map((source) => snapshotOf(source, due, { site: policy.site.code, policy: policy.name })),
  );

/** Every database of the policy's partners is read, and every link carries changes. */
export function windowOf({ site, partners }: Pick<ResolvedPolicy, "site" | "partners">): WindowFacts {
  const named = [...new Set([...Object.keys(partners), ...(site.parent === undefined ? [] : [site.parent])])];
  return {
    own: trackingOf({ links: named.map((partner) => ({ partner, state: "active", groups: [] })) }),
    partners: Object.fromEntries(named.map((it) => [it, trackingOf({ links: [], ...versions })])),
  };
}

/** Every source answers, everything is readable. */
export function observationOf(
  policy: ResolvedPolicy,
  snapshots: readonly Snapshot[],
  changes: Partial<Observation> = {},
): Observation {
  return {
    policy: policy.name,
    at: noon,
    sources: Object.fromEntries(
      policy.sources.map((it) => [it.name, { answers: true, facts: {}, risks: [] }]),
    ),
    snapshots,
    runs: [],
    window: windowOf(policy),
    ...changes,
  };
}

/** A problem with a thing of its own: two with other words are two. */
export const problemOf = (message: string): Problem => ({
  code: "file-missing",
  severity: "error",
  message,
  where: "PS1/library",
  hint: "Share it again.",
  about: aboutMachine({ kind: "file", path: message }),
});

/** The smallest world in which a plan can be applied: everything succeeds, what was captured is read back. */
export function apply(observed: Observation, plan: SitePlan, now: Instant): Observation {
  const captures = plan.actions.filter((it) => it.do === "capture");
  const forgets = plan.actions.filter((it) => it.do === "forget");
  const gone = new Set(forgets.flatMap((it) => it.snapshots));
  const read = new Set(plan.actions.flatMap((it) => (it.do === "verify" ? [it.snapshot] : [])));
  const kept = observed.snapshots
    .filter((it) => !gone.has(it.id))
    .map((it) => (read.has(it.id) ? { ...it, proofs: [...it.proofs, passed(now)] } : it));
  const made = captures.map((it) => {
    const source = plan.policy.sources.find((one) => one.name === it.source)!;
    const seen = observed.sources[source.name]!;
    return snapshotOf(source, it.point, {
      site: plan.site,
      policy: plan.policy.name,
      mode: it.mode,
      pointSources: pointSourcesOf(plan.policy),
      startedAt: now,
      ...(it.base === undefined ? {} : { base: it.base }),
      facts: seen.answers ? { ...seen.facts, ...setGuidOf(seen.facts) } : {},
    });
  });
  const outcomes = forgets.map((it, at): Outcome => ({
    site: plan.site,
    action: captures.length + at,
    title: `forget ${it.point}`,
    result: "done",
    startedAt: now,
    finishedAt: now,
    forgot: it.point,
  }));
  const run = {
    id: `cm01-${now}`,
    machine: "cm01",
    sequence: 1,
    startedAt: now,
    trigger: "apply" as const,
    planDigest: "",
    sites: [plan.site],
    finished: { at: now, outcomes, result: "done" as const },
  };
  return {
    ...observed,
    snapshots: [...kept, ...made],
    runs: [run, ...observed.runs],
  };
}

/** A full of ours becomes the base that the server names. */
function setGuidOf(facts: JsonObject): JsonObject {
  const bases = facts["differentialBases"];
  return Array.isArray(bases) ? { setGuid: bases[0] } : {};
}

/** A plan of these sites, made at noon. */
export const planOf = (...sites: readonly SitePlan[]): Plan => ({
  apiVersion: "sitekeep/plan/v1",
  madeAt: noon,
  expiresAt: noon + day,
  sites,
});
