import { expect, test } from "vitest";
import { causesOfSite } from "../../../src/core/alarms/causes-of-site.ts";
import { day, hour } from "../../../src/core/base/instant.ts";
import type { Observation } from "../../../src/core/model/observation.ts";
import type { ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import { summariseStatus } from "../../../src/core/plan/summarise-status.ts";
import { dueDaysAgo, noon, observationOf, pointsOf, policyOf, problemOf } from "../../support/build-site.ts";

const policy = policyOf();
const quiet = observationOf(policy, pointsOf(policy, dueDaysAgo(1), dueDaysAgo(0)));
const problem = problemOf("E:\\SCCMContentLib can't be read.");

test("a site that keeps its promises has no cause, and all of it was seen", () => {
  expect(lookAt(quiet)).toMatchObject({ causes: [], unseen: { all: false, sources: [], hazards: false } });
});

test.each([
  ["a window that is outside, with nothing due", noon + 6 * day, "windowAtRisk window-outside"],
  ["data that is too old", noon + 16 * hour, "failed data-too-old"],
  ["a proof that has expired", noon + 31 * day, "failed proof-overdue"],
])("%s is a cause", (_, now, line) => {
  expect(linesOf(lookAt(quiet, { now }))).toContain(line);
});

test("a repository that can't be read is a cause, and hides all others", () => {
  const look = lookAt({
    ...quiet,
    snapshots: [],
    repositoryProblem: { ...problem, code: "repository-vanished" },
  });
  expect(linesOf(look)).toEqual(["failed repository-vanished"]);
  expect(look.unseen.all).toBe(true);
});

test("a silent source is a cause, and hides what it alone would tell", () => {
  const look = lookAt({ ...quiet, sources: { ...quiet.sources, library: { answers: false, problem } } });
  expect(look.causes).toMatchObject([{ problem, source: "library" }]);
  expect(look.unseen.sources).toEqual(["library"]);
});

test("what failed in the last run is a cause, until a later run has done it", () => {
  const step = { site: "PS1", title: "hook", startedAt: noon, finishedAt: noon } as const;
  const run = (result: "failed" | "done") => ({
    id: "cm01-00000001",
    machine: "cm01",
    sequence: 1,
    startedAt: noon,
    trigger: "apply" as const,
    planDigest: "",
    sites: ["PS1"],
    finished: {
      at: noon,
      result: "some-failed" as const,
      outcomes: [{ ...step, result, problem: { ...problem, code: "hook-failed" as const } }],
    },
  });
  expect(linesOf(lookAt({ ...quiet, runs: [run("failed")] }))).toEqual(["failed hook-failed"]);
  expect(linesOf(lookAt({ ...quiet, runs: [run("done"), run("failed")] }))).toEqual([]);
});

test("one problem that several show is one cause, however it is worded", () => {
  const library = {
    answers: true,
    facts: {},
    risks: [problem, { ...problem, message: "Still not." }],
  } as const;
  expect(lookAt({ ...quiet, sources: { ...quiet.sources, library } }).causes).toHaveLength(1);
});

test("causes of two sites differ, though they are about one thing", () => {
  const seen = { ...quiet, sources: { ...quiet.sources, library: { answers: false, problem } } } as const;
  const other = policyOf({ site: { ...policy.site, code: "PS2" } });
  const [one, two] = [lookAt(seen), lookAt(seen, { of: other })].map(({ causes }) => causes[0]!.key);
  expect(one).not.toBe(two);
});

function lookAt(
  observed: Observation,
  { now = noon, of = policy }: { readonly now?: number; readonly of?: ResolvedPolicy } = {},
) {
  const [status] = summariseStatus([of], [observed], now);
  return causesOfSite(status!, observed);
}

function linesOf({ causes }: ReturnType<typeof causesOfSite>): readonly string[] {
  return causes.map((it) => `${it.event} ${it.problem.code}`);
}
