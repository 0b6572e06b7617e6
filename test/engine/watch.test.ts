import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { day, hour, minute } from "../../src/core/base/instant.ts";
import { ProblemError } from "../../src/core/base/problem.ts";
import type { PolicyFile } from "../../src/core/model/policy/policy-document.ts";
import { nextStartAfter } from "../../src/core/plan/calendar/starts.ts";
import { readPolicies } from "../../src/core/policy/read-policies.ts";
import { openSession } from "../../src/engine/session/session.ts";
import { watch, type WatchEvent } from "../../src/engine/watch.ts";
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

/** The policy of a second site, which keeps to the repository of the first. */
const beside = sound.split("---")[0]!.replace("name: minimal", "name: second").replaceAll("MIN", "TWO");
const besideBroken = beside.replace("schedule:", "scedule:");
const edited = sound.replace("{ name: minimal }", "{ name: minimal, labels: { tier: gold } }");

test("of two policies the sound one comes into force, and the other's errors are told at each run", async () => {
  expect(
    await watchedFiles([
      [sound, besideBroken],
      [sound, beside],
    ]),
  ).toEqual([
    "broken-edit: unknown-key, 1 in force",
    "in force: minimal (started)",
    "applied 1, errors 1 (started)",
    "in force: minimal,second (policies-changed)",
    "applied 2, errors 0 (policies-changed)",
  ]);
});

test("where one policy is edited and another one broken, the edit is taken and the other stays as it was", async () => {
  expect(
    await watchedFiles([
      [sound, beside],
      [edited, besideBroken],
      [edited, besideBroken],
    ]),
  ).toEqual([
    "in force: minimal,second (started)",
    "applied 2, errors 0 (started)",
    "broken-edit: unknown-key, 2 in force",
    "in force: minimal,second (policies-changed)",
    "applied 2, errors 1 (policies-changed)",
    "applied 2, errors 1 (looked-again)",
  ]);
});

test("a policy that would go out of force by an error elsewhere stays, and nothing of that edit counts", async () => {
  const resting = beside.replace("repository: backup", "extends: base");
  const template = `apiVersion: sitekeep/v1
kind: PolicyTemplate
metadata: { name: base }
repository: backup
`;
  expect(
    await watchedFiles([
      [sound, resting, template],
      [edited, resting],
    ]),
  ).toEqual([
    "in force: minimal,second (started)",
    "applied 2, errors 0 (started)",
    "broken-edit: template-unknown, 2 in force",
    "applied 2, errors 1 (looked-again)",
  ]);
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
    folderEverywhere: "/policies",
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
  const told: string[] = [];
  await watchLooks(
    texts.map((text) => () => filesOf(text)),
    {
      startsAt,
      sleeps,
      tell(event, files) {
        if (event.what === "applied")
          told.push(`applied ${/name: (\w+)/.exec(files[0]!.text)![1]} (${event.why})`);
        else told.push(toldOf(event));
      },
    },
  );
  return told;
}

/** The same for folders of several files, named by their places: how many policies and errors each run has. */
async function watchedFiles(folders: readonly (readonly string[])[]): Promise<readonly string[]> {
  const told: string[] = [];
  const looks = folders.map(
    (texts) => () => texts.map((text, at) => ({ path: `policies/${at}.yaml`, text })),
  );
  await watchLooks(looks, {
    tell(event, files) {
      if (event.what !== "applied") return void told.push(toldOf(event));
      const { policies } = readPolicies(files);
      told.push(`applied ${policies.length}, errors ${event.errors.length} (${event.why})`);
    },
  });
  return told;
}

function toldOf(event: Exclude<WatchEvent, { readonly what: "applied" }>): string {
  return event.what === "in-force"
    ? `in force: ${event.policies.map((it) => it.name).join()} (${event.wake})`
    : event.what === "not-delivered"
      ? `${event.what}: ${event.problems[0]!.where}`
      : `${event.what}: ${event.problems[0]!.code}, ${event.stillInForce} in force`;
}

/** Watches a folder that is each time as the next look finds it; what is told comes with the files of the last run. */
async function watchLooks(
  looks: readonly (() => readonly PolicyFile[])[],
  {
    startsAt = noon,
    sleeps = [],
    tell,
  }: {
    readonly startsAt?: number;
    readonly sleeps?: number[];
    readonly tell: (event: WatchEvent, applied: readonly PolicyFile[]) => void;
  },
): Promise<void> {
  const left = [...looks];
  const stop = new AbortController();
  let now = startsAt;
  let applied: readonly PolicyFile[] = [];
  const world = testWorld({
    now: () => now,
    readPolicyFiles: async () => left.shift()!(),
    async sleep(ms) {
      now += ms;
      sleeps.push(ms);
      if (left.length === 0) stop.abort();
    },
  });
  await watch(openSession(world, stop.signal), {
    folder: "policies",
    folderEverywhere: "/policies",
    everyMs: 15 * minute,
    policiesChanged: () => new Promise(() => {}),
    async apply(files) {
      applied = files;
      return 0;
    },
    tell: (event) => tell(event, applied),
  });
}

function filesOf(text: string): readonly PolicyFile[] {
  if (text === gone) throw new ProblemError({ ...problemOf("Not there."), code: "policy-folder-missing" });
  return text === "" ? [] : [{ path: "policies/minimal.yaml", text }];
}
