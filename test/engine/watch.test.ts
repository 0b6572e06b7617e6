import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { day, hour, minute } from "../../src/core/base/instant.ts";
import { ProblemError } from "../../src/core/base/problem.ts";
import type { PolicyFile } from "../../src/core/model/policy/policy-document.ts";
import { nextStartAfter } from "../../src/core/plan/calendar/starts.ts";
import { readPolicies } from "../../src/core/policy/read-policies.ts";
import { openSession } from "../../src/engine/session/session.ts";
import { watch } from "../../src/engine/watch.ts";
import { noon, problemOf } from "../support/build-site.ts";
import { testWorld } from "../support/test-world.ts";

const sound = readFileSync("policies/minimal.yaml", "utf8");
const other = sound.replace("name: minimal", "name: other");
const broken = sound.replace("schedule:", "scedule:");
const gone = "gone";

test("policies are applied at the start and at each look, for as long as nothing changes", async () => {
  expect(await watched([sound, sound, sound])).toEqual([
    "in force: minimal (started)",
    "applied minimal (started)",
    "applied minimal (looked-again)",
    "applied minimal (looked-again)",
  ]);
});

test("a broken edit is told once, and the last good policies are applied on", async () => {
  expect(await watched([sound, broken, broken])).toEqual([
    "in force: minimal (started)",
    "applied minimal (started)",
    "broken-edit: unknown-key, 1 in force",
    "applied minimal (looked-again)",
    "applied minimal (looked-again)",
  ]);
});

test.each([
  [gone, "policies-lost: policy-folder-missing, 1 in force"],
  ["", "policies-lost: no-policy, 1 in force"],
])(
  "when the folder is %j, the last good policies are applied on until others are there",
  async (to, told) => {
    expect(await watched([sound, to, to, other])).toEqual([
      "in force: minimal (started)",
      "applied minimal (started)",
      told,
      "applied minimal (looked-again)",
      "applied minimal (looked-again)",
      "in force: other (policies-changed)",
      "applied other (policies-changed)",
    ]);
  },
);

test("policies that are broken from the start are waited for", async () => {
  expect(await watched([broken, broken, sound])).toEqual([
    "broken-edit: unknown-key, 0 in force",
    "in force: minimal (policies-changed)",
    "applied minimal (policies-changed)",
  ]);
});

test.each([
  [gone, "policy-folder-missing", "Not there."],
  ["", "no-policy", "policies holds no policy."],
])("a folder that is %j at the start is refused at once", async (text, code, message) => {
  const fault = await watched([text, sound]).catch((thrown: unknown) => thrown);
  expect(fault).toBeInstanceOf(ProblemError);
  expect((fault as ProblemError).problem).toMatchObject({ code, message });
});

test("a start of the schedule wakes it before the next look would, and is called due", async () => {
  const [policy] = readPolicies(filesOf(sound)).policies;
  const start = nextStartAfter(policy!, noon)!;
  expect(await watched([sound, sound], start - 5 * minute)).toContain("applied minimal (due)");
  expect(await watched([sound, sound], start - 20 * minute)).not.toContain("applied minimal (due)");
});

test("a start that falls into a blackout wakes it at the blackout's end, once", async () => {
  const schedule = `cron: "0 * * * *", blackouts: [{ from: '00:00', until: '06:00' }]`;
  const hourly = sound.replace(/cron: "[^"]*"/, schedule);
  const [policy] = readPolicies(filesOf(hourly)).policies;
  const midnight = Math.floor(noon / day) * day;
  expect(policy!.schedule.timeZone).toBe("UTC");
  expect(nextStartAfter(policy!, midnight)).toBe(midnight + 6 * hour);
  expect(await watched([hourly, hourly, hourly], midnight + 5 * hour - 10 * minute)).toEqual([
    "in force: minimal (started)",
    "applied minimal (started)",
    "applied minimal (looked-again)",
    "applied minimal (looked-again)",
  ]);
  expect(await watched([hourly, hourly], midnight + 6 * hour - 10 * minute)).toContain(
    "applied minimal (due)",
  );
});

test("a folder that goes in two ways is told both times, and an edit that is only seen is taken", async () => {
  expect(await watched([sound, gone, "", other])).toEqual([
    "in force: minimal (started)",
    "applied minimal (started)",
    "policies-lost: policy-folder-missing, 1 in force",
    "applied minimal (looked-again)",
    "policies-lost: no-policy, 1 in force",
    "applied minimal (looked-again)",
    "in force: other (policies-changed)",
    "applied other (policies-changed)",
  ]);
  expect(await watched([sound, other])).toContain("applied other (policies-changed)");
});

test("a start at the very moment of a look is due", async () => {
  const [policy] = readPolicies(filesOf(sound)).policies;
  const start = nextStartAfter(policy!, noon)!;
  expect(await watched([sound, sound], start - 15 * minute)).toContain("applied minimal (due)");
});

test("it sleeps until the next start, and never longer than a minute, so that a moved clock is noticed", async () => {
  const [policy] = readPolicies(filesOf(sound)).policies;
  const sleeps: number[] = [];
  await watched([sound, sound], nextStartAfter(policy!, noon)! - 150_000, { sleeps });
  expect(sleeps.slice(0, 3)).toEqual([60_000, 60_000, 30_000]);
});

test("an edit wakes it at once; a file that was saved without a change is no reason to run", async () => {
  const stop = new AbortController();
  const texts = [sound, sound, other];
  const told: string[] = [];
  let asked = 0;
  let woken = 0;
  let wokenByEdits = 0;
  let edit = () => {};
  const world = testWorld({
    now: () => noon,
    readPolicyFiles: async () => filesOf(texts.shift()!),
    sleep(_, signal) {
      const ended = new Promise<void>((resolve) =>
        signal!.addEventListener("abort", () => resolve(void (woken += 1))),
      );
      // By the session's end all are: what counts is what an edit has ended.
      wokenByEdits = woken;
      if (texts.length === 0) stop.abort();
      else edit();
      return ended;
    },
  });
  await watch(openSession(world, stop.signal), {
    folder: "policies",
    everyMs: 15 * minute,
    policiesChanged: () => ((asked += 1), new Promise((resolve) => (edit = resolve))),
    apply: async () => 0,
    tell: (event) => void told.push(event.what === "applied" ? `applied (${event.why})` : event.what),
  });
  expect(told).toEqual(["in-force", "applied (started)", "in-force", "applied (policies-changed)"]);
  expect({ asked, wokenByEdits }).toEqual({ asked: 3, wokenByEdits: 2 });
});

/**
 * What `watch` says while the folder holds one text after the other, a look for each; it ends at the last.
 */
async function watched(
  texts: readonly string[],
  startsAt = noon,
  { sleeps = [] }: { readonly sleeps?: number[] } = {},
): Promise<readonly string[]> {
  const left = [...texts];
  const told: string[] = [];
  const stop = new AbortController();
  let now = startsAt;
  const world = testWorld({
    now: () => now,
    readPolicyFiles: async () => filesOf(left.shift()!),
    async sleep(ms) {
      now += ms;
      sleeps.push(ms);
      if (left.length === 0) stop.abort();
    },
  });
  await watch(openSession(world, stop.signal), {
    folder: "policies",
    everyMs: 15 * minute,
    policiesChanged: () => new Promise(() => {}),
    async apply(files) {
      told.push(`applied ${/name: (\w+)/.exec(files[0]!.text)![1]}`);
      return 0;
    },
    tell(event) {
      if (event.what === "applied") told.push(`${told.pop()} (${event.why})`);
      else if (event.what === "in-force")
        told.push(`in force: ${event.policies.map((it) => it.name).join()} (${event.wake})`);
      else told.push(`${event.what}: ${event.problems[0]!.code}, ${event.stillInForce} in force`);
    },
  });
  return told;
}

function filesOf(text: string): readonly PolicyFile[] {
  if (text === gone) throw new ProblemError({ ...problemOf("Not there."), code: "policy-folder-missing" });
  return text === "" ? [] : [{ path: "policies/minimal.yaml", text }];
}
