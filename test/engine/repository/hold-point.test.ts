import { describe, expect, test } from "vitest";
import { ProblemError } from "../../../src/core/base/problem.ts";
import type { Hold, Holds } from "../../../src/core/model/repository/hold.ts";
import { findPoint } from "../../../src/engine/repository/find-point.ts";
import { holdPoint, releaseHolds, requireHeld } from "../../../src/engine/repository/hold-point.ts";
import { openSession } from "../../../src/engine/session/session.ts";
import type { Backend } from "../../../src/store/backends/backend.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { noon, snapshotOf } from "../../support/build-site.ts";
import { files } from "../../support/engine-site.ts";
import { capture, newRepository, reopen } from "../../support/test-repository.ts";
import { testWorld } from "../../support/test-world.ts";

const pointName = "PS1@1970-01-01T00:00:00.010Z";
const world = testWorld({ now: () => 20 });

test("a point that another machine forgets while it is being held is a problem that says what is gone and what is held", async () => {
  const { objects, here, there } = await newPlace({ forgetAtHold: ["s1"] });
  const fault = await hold(here).catch((thrown: unknown) => thrown);
  expect(fault).toBeInstanceOf(ProblemError);
  expect((fault as ProblemError).problem).toMatchObject({
    code: "hold-too-late",
    severity: "error",
    where: pointName,
    message: "s1 went while the point was being held.",
    hint: expect.stringContaining("Hold another one as well."),
  });
  // The word stays, since it keeps what is left.
  expect([...objects.keys()].filter((it) => it.startsWith("holds/"))).toHaveLength(1);
  expect((await there.holds()).living).toMatchObject([
    { site: "PS1", snapshots: ["s1", "s2"], note: "audit" },
  ]);
  expect((await there.snapshots()).snapshots.map((it) => it.id)).toEqual(["older", "s2"]);
});

test("a forget of another point at the same moment is nothing to a hold", async () => {
  const { here } = await newPlace({ forgetAtHold: ["older"] });
  expect(await hold(here)).toMatchObject({ snapshots: ["s1", "s2"], by: "cm01.test", at: 20 });
});

test("all that went while a point was being held is named", async () => {
  const { here } = await newPlace({ forgetAtHold: ["s1", "s2"] });
  await expect(hold(here)).rejects.toThrow("s1, s2 went while the point was being held.");
});

describe("the holds of a point", () => {
  const point = { site: "PS1", due: noon, snapshots: [snapshotOf(files, noon, { id: "s1" })] };
  const word = (id: string, snapshots = ["s1"]): Hold => {
    return { id, at: noon, by: "cm01", note: "audit", site: "PS1", snapshots };
  };
  const released = (id: string, at: number, { note = "", snapshots = ["s1"] } = {}) => ({
    ...word(id, snapshots),
    released: { at, by: `m${id}`, note, releases: id },
  });
  const none = { living: [], released: [], unreadable: [] };

  test("are those that keep it now", () => {
    const holds = { ...none, living: [word("1"), word("2", ["s9"]), word("3")] };
    expect(requireHeld(holds, point).map((it) => it.id)).toEqual(["1", "3"]);
  });

  test.each<[string, Holds, string]>([
    ["never were", none, "PS1@2026-11-22T12:00:00Z is not held."],
    [
      "are another's",
      { ...none, living: [word("1", ["s9"])], released: [released("2", noon, { snapshots: ["s9"] })] },
      "PS1@2026-11-22T12:00:00Z is not held.",
    ],
    [
      "were released",
      {
        ...none,
        released: [
          released("1", noon + 60_000),
          released("2", noon + 180_000, { note: "done" }),
          released("3", noon + 120_000),
          released("4", noon + 240_000, { snapshots: ["s9"] }),
        ],
      },
      "PS1@2026-11-22T12:00:00Z was released already, at 2026-11-22 12:03Z on m2: done.",
    ],
    [
      "were released without a word",
      { ...none, released: [released("1", noon)] },
      "PS1@2026-11-22T12:00:00Z was released already, at 2026-11-22 12:00Z on m1.",
    ],
  ])("that %s are a problem that says so", (_, holds, message) => {
    let thrown: unknown;
    try {
      requireHeld(holds, point);
    } catch (fault) {
      thrown = fault;
    }
    expect((thrown as ProblemError).problem).toEqual({
      code: "point-not-held",
      severity: "error",
      message,
      where: "PS1@2026-11-22T12:00:00Z",
      hint: "`sitekeep snapshots list` marks the points that are held; `sitekeep snapshots explain` says why others stay.",
    });
  });

  test("are ended one by one, with who did so, when and why", async () => {
    const { here } = await newPlace({ forgetAtHold: [] });
    const holds = [await hold(here), await hold(here)];
    const session = openSession(world, new AbortController().signal);
    const releases = await releaseHolds(session, here, { holds, note: "done" });
    const said = { at: 20, by: "cm01.test", note: "done" };
    expect(releases).toEqual(holds.map(({ id }) => ({ ...said, releases: id })));
    const left = await here.holds();
    expect(left.living).toEqual([]);
    expect(left.released.map((it) => it.released)).toEqual(expect.arrayContaining([...releases]));
  });
});

async function hold(repository: Awaited<ReturnType<typeof reopen>>) {
  const session = openSession(world, new AbortController().signal);
  const point = findPoint((await repository.snapshots()).snapshots, pointName);
  return holdPoint(session, repository, { point, note: "audit" });
}

/**
 * A repository with a point of two snapshots and an older one, which a second machine forgets a snapshot of
 * as the first files a hold.
 */
async function newPlace({ forgetAtHold }: { readonly forgetAtHold: readonly string[] }) {
  const objects = new Map<string, Uint8Array>();
  const backend = memoryBackend(objects);
  const first = await newRepository(backend);
  await capture(first, "older", [], { said: { point: 5, source: "files" } });
  await capture(first, "s1", [], { said: { source: "files" } });
  await capture(first, "s2", [], { said: { source: "scripts" }, source: "scripts" });
  const there = await reopen(backend, { seed: 3 });
  const watched: Backend = {
    ...backend,
    putNew: async (name, bytes) => {
      if (name.startsWith("holds/")) for (const id of forgetAtHold) await there.forget(id);
      return backend.putNew(name, bytes);
    },
  };
  return { objects, there, here: await reopen(watched, { seed: 4 }) };
}
