import { expect, test } from "vitest";
import { ProblemError } from "../../../src/core/base/problem.ts";
import { findPoint } from "../../../src/engine/repository/find-point.ts";
import { holdPoint } from "../../../src/engine/repository/hold-point.ts";
import { openSession } from "../../../src/engine/session/session.ts";
import type { Backend } from "../../../src/store/backends/backend.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { capture, newRepository, reopen } from "../../support/test-repository.ts";
import { testWorld } from "../../support/test-world.ts";

const pointName = "PS1@1970-01-01T00:00:00.010Z";
const world = testWorld({ now: () => 20 });

test("a point that another machine forgets while it is being held is a problem that says what is gone and what is held", async () => {
  const { objects, here, there } = await newPlace({ forgetAtHold: "s1" });
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
  const { here } = await newPlace({ forgetAtHold: "older" });
  expect(await hold(here)).toMatchObject({ snapshots: ["s1", "s2"], by: "cm01.test", at: 20 });
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
async function newPlace({ forgetAtHold }: { readonly forgetAtHold: string }) {
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
      if (name.startsWith("holds/")) await there.forget(forgetAtHold);
      return backend.putNew(name, bytes);
    },
  };
  return { objects, there, here: await reopen(watched, { seed: 4 }) };
}
