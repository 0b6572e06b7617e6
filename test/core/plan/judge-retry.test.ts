import { describe, expect, test } from "vitest";
import { absent, known, unknown } from "../../../src/core/base/fact.ts";
import { minute } from "../../../src/core/base/instant.ts";
import type { TaskSetStatus, TaskStatus, TaskRun } from "../../../src/core/model/task-run.ts";
import { judgeRetry } from "../../../src/core/plan/judge-retry.ts";
import { isTaskSound, runStatus } from "../../../src/core/plan/summarise-task.ts";
import { outcomeWords, retryWarning, runProgress } from "../../../src/core/report/render-retry.ts";
import { renderTask } from "../../../src/core/report/render-task.ts";
import { noPaint } from "../../../src/core/report/words/paint.ts";
import { noon, problemOf } from "../../support/build-site.ts";

const why = problemOf("Nobody answers.");
const run: TaskRun = {
  startedAt: noon - 14 * 60 * minute,
  log: { completedAt: noon - 13 * 60 * minute, failures: [] },
};
const set: TaskSetStatus = {
  source: "task",
  state: "whole",
  documents: [
    {
      part: "site",
      path: "E:\\CMBackup\\PS1Backup\\BackupDocument.xml",
      modifiedAt: noon - 13 * 60 * minute,
    },
  ],
  snapshot: { id: "3oc", read: true },
};
const sound: TaskStatus = {
  site: "PS1",
  policy: "ps1",
  at: noon,
  enabled: true,
  nextBeginAt: noon + 10 * 60 * minute,
  runs: [runStatus(run)],
  logs: ["D:\\ConfigMgr\\Logs\\smsbkup.log"],
  set,
  activeServer: known("CM01.contoso.com"),
  service: known(1),
  needs: [],
};
/** Of a policy that keeps no set. */
const unkept: TaskStatus = Object.fromEntries(
  Object.entries(sound).filter(([name]) => name !== "set"),
) as never;
const here = { server: "cm01", withoutCopy: false };

function without(changes: Partial<TaskSetStatus>): TaskStatus {
  const { snapshot: _, ...rest } = set;
  return { ...sound, set: { ...rest, ...changes } };
}

describe("the task is run again", () => {
  test("where its set is in a snapshot that was read back, or there is none to lose", () => {
    expect(judgeRetry(sound, here)).toBeUndefined();
    expect(judgeRetry(without({ state: "lacking" }), here)).toBeUndefined();
  });

  test.each([
    [
      "is in no snapshot",
      without({}),
      /of 2026-11-21 22:00Z is in no snapshot\./,
      /sitekeep capture PS1 task/,
    ],
    [
      "was not read back",
      without({ snapshot: { id: "3oc", read: false } }),
      /not read back/,
      /sitekeep verify PS1/,
    ],
    [
      "is unknown",
      without({ state: "unknown", problem: why }),
      /nobody can tell: Nobody answers\./,
      /Cure that/,
    ],
    ["is kept by no source", unkept, /has no source that keeps it/, /task-backup/],
  ])("and refused where the set %s, unless it may be lost", (_, status, message, hint) => {
    const refusal = judgeRetry(status, here);
    expect(refusal).toMatchObject({ code: "task-set-not-adopted", severity: "error" });
    expect(refusal!.message).toMatch(message);
    expect(refusal!.hint).toMatch(hint);
    expect(refusal!.hint).toContain("--without-copy");
    expect(judgeRetry(status, { ...here, withoutCopy: true })).toBeUndefined();
  });

  test.each([
    ["another server is active", { activeServer: known("cm02.contoso.com") }, "policy-applied-elsewhere"],
    ["nobody tells which is", { activeServer: unknown(why) }, why.code],
    ["it is at work", { service: known(4) }, "task-at-work"],
    ["it is about to be", { service: known(2) }, "task-at-work"],
    ["there is no such service", { service: absent }, "task-at-work"],
    ["nobody tells what it does", { service: unknown(why) }, why.code],
  ])("and refused where %s, whatever may be lost", (_, changes, code) => {
    expect(judgeRetry({ ...sound, ...changes }, { ...here, withoutCopy: true })).toMatchObject({
      code,
      severity: "error",
    });
  });
});

test("a task is sound whose newest run ended well and left a whole set", () => {
  expect(isTaskSound(sound)).toBe(true);
  expect(isTaskSound(unkept)).toBe(true);
  expect(isTaskSound(without({ state: "lacking" }))).toBe(false);
  expect(isTaskSound({ ...sound, runs: [] })).toBe(false);
  expect(isTaskSound({ ...sound, runs: [{ ...sound.runs[0]!, state: "failed" }] })).toBe(false);
});

test("of what both witnesses tell of a run the log is asked first, and each failure is told once", () => {
  const both: TaskRun = {
    startedAt: noon,
    beginUnseen: true,
    log: { completedAt: noon + 3, failures: ["a", "b"] },
    messages: { snapshotAt: noon + 1, completedAt: noon + 2, afterBackupAt: noon + 4, failures: ["b", "c"] },
  };
  expect(runStatus(both)).toEqual({
    startedAt: noon,
    beginUnseen: true,
    state: "failed",
    snapshotAt: noon + 1,
    completedAt: noon + 3,
    afterBackupAt: noon + 4,
    failures: ["a", "b", "c"],
    toldBy: ["log", "messages"],
  });
  expect(runStatus({ startedAt: noon })).toEqual({
    startedAt: noon,
    state: "not-finished",
    failures: [],
    toldBy: [],
  });
});

test("what is known of the task is told, and so is what is not", () => {
  const told = (status: TaskStatus) => renderTask(status, noPaint).join("\n");
  expect(told(sound)).toBe(
    [
      "PS1  policy ps1",
      "  next begin 2026-11-22 22:00Z, in 10h",
      "  SMS_SITE_BACKUP is stopped; the active site server is CM01.contoso.com",
      "  RUN                STATE       TOOK  TOLD BY  FAILURE",
      "  2026-11-21 22:00Z  ended well  1h    log",
      "  log: D:\\ConfigMgr\\Logs\\smsbkup.log",
      "  status messages: read",
      "  document: E:\\CMBackup\\PS1Backup\\BackupDocument.xml of 2026-11-21 23:00Z",
      "  the set is whole, and in snapshot 3oc, which was read back",
    ].join("\n"),
  );
  const { set: _, nextBeginAt: __, ...rest } = sound;
  const dark = told({
    ...rest,
    scheduleUnread: why,
    runs: [],
    logs: [],
    messagesUnread: why,
    activeServer: unknown(why),
    service: unknown(why),
  });
  expect(dark).toContain("when it begins is unknown: Nobody answers.");
  expect(dark).toContain(
    "in a state that is unknown: Nobody answers.; which site server is active is unknown: Nobody",
  );
  expect(dark).toContain("no witness tells of a run");
  expect(dark).toContain("log: none could be read");
  expect(dark).toContain("status messages: could not be read: Nobody answers.");
  expect(dark).toContain("no source of the policy keeps its set");
  expect(told({ ...rest, enabled: false })).toContain("the task is turned off");
  expect(told(rest)).toContain("set to no day of the week");
  expect(told({ ...sound, nextBeginAt: noon })).toContain("may begin at any moment");
  expect(told({ ...sound, service: known(9) })).toContain("is in state 9");
  expect(told({ ...sound, service: absent })).toContain("is not there");
  expect(told(without({ state: "unknown", problem: why }))).toMatch(
    /the set is unknown\n {4}Nobody answers\.\n {4}→ Share/,
  );
  expect(told(without({}))).toContain("the set is whole, and in no snapshot of task");
});

test("before the task is run again it is said what that costs, and behind it what became of it", () => {
  expect(retryWarning(sound)).toMatch(
    /deletes its only set first: it is in snapshot 3oc\.\n.*stops the services of PS1/,
  );
  expect(retryWarning(without({}))).toContain("it is in no snapshot, and is lost if the run fails");
  expect(retryWarning(without({ state: "lacking" }))).toContain("there is none that is whole just now");
  expect(runProgress(undefined)).toContain("no witness tells of the run yet");
  expect(runProgress(runStatus({ startedAt: noon }))).toBe("the run of 2026-11-22 12:00Z has begun");
  const copying = { startedAt: noon, log: { snapshotAt: noon, failures: [] } };
  expect(runProgress(runStatus(copying))).toContain("has its snapshot");
  const words = (result: Parameters<typeof outcomeWords>[1]["result"], failures: readonly string[] = []) =>
    JSON.stringify(outcomeWords("PS1", { result, waitedMs: minute, run: { ...runStatus(run), failures } }));
  expect(words("finished")).toContain("ended well after 1m. Capture its set: sitekeep capture PS1");
  expect(words("failed", ["Error: x"])).toContain("has failed after 1m: Error: x");
  expect(words("failed")).toContain("no witness says why");
  expect(words("contradicted", ["Error: x"])).toContain("tell otherwise of the run of PS1: Error: x");
  expect(words("stopped")).toContain("no witness tells of an end");
  expect(words("not-seen")).toContain("No end was told within 1m. The run may go on");
});
