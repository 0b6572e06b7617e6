import { expect, test } from "vitest";
import type { ProblemError } from "../../../src/core/base/problem.ts";
import { pruneRepository, snapshotInUse } from "../../../src/engine/repository/prune.ts";
import { ClockDoubted, PruneRefused, SnapshotInUse } from "../../../src/store/objects/repository-errors.ts";
import type { PruneOptions, Repository } from "../../../src/store/repository.ts";
import { noon } from "../../support/build-site.ts";

const damaged = {
  code: "prune-refused",
  hint: "See what is hurt with `sitekeep repo check`, and put the rest in order with `sitekeep repo repair`.",
};
const lost = "Nothing was taken away: what is needed can't be told, for this can't be read";

test.each([
  [new PruneRefused(["a", "b"]), { ...damaged, message: `${lost}: a; b.` }],
  [new PruneRefused([..."abcde"]), { ...damaged, message: `${lost}: a; b; c; d; e.` }],
  [new PruneRefused([..."abcdefg"]), { ...damaged, message: `${lost}: a; b; c; d; e and 2 more.` }],
  [
    new ClockDoubted(noon, noon + 60_000),
    {
      code: "clock-doubted",
      message: "This clock says 2026-11-22 12:00Z; the latest time in the repository is 2026-11-22 12:01Z.",
      hint: "Set the clock of this machine. If it is right, say --clock-is-right.",
    },
  ],
])("what stands in a prune's way is a problem with its cure, %#: %s", async (fault, told) => {
  const thrown = await prune(async () => Promise.reject(fault)).catch((it: ProblemError) => it);
  expect((thrown as ProblemError).problem).toEqual({ severity: "error", where: "repository", ...told });
});

test("a prune that another one overtook is told, and one that was refused or done is a report", async () => {
  const ended = (result: string) => async () => ({ result }) as never;
  const thrown = await prune(ended("overtaken")).catch((it: ProblemError) => it);
  expect((thrown as ProblemError).problem).toEqual({
    code: "prune-overtaken",
    severity: "error",
    message: "Another prune was quicker: this one took nothing away.",
    where: "repository",
    hint: "Nothing need be done. Let one machine prune.",
  });
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
  expect(snapshotInUse(inUse)).toEqual({
    code: "snapshot-in-use",
    severity: "error",
    message: "The snapshot s1 is being restored by admin07, until 2026-11-22 12:00Z at the latest.",
    where: "s1",
    hint: "Wait for the restore to end; the next run forgets it.",
  });
});

function prune(by: Repository["prune"]) {
  return pruneRepository({ prune: by } as Repository, {} as PruneOptions);
}
