import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { hour, minute } from "../../../src/core/base/instant.ts";
import type { Problem } from "../../../src/core/base/problem.ts";
import type { WeeklyBlackout } from "../../../src/core/model/policy/blackout.ts";
import type { RunListener } from "../../../src/core/model/run-event.ts";
import type { CaptureAction, SitePlan } from "../../../src/core/model/plan.ts";
import type { ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import { planAskedCapture } from "../../../src/core/plan/plan-asked-capture.ts";
import { makePlan } from "../../../src/core/plan/make-plan.ts";
import { applyPlan } from "../../../src/engine/run/apply.ts";
import { untilTaskBegins } from "../../../src/engine/run/quiet-step.ts";
import { openSession, type Session } from "../../../src/engine/session/session.ts";
import { noon, observationOf, policyOf } from "../../support/build-site.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { testWorld } from "../../support/test-world.ts";

/** Every day from 14:00 to 18:00: two hours after `noon`. */
const afternoon: WeeklyBlackout = {
  as: "weekly",
  weekdays: [0, 1, 2, 3, 4, 5, 6],
  fromMs: 14 * hour,
  untilMs: 18 * hour,
  timeZone: "UTC",
};

test("a run that comes into a blackout finishes what is going on and begins nothing more", async () => {
  const policy = policyWithFolders();
  const plan = makePlan([policy], [observationOf(policy, [])], noon);
  expect(await outcomesOf(plan, () => noon + 3 * hour)).toEqual([
    ["capture PS1/first", "done", undefined],
    [
      "capture PS1/second",
      "skipped",
      {
        code: "quiet-hours-began",
        severity: "risk",
        message: "PS1/second was not begun: the run has come into a blackout until 2026-11-22 18:00Z.",
        where: "PS1/second",
        hint: "The next run after it captures what is missing. Should that happen often, begin earlier or capture less in one run.",
      },
    ],
  ]);
  expect(await outcomesOf(plan, () => noon + hour)).toMatchObject([{ 1: "done" }, { 1: "done" }]);
});

test("what was asked for by hand goes on in the blackout", async () => {
  const policy = policyWithFolders();
  const asked = planAskedCapture(policy, observationOf(policy, []), noon, { sources: [], note: "by hand" });
  const plan = { ...makePlan([policy], [observationOf(policy, [])], noon), sites: [asked] };
  expect(await outcomesOf(plan, () => noon + 3 * hour)).toMatchObject([{ 1: "done" }, { 1: "done" }]);
});

test("reading the task's set stops when the task's hours begin, and tells why", async () => {
  const { waits, read } = reading({});
  const stopped = await read("task-backup", async ({ signal }, begin) => {
    expect(signal.aborted).toBe(false);
    await begin();
    signal.throwIfAborted();
  }).catch((thrown: unknown) => thrown);
  expect(stopped).toMatchObject({
    problem: {
      code: "quiet-hours-began",
      severity: "risk",
      message:
        "PS1/task was given up: the hours of the site's own backup task began at 2026-11-22 14:00Z, and files that are read would be in its way.",
      where: "PS1/task",
      hint: "The next run after the task captures what it left. Should that happen often, begin earlier, or give the task a later begin.",
    },
  });
  expect(waits.map((it) => it.ms)).toEqual([2 * hour]);
});

test("what is read of the task's set by then counts, and nothing waits for its hours any more", async () => {
  const { session, waits, read } = reading({});
  const now = await read("task-backup", async (inner) => (inner.signal.throwIfAborted(), inner.now()));
  expect(now).toBe(session.now());
  expect(waits).toMatchObject([{ ms: 2 * hour, signal: { aborted: true } }]);
});

test("reading the task's set that fails by itself, or is stopped with its run, tells that", async () => {
  const failing = reading({});
  const fault = new Error("the share went away");
  await expect(failing.read("task-backup", () => Promise.reject(fault))).rejects.toBe(fault);
  expect(failing.waits).toMatchObject([{ signal: { aborted: true } }]);

  const stop = new AbortController();
  const stopped = reading({ signal: stop.signal });
  const reason = new Error("stopped by hand");
  const work = stopped.read("task-backup", async ({ signal }, begin) => {
    await begin();
    stop.abort();
    expect(signal.aborted).toBe(true);
    throw reason;
  });
  await expect(work).rejects.toBe(reason);
});

test("nothing else is stopped by the task's hours, nor its set where they are not known", async () => {
  const { waits, read } = reading({});
  expect(await read("folder", async () => "read")).toBe("read");
  const unknown = reading({ taskHours: undefined });
  expect(await unknown.read("task-backup", async () => "read")).toBe("read");
  expect([...waits, ...unknown.waits]).toEqual([]);
});

interface Wait {
  readonly ms: number;
  readonly signal: AbortSignal | undefined;
  readonly end: () => void;
}

/** Reads a source of a site at noon, whose task begins at 14:00 when it is told to. */
function reading({
  signal = new AbortController().signal,
  ...hours
}: {
  readonly signal?: AbortSignal;
  readonly taskHours?: undefined;
}) {
  const waits: Wait[] = [];
  const sleep = (ms: number, until?: AbortSignal) =>
    new Promise<void>((end) => waits.push({ ms, signal: until, end }));
  const session = openSession(testWorld({ now: () => noon, sleep }), signal);
  onTestFinished(() => session.close());
  const [planned] = makePlan([policyOf()], [observationOf(policyOf(), [])], noon).sites;
  const { taskHours: _, ...rest } = planned!;
  const site: SitePlan = "taskHours" in hours ? rest : { ...rest, taskHours: [afternoon] };
  const begin = async () => {
    for (const { end } of waits) end();
    await Promise.resolve();
  };
  const read = <Result>(
    kind: CaptureAction["kind"],
    work: (session: Session, begin: () => Promise<void>) => Promise<Result>,
  ) => {
    const action = { ...(site.actions[0] as CaptureAction), source: "task", kind };
    return untilTaskBegins(session, site, action, (inner) => work(inner, begin));
  };
  return { session, waits, read };
}

function policyWithFolders(): ResolvedPolicy {
  const root = temporaryFolder();
  const sources = ["first", "second"].map((name) => {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, "a.txt"), name);
    return { kind: "folder", name, root: join(root, name), include: ["**"], exclude: [] } as const;
  });
  return policyOf({
    sources,
    schedule: { ...policyOf().schedule, blackouts: [afternoon] },
    throttle: { concurrency: 1 },
    repository: { name: "main", location: { folder: join(root, "repository") }, keys: [], encrypt: false },
  });
}

/** Applies a plan; after its first step the clock shows another time. */
async function outcomesOf(
  plan: { readonly sites: readonly SitePlan[] } & Parameters<typeof applyPlan>[1],
  later: () => number,
) {
  let now = noon + minute;
  const session = openSession(testWorld({ now: () => now }), new AbortController().signal);
  onTestFinished(() => session.close());
  const told: (readonly [string, string, Problem | undefined])[] = [];
  const listener: RunListener = (event) => {
    if (event.what !== "step-ended") return;
    const { title, result, problem } = event.outcome;
    told.push([title, result, problem]);
    now = later();
  };
  await applyPlan(session, plan, { trigger: "apply", listeners: [listener] });
  return told;
}
