import { expect, test } from "vitest";
import { minute } from "../../src/core/base/instant.ts";
import type { Source } from "../../src/core/model/policy/source.ts";
import { awaitTask } from "../../src/engine/await-task.ts";
import { noon } from "../support/build-site.ts";
import { engineSite, files, type FakeSource } from "../support/engine-site.ts";

const set: Source = { kind: "task-backup", name: "task", site: "E:\\CMBackup" };
const at = "2026-11-22T11:59:00Z";
const begun = { run: "finished", runStartedAt: at, runCompletedAt: at };
const started: FakeSource = { facts: { ...begun, scriptStartedAt: at } };

/** What is heard, and how long that took, when the source is each of these in turn. */
async function hear(turns: readonly FakeSource[], names: readonly string[] = [], sources = [files, set]) {
  const site = engineSite({
    sources,
    world: {
      sleep: async (ms) => {
        site.clock.now += ms;
        if (turns.length > 1)
          site.does["task"] = turns[Math.min((site.clock.now - noon) / 10_000, turns.length - 1)]!;
      },
    },
    does: { task: turns[0]! },
  });
  const heard = await site.inSession((session) => awaitTask(session, site.policy, names));
  return { ...heard, waitedMs: site.clock.now - noon };
}

test("message 5040 that is there is not waited for", async () => {
  expect(await hear([started])).toEqual({ startedAt: Date.parse(at), waitedMs: 0 });
});

test("the end of the run, and then message 5040, are waited for", async () => {
  const turns = [{ isSilent: "task-run-not-finished" } as const, { facts: begun }, started];
  expect(await hear(turns, ["task"])).toEqual({ startedAt: Date.parse(at), waitedMs: 20_000 });
});

test("what does not come within five minutes is not waited for any longer", async () => {
  expect(await hear([{ facts: begun }])).toEqual({ waitedMs: 5 * minute });
  expect(await hear([{ isSilent: "task-run-not-finished" }])).toEqual({ waitedMs: 5 * minute });
});

test("a run that failed, and a source that is none of the task's, are the capture's to tell", async () => {
  expect(await hear([{ isSilent: "task-run-failed" }])).toEqual({ waitedMs: 0 });
  expect(await hear([{ facts: begun }], ["files"])).toEqual({ waitedMs: 0 });
});
