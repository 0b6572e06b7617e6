import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { hour, minute } from "../../../src/core/base/instant.ts";
import type { WeeklyBlackout } from "../../../src/core/model/policy/blackout.ts";
import type { RunListener } from "../../../src/core/model/run-event.ts";
import type { CaptureAction, SitePlan } from "../../../src/core/model/plan.ts";
import type { ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import { planAskedCapture } from "../../../src/core/plan/plan-asked-capture.ts";
import { makePlan } from "../../../src/core/plan/make-plan.ts";
import { applyPlan } from "../../../src/engine/run/apply.ts";
import { untilTaskBegins } from "../../../src/engine/run/quiet-step.ts";
import { openSession } from "../../../src/engine/session/session.ts";
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
    ["capture PS1/second", "skipped", "quiet-hours-began"],
  ]);
  expect(await outcomesOf(plan, () => noon + hour)).toMatchObject([{ 1: "done" }, { 1: "done" }]);
});

test("what was asked for by hand goes on in the blackout", async () => {
  const policy = policyWithFolders();
  const asked = planAskedCapture(policy, observationOf(policy, []), noon, { sources: [], note: "by hand" });
  const plan = { ...makePlan([policy], [observationOf(policy, [])], noon), sites: [asked] };
  expect(await outcomesOf(plan, () => noon + 3 * hour)).toMatchObject([{ 1: "done" }, { 1: "done" }]);
});

test("reading the task's set stops when the task's hours begin, and nothing else does", async () => {
  const waits: number[] = [];
  const sleep = async (ms: number) => void waits.push(ms);
  const session = openSession(testWorld({ now: () => noon, sleep }), new AbortController().signal);
  onTestFinished(() => session.close());
  const site = {
    ...makePlan([policyOf()], [observationOf(policyOf(), [])], noon).sites[0]!,
    taskHours: [afternoon],
  };
  const read = (kind: CaptureAction["kind"]) =>
    untilTaskBegins(
      session,
      site,
      { ...(site.actions[0] as CaptureAction), source: "task", kind },
      async ({ signal }) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        signal.throwIfAborted();
        return "read";
      },
    );
  await expect(read("task-backup")).rejects.toMatchObject({
    problem: { code: "quiet-hours-began", message: expect.stringContaining("began at 2026-11-22 14:00Z") },
  });
  expect(waits).toEqual([2 * hour]);
  expect(await read("folder")).toBe("read");
  expect(waits).toHaveLength(1);
});

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
  const told: (readonly [string, string, string | undefined])[] = [];
  const listener: RunListener = (event) => {
    if (event.what !== "step-ended") return;
    const { title, result, problem } = event.outcome;
    told.push([title, result, problem?.code]);
    now = later();
  };
  await applyPlan(session, plan, { trigger: "apply", listeners: [listener] });
  return told;
}
