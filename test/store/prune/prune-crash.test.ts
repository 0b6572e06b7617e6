import { test } from "vitest";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { faultyBackend, InjectedFault } from "../../support/faulty-backend.ts";
import { expectTidy, expectWhole, offers, prune, withSnapshots } from "../../support/prunes.ts";
import { capture, reopen } from "../../support/test-repository.ts";

test("a prune that dies at any change loses nothing, and the next two tidy up", async () => {
  for (const fault of ["before", "after"] as const) {
    for (let change = 1; ; change++) {
      const { objects, repository } = await withSnapshots("s1", "s2");
      await repository.forget("s1");
      await prune(repository, { maxUnusedPerMille: 0 });
      await capture(repository, "s3", offers("s3"), { previous: "s2" });
      await repository.forget("s2");
      const backend = memoryBackend(objects);
      const dying = await reopen(faultyBackend(backend, { change, fault }), { seed: 30 });
      const died = await prune(dying, { maxUnusedPerMille: 0 }).then(
        () => false,
        (error: unknown) => error instanceof InjectedFault || Promise.reject(error as Error),
      );
      if (!died) break;
      const next = await reopen(backend, { seed: 31 });
      await expectWhole(next, "s3");
      await prune(next, { maxUnusedPerMille: 0 });
      await prune(next, { maxUnusedPerMille: 0 });
      await expectWhole(next, "s3");
      await expectTidy(objects, next);
    }
  }
});
