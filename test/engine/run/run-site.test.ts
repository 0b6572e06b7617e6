import { expect, test } from "vitest";
import { day, hour } from "../../../src/core/base/instant.ts";
import { ProblemError } from "../../../src/core/base/problem.ts";
import type { Plan } from "../../../src/core/model/plan.ts";
import type { Hook, ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import type { World } from "../../../src/engine/session/world.ts";
import { noon } from "../../support/build-site.ts";
import {
  collectEvents,
  database,
  engineSite,
  files,
  problemNamed,
  registry,
} from "../../support/engine-site.ts";
import { replacing } from "../../support/replacing.ts";
import { bareMachine } from "../../support/test-world.ts";

const scripts = { ...files, name: "scripts" };
const twoKept = { retention: { last: 2 }, brakes: { minPoints: 1, maxForgetPerMille: 1000 } };

test("a site is captured, and then there is nothing to do", async () => {
  const site = engineSite({});
  expect(await site.run()).toEqual(["capture PS1/files: done"]);
  expect(await site.run()).toEqual([]);
});

test("a capture that fails fails alone, and the next run makes it", async () => {
  const site = engineSite({ sources: [files, scripts], does: { files: { fails: "file-missing" } } });
  expect(await site.run()).toEqual(["capture PS1/files: failed file-missing", "capture PS1/scripts: done"]);
  delete site.does["files"];
  expect(await site.run()).toEqual(["capture PS1/files: done"]);
});

test("what went well lets the oldest point go", async () => {
  const site = await twoPointsOld(engineSite({ policy: twoKept }));
  expect(await site.run()).toEqual([
    "capture PS1/files: done",
    "forget the point of 2026-11-22 01:30Z of PS1: done",
  ]);
  expect((await site.snapshots()).map((it) => it.point)).not.toContain(Date.UTC(2026, 10, 22, 1, 30));
});

test("a failed capture holds the forgets back", async () => {
  const site = await twoPointsOld(engineSite({ sources: [files, scripts], policy: twoKept }));
  const plan = await site.plan();
  site.does["scripts"] = { fails: "file-missing" };
  expect((await site.run(plan)).at(-1)).toBe(
    "forget the point of 2026-11-22 01:30Z of PS1: held-back forget-held-back",
  );
  expect((await site.snapshots()).map((it) => it.point)).toContain(Date.UTC(2026, 10, 22, 1, 30));
});

test("a skipped source holds the forgets back", async () => {
  const site = await twoPointsOld(engineSite({ sources: [files, scripts], policy: twoKept }));
  const plan = await site.plan();
  const [forget] = plan.sites[0]!.actions.filter((it) => it.do === "forget");
  site.does["scripts"] = { isSilent: "file-missing" };
  const skipping = await site.plan();
  const actions = [...skipping.sites[0]!.actions.filter((it) => it.do !== "forget"), forget!];
  const lines = await site.run({ ...skipping, sites: [{ ...skipping.sites[0]!, actions }] });
  expect(lines).toContain("skip PS1/scripts: skipped file-missing");
  expect(lines.at(-1)).toBe("forget the point of 2026-11-22 01:30Z of PS1: held-back forget-held-back");
});

test("a point that the rules protect by now is not forgotten, whatever the plan says", async () => {
  const site = engineSite({});
  await site.run();
  const [only] = await site.snapshots();
  const plan = await site.plan();
  const because = { why: "beyond-retention", detail: "" } as const;
  const forget = { do: "forget", point: only!.point, snapshots: [only!.id], because, restsOn: [] } as const;
  const wrong: Plan = { ...plan, sites: [{ ...plan.sites[0]!, actions: [forget] }] };
  expect(await site.run(wrong)).toEqual([
    "forget the point of 2026-11-22 01:30Z of PS1: held-back forget-held-back",
  ]);
  expect(await site.snapshots()).toHaveLength(1);
});

test("forgetting that breaks down is a failed step, and the point stays", async () => {
  const site = await twoPointsOld(
    engineSite({
      policy: twoKept,
      wrap: (it) => replacing(it, { forget: async () => Promise.reject(new Error("the share went away")) }),
    }),
  );
  const { outcomes, result } = await site.apply();
  expect(outcomes.at(-1)).toMatchObject({
    title: "forget the point of 2026-11-22 01:30Z of PS1",
    result: "failed",
    problem: { code: "internal-fault", message: expect.stringContaining("the share went away") },
  });
  expect(outcomes.at(-1)).not.toHaveProperty("forgot");
  expect(result).toBe("some-failed");
});

test("the registry is captured behind its database, and nothing of the site is between them", async () => {
  const order: string[] = [];
  const noting = (name: string, ms = 0) => ({
    async capturing() {
      order.push(`${name} begins`);
      await new Promise((done) => setTimeout(done, ms));
      order.push(`${name} ends`);
    },
  });
  const site = engineSite({
    sources: [registry, database],
    policy: { throttle: { concurrency: 4 } },
    does: { database: noting("database", 30), registry: noting("registry") },
  });
  await site.run();
  expect(order).toEqual(["database begins", "database ends", "registry begins", "registry ends"]);
});

test("captures run side by side as the throttle allows, and not more of them", async () => {
  let running = 0;
  let most = 0;
  const counting = {
    async capturing() {
      most = Math.max(most, ++running);
      await new Promise((done) => setTimeout(done, 10));
      running--;
    },
  };
  const names = ["one", "two", "three", "four", "five"];
  const site = engineSite({
    sources: names.map((name) => ({ ...files, name })),
    does: Object.fromEntries(names.map((name) => [name, counting])),
    policy: { throttle: { concurrency: 2 } },
  });
  await site.run();
  expect(most).toBe(2);
});

test("hooks are run around the captures, and are told what came of them", async () => {
  const told: unknown[] = [];
  const site = engineSite({
    sources: [files, scripts],
    ...hooked(
      { before: [hook("/bin/before")], after: [hook("/bin/after")] },
      async ({ line, environment }) => {
        told.push({ program: line[0], ...environment });
        return { exitCode: 0, stdout: "", stderr: "" };
      },
    ),
  });
  const made = async () => (await site.apply()).outcomes.flatMap((it) => it.snapshot ?? []);
  const first = await made();
  expect(first).toHaveLength(2);
  site.pass(day);
  site.does["files"] = { fails: "file-missing" };
  const second = await made();
  expect(second).toHaveLength(1);
  const toldOf = (program: string, when: string, result: string, ids: readonly string[]) => ({
    program,
    SITEKEEP_SITE: "PS1",
    SITEKEEP_WHEN: when,
    SITEKEEP_RESULT: result,
    SITEKEEP_SNAPSHOTS: ids.join(","),
  });
  expect(told).toEqual([
    toldOf("/bin/before", "before", "pending", []),
    toldOf("/bin/after", "after", "done", first),
    toldOf("/bin/before", "before", "pending", []),
    toldOf("/bin/after", "after", "some-failed", second),
  ]);
});

test.each([
  ["fail", "failed"],
  ["warn", "done"],
] as const)("a hook that fails under onFailure: %s has ended as %s", async (onFailure, result) => {
  const says = { exitCode: 3, stdout: "", stderr: "no\n" };
  const hooks = { before: [], after: [hook("/bin/tell", onFailure)] };
  const site = engineSite(hooked(hooks, async () => says));
  const { outcomes } = await site.apply();
  const problem = {
    code: "hook-failed",
    severity: onFailure === "fail" ? "error" : "risk",
    message: "The hook /bin/tell ended with 3: no.",
    where: "PS1 hook /bin/tell",
    hint: expect.stringMatching(/./),
  };
  expect(outcomes[1]).toEqual({
    site: "PS1",
    title: "hook after /bin/tell",
    result,
    startedAt: noon,
    finishedAt: noon,
    ...(onFailure === "fail" ? { problem } : { remarks: [problem] }),
  });
});

test("a stopped run ends every step, and commits and begins nothing more", async () => {
  const stop = new AbortController();
  const { events, listener } = collectEvents();
  const captured: string[] = [];
  const stopping = { capturing: async () => (captured.push("files"), stop.abort()) };
  const site = engineSite({
    sources: [files, scripts],
    does: { files: stopping, scripts: { capturing: async () => void captured.push("scripts") } },
    signal: stop.signal,
    ...hooked({ before: [], after: [hook("/bin/after")] }, async () => {
      captured.push("hook");
      return { exitCode: 0, stdout: "", stderr: "" };
    }),
  });
  const { hooks, throttle } = site.policy;
  const plan = await engineSite({ sources: [files, scripts], policy: { hooks, throttle } }).plan();
  const { outcomes, result } = await site.apply(plan, listener);
  const ended = { site: "PS1", result: "cancelled", startedAt: noon, finishedAt: noon };
  const problem = {
    code: "cancelled",
    severity: "error",
    message: "Stopped before the end.",
    where: "PS1",
    hint: "Run the command again: it goes on from what was finished.",
  };
  expect(outcomes).toEqual([
    { ...ended, action: 0, title: "capture PS1/files", problem },
    { ...ended, action: 1, title: "capture PS1/scripts" },
    { ...ended, title: "hook after /bin/after" },
  ]);
  expect(result).toBe("cancelled");
  expect(captured).toEqual(["files"]);
  expect(events.filter((it) => it.what === "step-ended").map((it) => it.outcome)).toEqual(outcomes);
});

test("a hook that is stopped with its run is told as that, and not as its failure", async () => {
  const stop = new AbortController();
  const hooks = { before: [hook("/bin/before")], after: [] };
  const site = engineSite({
    signal: stop.signal,
    ...hooked(hooks, async ({ signal }) => {
      stop.abort();
      throw signal!.reason;
    }),
  });
  const plan = await engineSite({ policy: { hooks } }).plan();
  const { outcomes } = await site.apply(plan);
  expect(outcomes.map((it) => `${it.title}: ${it.result}`)).toEqual([
    "hook before /bin/before: cancelled",
    "capture PS1/files: cancelled",
  ]);
});

test("a run is told step by step, from its order to what became of each", async () => {
  const { events, listener } = collectEvents();
  const before = hook("/bin/before");
  const site = engineSite({
    does: {
      files: {
        fails: "file-missing",
        async capturing(_, { report }) {
          report({ text: "BACKUP DATABASE", doneBytes: 3, totalBytes: 9 });
          site.pass(1);
        },
      },
    },
    ...hooked({ before: [before], after: [] }, async () => ({ exitCode: 0, stdout: "", stderr: "" })),
  });
  const plan = await site.plan();
  const { outcomes } = await site.apply(plan, listener);
  const first = { is: "hook", site: "PS1", when: "before", index: 0, hook: before } as const;
  const second = { is: "action", site: "PS1", index: 0, action: plan.sites[0]!.actions[0]! } as const;
  const at = noon;
  const stages = [
    { name: "hooks before", lanesAtOnce: 1, lanes: [[first]] },
    { name: "captures", lanesAtOnce: 1, lanes: [[second]] },
  ];
  expect(events.filter((it) => it.what !== "step-progressed" || it.progress.totalBytes)).toEqual([
    { what: "run-began", at, sites: [{ site: "PS1", stages }] },
    { what: "step-began", at, step: first },
    { what: "step-ended", at, step: first, outcome: outcomes[0] },
    { what: "step-began", at, step: second },
    {
      what: "step-progressed",
      at,
      step: second,
      progress: { text: "BACKUP DATABASE", doneBytes: 3, totalBytes: 9 },
    },
    { what: "step-ended", at: at + 1, step: second, outcome: outcomes[1] },
  ]);
  const problem = problemNamed("file-missing");
  const named = { site: "PS1", action: 0, title: "capture PS1/files" };
  expect(outcomes[1]).toEqual({ ...named, result: "failed", startedAt: at, finishedAt: at + 1, problem });
});

test("what passes is tried again after a wait, which is told", async () => {
  const { events, listener } = collectEvents();
  let tries = 0;
  const site = engineSite({
    does: {
      files: {
        async capturing() {
          if (++tries < 3) throw new ProblemError(locked);
        },
      },
    },
  });
  expect(await site.run(undefined, listener)).toEqual(["capture PS1/files: done"]);
  expect(events.flatMap((it) => (it.what === "step-noted" ? it.text : []))).toEqual([
    "It is open. Trying again in 2 s.",
    "It is open. Trying again in 10 s.",
  ]);
});

test("a listener that throws is left alone, and the run goes on", async () => {
  const site = engineSite({});
  const { events, listener } = collectEvents();
  const broken = () => {
    throw new Error("no screen");
  };
  const { outcomes, notices } = await site.apply(undefined, broken, listener);
  expect(outcomes.map((it) => it.result)).toEqual(["done"]);
  expect(notices).toEqual(["The run could not be shown to its end: Error: no screen"]);
  expect(events.at(-1)).toMatchObject({ what: "step-ended" });
});

const locked = {
  code: "file-locked",
  severity: "error",
  message: "It is open.",
  where: "PS1/files",
  hint: "Close it.",
} as const;

function hook(program: string, onFailure: Hook["onFailure"] = "warn"): Hook {
  return { run: [program], timeoutMs: hour, onFailure };
}

/** A site that runs one step at a time, with hooks that its machine allows, and what runs them. */
function hooked(hooks: ResolvedPolicy["hooks"], run: World["run"]) {
  const allow = [...hooks.before, ...hooks.after].map((it) => it.run[0]!);
  const policy = { hooks, throttle: { concurrency: 1 } };
  return { policy, world: { machine: { ...bareMachine, allow }, run } };
}

/** Two points lie in the repository, and a third is due. */
async function twoPointsOld(site: ReturnType<typeof engineSite>) {
  for (let point = 0; point < 2; point++) {
    await site.run();
    site.pass(day);
  }
  return site;
}
