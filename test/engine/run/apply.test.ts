import { expect, test } from "vitest";
import type { RunFinish } from "../../../src/core/model/run.ts";
import { digestOf } from "../../../src/engine/session/record.ts";
import { folderBackend } from "../../../src/store/backends/folder.ts";
import { noon } from "../../support/build-site.ts";
import { collectEvents, engineSite, files, problemNamed } from "../../support/engine-site.ts";

const scripts = { ...files, name: "scripts" };

test("each step of a site whose repository can't be used is told as it fails, with the reason", async () => {
  const { events, listener } = collectEvents();
  const sources = [files, scripts];
  const plan = await engineSite({ sources }).plan();
  const site = engineSite({ sources, world: { openBackend: () => folderBackend("/dev/null/repository") } });
  const { outcomes, ...applied } = await site.apply(plan, listener);
  const problem = {
    code: "repository-unreadable",
    severity: "error",
    message: expect.stringMatching(/^The repository at \/main can't be used: .*ENOTDIR/),
    where: "repository main",
    hint: expect.stringMatching(/./),
  } as const;
  const failed = { site: "PS1", result: "failed", startedAt: noon, finishedAt: noon, problem };
  expect(outcomes).toEqual([
    { ...failed, action: 0, title: "capture PS1/files" },
    { ...failed, action: 1, title: "capture PS1/scripts" },
  ]);
  expect(applied).toEqual({ result: "some-failed", runs: [], notices: [] });
  const steps = plan.sites[0]!.actions.map((action, index) => ({ is: "action", site: "PS1", index, action }));
  expect(events).toEqual([
    { what: "step-ended", at: noon, step: steps[0], outcome: outcomes[0] },
    { what: "step-ended", at: noon, step: steps[1], outcome: outcomes[1] },
    { what: "run-began", at: noon, sites: [] },
  ]);
});

test("a fault that nobody foresaw names the repository whose opening met it", async () => {
  const plan = await engineSite({}).plan();
  const openBackend = () => {
    throw new Error("no such thing");
  };
  const { outcomes } = await engineSite({ world: { openBackend } }).apply(plan);
  expect(outcomes).toMatchObject([
    { result: "failed", problem: { code: "internal-fault", where: "repository main" } },
  ]);
});

test("a run is recorded in its repository as it began and as it ended, and so given back", async () => {
  const site = engineSite({ does: { files: { fails: "file-missing" } } });
  const plan = await site.plan();
  const { outcomes, runs, ...applied } = await site.apply(plan);
  const finished: RunFinish = { at: noon, outcomes, result: "some-failed" };
  const began = { id: "cm01.test-00000001", machine: "cm01.test", sequence: 1, startedAt: noon };
  const what = { trigger: "apply", planDigest: digestOf(plan), sites: ["PS1"] };
  expect(runs).toEqual([{ ...began, ...what, finished }]);
  expect(outcomes).toEqual([
    {
      site: "PS1",
      action: 0,
      title: "capture PS1/files",
      result: "failed",
      startedAt: noon,
      finishedAt: noon,
      problem: problemNamed("file-missing"),
    },
  ]);
  expect(applied).toEqual({ result: "some-failed", notices: [] });
  expect(await site.runs()).toEqual(runs);
});

test.each([
  ["has nothing to do", { actions: [] }],
  ["another machine is to apply", { elsewhere: "cm02.contoso.com" }],
] as const)("of a site that %s nothing is begun, made or recorded", async (_, changes) => {
  const { events, listener } = collectEvents();
  const site = engineSite({});
  const plan = await site.plan();
  const idle = { ...plan, sites: plan.sites.map((it) => ({ ...it, ...changes })) };
  expect(await site.apply(idle, listener)).toEqual({ outcomes: [], runs: [], notices: [], result: "done" });
  expect(events).toEqual([{ what: "run-began", at: noon, sites: [] }]);
  expect(await site.inSession((session) => session.repository(site.policy.repository))).toEqual({
    exists: false,
  });
});
