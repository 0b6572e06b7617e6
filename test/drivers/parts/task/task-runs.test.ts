import { describe, expect, test } from "vitest";
import { day, hour, minute, second } from "../../../../src/core/base/instant.ts";
import { taskRunState, type TaskRun } from "../../../../src/core/model/task-run.ts";
import type { LoggedRun } from "../../../../src/drivers/access/formats/task-log.ts";
import type { TaskMessage } from "../../../../src/drivers/parts/task/task-messages.ts";
import { joinRuns } from "../../../../src/drivers/parts/task/task-runs.ts";

const began = Date.UTC(2026, 10, 21, 22);
const ended = began + 41 * minute;
const good: LoggedRun = { startedAt: began, completedAt: ended, failures: [] };

function message(id: number, at: number, changes: Partial<TaskMessage> = {}): TaskMessage {
  return { id, at, isError: false, isOfDatabase: false, ...changes };
}

const whole = [message(5055, began), message(5056, began + minute), message(5035, ended)];

function states(runs: readonly TaskRun[]): readonly string[] {
  return runs.map(taskRunState);
}

test("messages alone tell a run from its begin to its end, and what it does after", () => {
  expect(joinRuns([], [...whole, message(5040, ended + second)])).toEqual([
    {
      startedAt: began,
      messages: {
        snapshotAt: began + minute,
        completedAt: ended,
        afterBackupAt: ended + second,
        failures: [],
      },
    },
  ]);
});

test("a run that both tell of is one, though the database keeps fewer digits of its time", () => {
  const shifted = whole.map((it) => ({ ...it, at: it.at + 3 }));
  const [run, ...others] = joinRuns([good], shifted);
  expect(others).toEqual([]);
  expect(run).toMatchObject({ startedAt: began, log: { completedAt: ended } });
  expect(run!.messages?.completedAt).toBe(ended + 3);
});

test("of several logs that tell of one run the first is believed, and a run that one lacks is not lost", () => {
  const later: LoggedRun = { startedAt: began + day, failures: [] };
  const behind: LoggedRun = { startedAt: began, failures: [] };
  expect(joinRuns([good, behind, later], [])).toEqual([
    { startedAt: began, log: { completedAt: ended, failures: [] } },
    { startedAt: began + day, log: { failures: [] } },
  ]);
});

test("two runs that begin a minute apart are two", () => {
  const again: LoggedRun = { startedAt: began + minute, failures: [] };
  expect(joinRuns([good, again], [])).toHaveLength(2);
  expect(joinRuns([], [message(5055, began), message(5055, began + minute)])).toHaveLength(2);
});

test("a run that fails within seconds and the one that is started after it are told apart by both", () => {
  const second = 1_000;
  const again = began + 8 * second;
  const logged: readonly LoggedRun[] = [
    { startedAt: began, failures: ["Error: no snapshot"] },
    { startedAt: again, completedAt: again + minute, failures: [] },
  ];
  const messages = [
    message(5055, began),
    message(5060, began + second),
    message(5055, again),
    message(5035, again + minute),
  ];
  expect(states(joinRuns(logged, messages))).toEqual(["failed", "finished"]);
});

describe("a failure", () => {
  test("that is newer than the last good end is a run of its own that failed, whoever saw it begin", () => {
    const failure = message(5049, began + day + minute);
    for (const logged of [[], [good]]) {
      const runs = joinRuns(logged, [...whole, failure]);
      expect(states(runs)).toEqual(["finished", "failed"]);
      expect(runs[1]).toEqual({
        startedAt: failure.at,
        beginUnseen: true,
        messages: { failures: ["Status message 5049"] },
      });
    }
  });

  test("by the lists is none where the run comes to its good end after it; by its weight it is one all the same", () => {
    const between = began + 10 * minute;
    const run = (it: TaskMessage) => joinRuns([], [whole[0]!, it, ...whole.slice(1)]);
    expect(states(run(message(5049, between)))).toEqual(["finished"]);
    expect(states(run(message(5049, between, { isError: true })))).toEqual(["failed"]);
    expect(states(run(message(5060, between)))).toEqual(["failed"]);
    expect(states(joinRuns([], [...whole, message(5049, ended + second)]))).toEqual(["failed"]);
  });

  test("of a number that no list has counts by its weight", () => {
    expect(states(joinRuns([], [whole[0]!, message(5058, ended, { isError: true })]))).toEqual(["failed"]);
    expect(states(joinRuns([], [whole[0]!, message(5058, ended)]))).toEqual(["not-finished"]);
  });

  test("by one witness against the good end of the other is a contradiction", () => {
    const failed: LoggedRun = { startedAt: began, failures: ["Error: no space"] };
    expect(states(joinRuns([failed], whole))).toEqual(["contradicted"]);
    expect(states(joinRuns([good], [whole[0]!, message(5060, ended)]))).toEqual(["contradicted"]);
    expect(states(joinRuns([failed], [whole[0]!, message(5060, ended)]))).toEqual(["failed"]);
  });

  test("of both is one, and no more than twenty are kept", () => {
    const many = Array.from({ length: 30 }, (_, at) => message(5043, began + at * second));
    expect(joinRuns([], [whole[0]!, ...many])[0]!.messages!.failures).toHaveLength(20);
  });
});

test("no message is no failure: what the log tells stands by itself", () => {
  expect(states(joinRuns([good], []))).toEqual(["finished"]);
  expect(states(joinRuns([good], [whole[0]!]))).toEqual(["finished"]);
});

test("a log that is behind is made up for by messages", () => {
  expect(states(joinRuns([{ startedAt: began, failures: [] }], whole))).toEqual(["finished"]);
});

test("a run that began after a good one is at work, whichever witness saw it", () => {
  expect(states(joinRuns([good], [...whole, message(5055, began + day)]))).toEqual([
    "finished",
    "not-finished",
  ]);
});

test("the script that is started after a good end tells of one", () => {
  expect(joinRuns([], [whole[0]!, message(5040, ended)])[0]!.messages).toMatchObject({
    completedAt: ended,
    afterBackupAt: ended,
  });
});

test("the part on the database's machine may fail a run, and ends none", () => {
  const ofDatabase = { isOfDatabase: true };
  expect(states(joinRuns([], [whole[0]!, message(5035, ended, ofDatabase)]))).toEqual(["not-finished"]);
  expect(states(joinRuns([], [whole[0]!, message(5060, ended, ofDatabase)]))).toEqual(["failed"]);
});

test("a good end without a begin is a run whose begin nobody saw; a day after one that is open it is not its end", () => {
  expect(joinRuns([], [message(5035, ended)])).toEqual([
    { startedAt: ended, beginUnseen: true, messages: { completedAt: ended, failures: [] } },
  ]);
  const open = [message(5055, began)];
  expect(joinRuns([], [...open, message(5035, began + 23 * hour)])).toHaveLength(1);
  expect(joinRuns([], [...open, message(5035, began + 25 * hour)])).toHaveLength(2);
});
