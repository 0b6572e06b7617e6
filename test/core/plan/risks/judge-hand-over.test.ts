import { expect, test } from "vitest";
import { day, hour, minute } from "../../../../src/core/base/instant.ts";
import type { HandOver, LastHandOver } from "../../../../src/core/model/hand-over.ts";
import type { Observation } from "../../../../src/core/model/observation.ts";
import type { Source } from "../../../../src/core/model/policy/source.ts";
import type { Snapshot } from "../../../../src/core/model/repository/snapshot.ts";
import { judgeHandOver, judgeHandOverAlone } from "../../../../src/core/plan/risks/judge-hand-over.ts";
import { judgeRisks } from "../../../../src/core/plan/judge-risks.ts";
import { surveySite } from "../../../../src/core/plan/survey/survey.ts";
import {
  database,
  noon,
  observationOf,
  policyOf,
  problemOf,
  snapshotOf,
} from "../../../support/build-site.ts";

const set: Source = { kind: "task-backup", name: "task", site: "E:\\CMBackup" };
const policy = policyOf({ sources: [database, set] });

const ended: LastHandOver = { at: noon - hour, state: "ended", sitekeep: 0 };
const ours: HandOver = { script: "ours", source: "task", writtenAt: noon - 9 * day, last: ended };
const kept = { mirrors: false, copies: false };

function told(
  handOver: HandOver,
  { endedAt, ...changes }: Partial<Observation> & { readonly endedAt?: string } = {},
): readonly string[] {
  const seen = observationOf(policy, []);
  const facts = { run: "finished", runStartedAt: endedAt!, runCompletedAt: endedAt! };
  const task = { task: { answers: true, facts, risks: [] } } as const;
  const sources = { ...seen.sources, ...(endedAt === undefined ? {} : task) };
  const observed = { ...seen, sources, handOver, ...changes };
  const risks = judgeHandOver(surveySite(policy, observed, noon));
  expect(risks.every((it) => it.severity === "risk" && it.hint !== "")).toBe(true);
  return risks.map(({ code, message }) => `${code}: ${message}`);
}

test("a hand-over that ended well, and one that never was, tell nothing", () => {
  expect(told(ours)).toEqual([]);
  const { last: _, ...fresh } = ours;
  expect(told(fresh)).toEqual([]);
  expect(told({ script: "none" })).toEqual([]);
});

test("a script of somebody else is nobody's hand-over, whatever an older one has left", () => {
  expect(told({ script: "theirs", last: { ...ended, sitekeep: 1 } })).toEqual([]);
});

test("a failed hand-over is red until what it was for is done", () => {
  const failed = { ...ours, last: { ...ended, sitekeep: 3 } };
  const line =
    "hand-over-failed: The hand-over from the task Backup Site Server of 2026-11-22 11:00Z failed: sitekeep ended with 3.";
  expect(told(failed)).toEqual([line]);
  const at = (startedAt: number) => ({ snapshots: [snapshotOf(set, noon - day, { startedAt })] });
  expect(told(failed, at(ended.at - minute))).toEqual([line]);
  expect(told(failed, at(ended.at + minute))).toEqual([]);
});

test("one that is at work is left alone for a day, and has died then", () => {
  const begun = (ageMs: number) => ({ ...ours, last: { at: noon - ageMs, state: "begun" } as const });
  expect(told(begun(23 * hour))).toEqual([]);
  expect(told(begun(24 * hour))).toEqual([
    "hand-over-failed: The hand-over from the task Backup Site Server that began at 2026-11-21 12:00Z has not ended: it hangs, or died.",
  ]);
});

test.each([
  [1, false, 1],
  [1, true, 0],
  [7, true, 0],
  [8, true, 1],
  [-1, true, 1],
  [0, false, 0],
])("a script of before that ended with %i, robocopy in it: %s, is told %i times", (code, copies, times) => {
  const risks = told({ ...ours, kept: { ...kept, copies }, last: { ...ended, kept: code } });
  expect(risks).toHaveLength(times);
  if (times > 0)
    expect(risks[0]).toBe(
      `hand-over-script-failed: Your own script behind the task, AfterBackup.before-sitekeep.bat, ended with ${code} at the hand-over of 2026-11-22 11:00Z; sitekeep ran all the same.`,
    );
});

test("a script of before that was gone is told", () => {
  expect(told({ ...ours, last: { ...ended, kept: "missing" } })).toEqual([
    expect.stringContaining("AfterBackup.before-sitekeep.bat, was not there; sitekeep ran without it."),
  ]);
});

test("a script that was edited is told, and so is one for a source that the policy does not have", () => {
  expect(told({ ...ours, script: "edited" })).toEqual([expect.stringContaining("hand-over-edited: ")]);
  expect(told({ ...ours, source: "database" })).toEqual([
    "hand-over-without-source: The task hands over to the source database, and the policy ps1 has no source of kind task-backup by that name.",
  ]);
});

test("a success of the task behind which nothing was handed over is told, once the script could have run", () => {
  const line = expect.stringContaining("hand-over-not-started: The task Backup Site Server ended well at");
  const { last: _, ...never } = ours;
  expect(told(never, { endedAt: "2026-11-22T03:00:00Z" })).toEqual([line]);
  expect(
    told({ ...ours, last: { ...ended, at: noon - 2 * day } }, { endedAt: "2026-11-22T03:00:00Z" }),
  ).toEqual([line]);
  // It may still come; it came; the script was not there yet; what became of the last is not known.
  expect(told(never, { endedAt: "2026-11-22T11:30:00Z" })).toEqual([]);
  expect(told(ours, { endedAt: "2026-11-22T03:00:00Z" })).toEqual([]);
  expect(told({ ...never, writtenAt: noon - hour }, { endedAt: "2026-11-22T03:00:00Z" })).toEqual([]);
  const lastUnread = { ...problemOf("it says nothing"), severity: "risk" as const };
  expect(told({ ...never, lastUnread }, { endedAt: "2026-11-22T03:00:00Z" })).toEqual([
    expect.stringContaining("it says nothing"),
  ]);
});

test("what could not be read is a risk and never silence, and nobody who did not look tells anything", () => {
  const problem = { ...problemOf("the folder may not be read"), severity: "error" as const };
  const judged = (changes: Partial<Observation>) =>
    judgeRisks(surveySite(policy, { ...observationOf(policy, []), ...changes }, noon), []).risks;
  expect(judged({ handOver: { problem } })).toContainEqual({ ...problem, severity: "risk" });
  expect(judgeHandOver(surveySite(policy, observationOf(policy, []), noon))).toEqual([]);
});

test("by itself it is judged without sources, beside the snapshots that there are", () => {
  const failed = { ...ours, last: { ...ended, sitekeep: 1 } };
  const beside = (...snapshots: readonly Snapshot[]) =>
    judgeHandOverAlone(policy, failed, { now: noon, snapshots }).map((it) => it.code);
  expect(beside()).toEqual(["hand-over-failed"]);
  const at = (startedAt: number) => snapshotOf(set, noon - day, { startedAt });
  expect(beside(at(ended.at - minute))).toEqual(["hand-over-failed"]);
  expect(beside(at(ended.at - minute), at(ended.at + minute))).toEqual([]);
  expect(beside(snapshotOf(database, noon - day, { startedAt: noon }))).toEqual(["hand-over-failed"]);
});
