import { expect, test, vi } from "vitest";
import { minute } from "../../../src/core/base/instant.ts";
import { lookAt } from "../../../src/engine/session/deadline.ts";
import { engineSite } from "../../support/engine-site.ts";

const sql = async () => Promise.reject(new Error("no server"));

test("what a look learns comes back, and what it made on this machine is removed", async () => {
  let removed = 0;
  const makeTemporaryFolder = async () => ({ path: "/tmp/look", remove: async () => void removed++ });
  const site = engineSite({ world: { makeTemporaryFolder } });
  const seen = await site.inSession((session) =>
    lookAt(session, "PS1/files", { sql, look: async (means) => ({ folder: await means.temporaryFolder() }) }),
  );
  expect(seen).toEqual({ folder: "/tmp/look" });
  expect(removed).toBe(1);
});

test("whatever goes wrong is a problem, and what was made is removed all the same", async () => {
  let removed = 0;
  const makeTemporaryFolder = async () => ({ path: "/tmp/look", remove: async () => void removed++ });
  const site = engineSite({ world: { makeTemporaryFolder } });
  const seen = await site.inSession((session) =>
    lookAt(session, "PS1/files", {
      sql,
      async look(means) {
        await means.temporaryFolder();
        throw new Error("a cable");
      },
    }),
  );
  expect(seen).toMatchObject({ problem: { code: "internal-fault", where: "PS1/files" } });
  expect(removed).toBe(1);
});

test("a source that does not answer within two minutes is told to be slow, and the look ends", async () => {
  const timeout = new AbortController();
  const limit = vi.spyOn(AbortSignal, "timeout").mockReturnValue(timeout.signal);
  try {
    const site = engineSite({});
    const look = () => new Promise<never>(() => {});
    const seen = site.inSession((session) => lookAt(session, "PS1/files", { sql, look }));
    await Promise.resolve();
    timeout.abort();
    expect(await seen).toMatchObject({
      problem: {
        code: "source-too-slow",
        message: "PS1/files has not answered within 2 minutes.",
        where: "PS1/files",
      },
    });
    expect(limit).toHaveBeenCalledWith(2 * minute);
  } finally {
    limit.mockRestore();
  }
});

test("a look is told when the run is stopped", async () => {
  const stop = new AbortController();
  const site = engineSite({ signal: stop.signal });
  const seen = site.inSession((session) =>
    lookAt(session, "PS1/files", {
      sql,
      look: (means) =>
        new Promise<never>((_, reject) => {
          means.signal.addEventListener("abort", () => reject(means.signal.reason as Error));
          stop.abort();
        }),
    }),
  );
  expect(await seen).toHaveProperty("problem");
});
