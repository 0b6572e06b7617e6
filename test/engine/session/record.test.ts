import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { hour } from "../../../src/core/base/instant.ts";
import type { JsonObject } from "../../../src/core/base/json.ts";
import type { Outcome } from "../../../src/core/model/outcome.ts";
import type { Run } from "../../../src/core/model/run.ts";
import { explainRetention } from "../../../src/core/plan/decide-forget.ts";
import { makePlan } from "../../../src/core/plan/make-plan.ts";
import { summariseStatus } from "../../../src/core/plan/summarise-status.ts";
import { renderStatus } from "../../../src/core/report/render-status.ts";
import { observe } from "../../../src/engine/look/observe.ts";
import { digestOf, recordFinish, recordStart, readRuns, runsOf } from "../../../src/engine/session/record.ts";
import { openSession } from "../../../src/engine/session/session.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { ObjectDamaged } from "../../../src/store/objects/repository-errors.ts";
import { dueDaysAgo, noon, observationOf, pointsOf, policyOf, problemOf } from "../../support/build-site.ts";
import { fuzz } from "../../support/fuzz/fuzz.ts";
import { mutateJson } from "../../support/fuzz/mutate-json.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { newRepository } from "../../support/test-repository.ts";
import { bareMachine, testWorld } from "../../support/test-world.ts";

const policy = policyOf();
const times = { startedAt: noon - hour, finishedAt: noon };
const outcomes: readonly Outcome[] = [
  { site: "PS1", title: "forget a point", result: "done", ...times, forgot: dueDaysAgo(3) },
  {
    site: "PS1",
    title: "forget a copy",
    result: "done",
    ...times,
    forgotCopy: { repository: "offsite", point: dueDaysAgo(2) },
  },
  { site: "PS1", title: "capture PS1/library", result: "failed", ...times, problem: problemOf("Gone.") },
];
const started: Run = {
  id: "cm01-00000001",
  machine: "cm01",
  sequence: 1,
  startedAt: noon - hour,
  trigger: "apply",
  planDigest: "ab".repeat(32),
  sites: ["PS1"],
};
const finish = { at: noon, outcomes, result: "some-failed" } as const;
const records = {
  [`runs/${started.id}/started`]: { ...started },
  [`runs/${started.id}/finished`]: { ...finish },
};

test("a run is what its start and its end say together", () => {
  expect(runsOf(named(records))).toEqual({ runs: [{ ...started, finished: finish }], unreadable: [] });
});

test.each<[string, string, object]>([
  ["an end without outcomes", "finished", { at: noon, result: "done" }],
  ["an outcome that is null", "finished", { at: noon, result: "done", outcomes: [null] }],
  ["a forgotten point that is no time", "finished", endWith({ forgot: "yesterday" })],
  ["a forgotten copy of no repository", "finished", endWith({ forgotCopy: { point: 1 } })],
  ["a problem without a hint", "finished", endWith({ problem: { code: "x", severity: "error" } })],
  ["an outcome of no site", "finished", endWith({ site: 5 })],
  ["an outcome that never ended", "finished", endWith({ finishedAt: 8.64e15 + 1 })],
  ["sites that are no names", "started", { ...started, sites: [1] }],
  ["a start at no time", "started", { ...started, startedAt: 0.5 }],
  ["a start of no machine", "started", { ...started, machine: ["cm01"] }],
  ["a start without its number", "started", { ...started, sequence: "1" }],
])("a record with %s is named, and no run is made of it", (_, which, record) => {
  const name = `runs/${started.id}/${which}`;
  const found = runsOf(named({ ...records, [name]: record }));
  expect(found).toEqual({ runs: which === "started" ? [] : [started], unreadable: [`records/${name}`] });
});

test("runs are told in the order in which they began, and those of one instant by their number", () => {
  const began = (machine: string, sequence: number, startedAt: number): Run => {
    const id = `${machine}-${String(sequence).padStart(8, "0")}`;
    return { ...started, id, machine, sequence, startedAt };
  };
  const [a1, a2, a3, b1] = [began("a", 1, 5), began("a", 2, 5), began("a", 3, 9), began("b", 1, 7)];
  const starts = [a2!, a1!, a3!, b1!].map((run) => ({ name: `runs/${run.id}/started`, record: { ...run } }));
  expect(runsOf({ records: starts as never, unreadable: [] }).runs).toEqual([a1, a2, b1, a3]);
});

test("each machine counts its own runs, and each run names the one before it", async () => {
  const repository = await newRepository(memoryBackend(), "plain");
  const plan = { ...makePlan([policy], [observationOf(policy, [])], noon) };
  const begin = (identity: string, now: number) => {
    const world = testWorld({ machine: { ...bareMachine, identity }, now: () => now });
    return recordStart(world, repository, { plan, trigger: "watch" });
  };
  const said = { trigger: "watch", planDigest: digestOf(plan), sites: ["PS1"] };
  const first = await begin("CM01.test", 1);
  expect(first).toEqual({
    id: "cm01.test-00000001",
    machine: "cm01.test",
    sequence: 1,
    startedAt: 1,
    ...said,
  });
  await recordFinish(repository, first, finish);
  const other = await begin("cm02.test", 2);
  expect(other).toMatchObject({ id: "cm02.test-00000001", sequence: 1 });
  const next = { id: "cm01.test-00000002", machine: "cm01.test", sequence: 2, startedAt: 3, ...said };
  const second = await begin("CM01.test", 3);
  expect(second).toEqual({ ...next, previous: digestOf({ ...first, finished: finish }) });
  const third = await begin("CM01.test", 4);
  expect(third).toMatchObject({ sequence: 3, previous: digestOf(second) });
  const runs = [{ ...first, finished: finish }, other, second, third];
  expect(await readRuns(repository)).toEqual({ runs, unreadable: [] });
});

test("two runs of one machine that begin at once are two", async () => {
  const repository = await newRepository(memoryBackend(), "plain");
  const plan = makePlan([policy], [observationOf(policy, [])], noon);
  const begin = () => recordStart(testWorld(), repository, { plan, trigger: "apply" });
  const ids = (await Promise.all([begin(), begin()])).map((it) => it.id);
  expect(ids.sort()).toEqual(["cm01.test-00000001", "cm01.test-00000002"]);
});

test("what records say is read and can be counted and shown, or is refused", () => {
  const observed = observationOf(policy, pointsOf(policy, dueDaysAgo(2), dueDaysAgo(1), dueDaysAgo(0)));
  const read = (bytes: Uint8Array) => {
    const { runs, unreadable } = runsOf(named(parsedOr(bytes, {})));
    explainRetention(policy, { ...observed, runs }, noon);
    renderStatus(summariseStatus([policy], [{ ...observed, runs }], noon), noon);
    if (unreadable.length > 0) throw new ObjectDamaged(unreadable[0]!, "it is no record of a run");
  };
  const samples = [Buffer.from(JSON.stringify(records))];
  const tally = fuzz({ samples, mutate: mutateJson, read, refusals: [ObjectDamaged] });
  expect(tally.read).toBeGreaterThan(0);
  expect(tally.refused).toBeGreaterThan(20);
});

test("a record that can't be read is named, and the repository is looked at all the same", async () => {
  const session = openSession(testWorld({ cacheFolder: temporaryFolder() }), new AbortController().signal);
  onTestFinished(() => session.close());
  const repository = { ...policy.repository, location: { folder: join(temporaryFolder(), "main") } };
  const opened = await session.repository(repository, { create: true });
  if (!opened.exists) throw new Error("It was not made.");
  const record = JSON.parse(JSON.stringify(started)) as JsonObject;
  await opened.repository.putRecord(`runs/${started.id}/started`, record);
  await recordFinish(opened.repository, started, { at: noon } as never);
  const { repositoryProblem, unread, runs } = await observe(session, policyOf({ repository, sources: [] }));
  expect(repositoryProblem).toBeUndefined();
  expect(unread).toEqual([`records/runs/${started.id}/finished`]);
  expect(runs.map(({ id }) => id)).toEqual([started.id]);
});

function endWith(change: JsonObject): JsonObject {
  return {
    at: noon,
    result: "done",
    outcomes: [{ site: "PS1", title: "t", result: "done", ...times, ...change }],
  };
}

function named(all: Readonly<Record<string, unknown>>) {
  const records = Object.entries(all)
    .filter(([, record]) => typeof record === "object" && record !== null && !Array.isArray(record))
    .map(([name, record]) => ({ name, record: record as JsonObject }));
  return { records, unreadable: [] };
}

/** Texts that are no JSON never come this far. */
function parsedOr<Value>(bytes: Uint8Array, other: Value): Value {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString()) as Value | null;
    return typeof value === "object" && value !== null ? value : other;
  } catch {
    return other;
  }
}
