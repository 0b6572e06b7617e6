import { expect, test } from "vitest";
import type { ProblemError } from "../../../src/core/base/problem.ts";
import { pruneRepository, snapshotInUse } from "../../../src/engine/repository/prune.ts";
import { ClockDoubted, PruneRefused, SnapshotInUse } from "../../../src/store/objects/repository-errors.ts";
import type { PruneOptions, Repository } from "../../../src/store/repository.ts";
import { noon } from "../../support/build-site.ts";

test.each([
  [
    new PruneRefused(["a", "b"]),
    "prune-refused",
    "Nothing was taken away: what is needed can't be told, for this can't be read: a; b.",
  ],
  [
    new PruneRefused([..."abcdefg"]),
    "prune-refused",
    "Nothing was taken away: what is needed can't be told, for this can't be read: a; b; c; d; e and 2 more.",
  ],
  [
    new ClockDoubted(noon, noon + 60_000),
    "clock-doubted",
    "This clock says 2026-11-22 12:00Z; the latest time in the repository is 2026-11-22 12:01Z.",
  ],
])("what stands in a prune's way is a problem: %s", async (fault, code, message) => {
  await expect(prune(async () => Promise.reject(fault))).rejects.toMatchObject({
    problem: { code, message },
  });
});

test("a prune that another one overtook is told, and one that was refused or done is a report", async () => {
  const ended = (result: string) => async () => ({ result }) as never;
  await expect(prune(ended("overtaken"))).rejects.toMatchObject({ problem: { code: "prune-overtaken" } });
  expect(await prune(ended("done"))).toEqual({ result: "done" });
  expect(await prune(ended("refused"))).toEqual({ result: "refused" });
});

test("any other fault comes as it came", async () => {
  const fault = new Error("the share went away");
  const thrown = await prune(async () => Promise.reject(fault)).catch((it: ProblemError) => it);
  expect(thrown).toBe(fault);
});

test("who restores a snapshot, and until when at the latest, is said", () => {
  const inUse = new SnapshotInUse("s1", { holder: "admin07", until: noon });
  expect(snapshotInUse(inUse)).toMatchObject({
    code: "snapshot-in-use",
    message: "The snapshot s1 is being restored by admin07, until 2026-11-22 12:00Z at the latest.",
  });
});

function prune(by: Repository["prune"]) {
  return pruneRepository({ prune: by } as Repository, {} as PruneOptions);
}
