import { expect, test } from "vitest";
import { day, hour, minute } from "../../../src/core/base/instant.ts";
import type { Instant } from "../../../src/core/base/instant.ts";
import type { Problem } from "../../../src/core/base/problem.ts";
import type { Observation } from "../../../src/core/model/observation.ts";
import type { ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import type { Run } from "../../../src/core/model/run.ts";
import { summariseStatus } from "../../../src/core/plan/summarise-status.ts";
import { renderStatus } from "../../../src/core/report/render-status.ts";
import {
  database,
  dueDaysAgo,
  library,
  noon,
  observationOf,
  pointsOf,
  policyOf,
  problemOf,
  snapshotOf,
  trackingOf,
  versions,
} from "../../support/build-site.ts";

const policy = policyOf();
const quiet = observationOf(policy, pointsOf(policy, dueDaysAgo(2), dueDaysAgo(1), dueDaysAgo(0)));

test("a site with all its points, proofs and answers keeps its promises", () => {
  check(quiet, "kept");
});

test("a database older than promised is a broken promise, one exactly as old is not", () => {
  check(quiet, "broken data-too-old", { now: dueDaysAgo(0) + 26 * hour + 1 });
  check(quiet, "at-risk", { now: dueDaysAgo(0) + 26 * hour });
});

test("a site without any copy is broken", () => {
  check(observationOf(policy, []), "broken data-too-old");
});

test("a silent source puts a site at risk", () => {
  const sources = { ...quiet.sources, library: { answers: false as const, problem: problemOf("Gone.") } };
  check({ ...quiet, sources }, "at-risk file-missing");
});

test("a point that lacks a source puts a site at risk", () => {
  check({ ...quiet, snapshots: quiet.snapshots.slice(0, -1) }, "at-risk");
});

test("a source that was never captured puts a site at risk, though its points were complete without it", () => {
  const before = policyOf({ sources: policy.sources.filter((it) => it.name !== "library") });
  check({ ...quiet, snapshots: pointsOf(before, dueDaysAgo(0)) }, "at-risk");
});

test("a policy without the site database promises nothing about its age and its window", () => {
  const others = policyOf({ sources: [library] });
  check(observationOf(others, pointsOf(others, dueDaysAgo(0))), "kept", { policy: others });
});

test("change tracking that is off breaks the promise of the window", () => {
  const window = { own: trackingOf(), partners: { CAS: trackingOf({ changeTracking: "off" }) } };
  check({ ...quiet, window }, "broken window-outside");
});

test("a partner's clock that is minutes apart is told, whichever way", () => {
  const apart = (clockOffsetMs: number) => ({
    ...quiet,
    window: { own: trackingOf(), partners: { CAS: trackingOf({ clockOffsetMs, ...versions }) } },
  });
  check(apart(5 * minute), "at-risk clock-apart");
  check(apart(-5 * minute), "at-risk clock-apart");
  check(apart(4 * minute), "kept");
});

test("a step of the last run that failed is told, unless its problem is still there to be seen", () => {
  const outcome = (problem: Problem) => ({
    site: "PS1",
    title: "capture PS1/library",
    result: "failed" as const,
    startedAt: noon,
    finishedAt: noon,
    problem,
  });
  const outcomes = [
    outcome(problemOf("The disk was full.")),
    outcome({ ...problemOf("Gone."), message: "It had gone." }),
  ];
  const run: Run = {
    id: "cm01-00000001",
    machine: "cm01",
    sequence: 1,
    startedAt: noon,
    trigger: "apply",
    planDigest: "",
    sites: ["PS1"],
    finished: { at: noon, outcomes, result: "some-failed" },
  };
  const sources = { ...quiet.sources, library: { answers: false as const, problem: problemOf("Gone.") } };
  const [status] = summariseStatus([policy], [{ ...quiet, sources, runs: [run] }], noon);
  expect(status!.lastRun?.failed.map(({ problem }) => problem.message)).toEqual(["The disk was full."]);
});

test("closing is announced while there is time: when fewer than two runs fit before it", () => {
  const objectives = {
    ...policy.objectives,
    maxDataAgeMs: 10 * day,
    missedRuns: 0,
    noticeMs: 0,
    marginMs: 0,
  };
  const every = (cron: string) => policyOf({ schedule: { ...policy.schedule, cron }, objectives });
  const [daily, everyThirdDay] = [every("30 1 * * *"), every("30 1 */3 * *")];
  check(observationOf(daily, pointsOf(daily, dueDaysAgo(0))), "kept", { policy: daily });
  check(observationOf(everyThirdDay, pointsOf(everyThirdDay, dueDaysAgo(0))), "at-risk", {
    policy: everyThirdDay,
  });
});

test("a newer copy that was not read back does not take the place of a proven one in the window", () => {
  const written = { level: "written", result: "passed", at: noon, note: "all objects are there" } as const;
  const unread = snapshotOf(database, dueDaysAgo(0), { proofs: [written] });
  const snapshots = quiet.snapshots.map((it) =>
    it.source === "database" && it.point === dueDaysAgo(0) ? unread : it,
  );
  check({ ...quiet, snapshots }, "at-risk proof-overdue");
  const [status] = summariseStatus([policy], [{ ...quiet, snapshots }], noon);
  expect(status!.window).toMatchObject({ state: "inside", expiresAt: dueDaysAgo(1) + 5 * day });
});

test("snapshots that were not read back within the promised time are named", () => {
  const old = { proofs: [{ level: "read", result: "passed", at: noon - 31 * day, note: "" }] } as const;
  const snapshots = [...quiet.snapshots.slice(0, -1), snapshotOf(library, dueDaysAgo(0), old)];
  check({ ...quiet, snapshots }, "at-risk proof-overdue");
});

test("an unreadable repository is broken, and nothing else is claimed", () => {
  check(
    { ...quiet, snapshots: [], repositoryProblem: problemOf("It can't be opened.") },
    "broken file-missing",
  );
});

test("the table shows every site, its sources and what is wrong", async () => {
  const other = policyOf({
    name: "ps2",
    site: { ...policy.site, code: "PS2" },
    sources: [database, library],
  });
  const sources = {
    database: { answers: true as const, facts: {}, risks: [] },
    library: { answers: false as const, problem: problemOf("E:\\SCCMContentLib can't be read.") },
  };
  const seen = observationOf(other, pointsOf(other, dueDaysAgo(1)), { sources });
  const text = renderStatus(summariseStatus([other, policy], [quiet, seen], noon), noon);
  await expect(text).toMatchFileSnapshot("../../golden/plans/status-of-two-sites.txt");
});

test("what the policy accepts stands below the problems", () => {
  const accepts = [{ risk: "retention-short", because: "It is a lab." }] as const;
  const lab = policyOf({ retention: { last: 1 }, accepts });
  const text = renderStatus(summariseStatus([lab], [observationOf(lab, [])], noon), noon);
  expect(text).toMatch(
    /\n {2}! There is no copy[^\n]*\n {6}→ [^\n]*\n {2}accepted {2}Retention of PS1 [^\n]* \(It is a lab\)\n$/,
  );
});

function check(
  observed: Observation,
  expected: string,
  { policy: judged = policy, now = noon }: { readonly policy?: ResolvedPolicy; readonly now?: Instant } = {},
): void {
  const [status] = summariseStatus([judged], [observed], now);
  expect([status!.state, ...status!.problems.map((it) => it.code)].join(" ")).toBe(expected);
}

test("what is wrong with a newest copy stays in sight, and what passed by itself does not", () => {
  const remark = (code: Problem["code"], message: string): Problem => ({
    code,
    severity: "risk",
    message,
    where: "PS1/library",
    hint: "",
  });
  const damaged = [1, 2, 3, 4, 5].map((it) => remark("file-damaged", `object ${it}`));
  const problems = [remark("file-changed-while-read", "a temporary file"), ...damaged];
  const status = statusWithRemarks(problems);
  expect(status.state).toBe("at-risk");
  expect(status.problems.map((it) => it.message)).toEqual([
    "object 1",
    "object 2",
    "object 3",
    "PS1/library has 2 more remarks.",
  ]);
  expect(statusWithRemarks([remark("file-changed-while-read", "a temporary file")]).state).toBe("kept");
});

function statusWithRemarks(problems: readonly Problem[]) {
  const newest = quiet.snapshots.findLast((it) => it.source === "library");
  const snapshots = quiet.snapshots.map((it) => (it === newest ? { ...it, problems } : it));
  return summariseStatus([policy], [{ ...quiet, snapshots }], noon)[0]!;
}
