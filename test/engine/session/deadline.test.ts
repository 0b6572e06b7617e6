import { expect, test, vi } from "vitest";
import { minute } from "../../../src/core/base/instant.ts";
import type { SqlRunner } from "../../../src/drivers/access/sql/sql-runner.ts";
import type { Means } from "../../../src/drivers/driver.ts";
import { lookAt } from "../../../src/engine/session/deadline.ts";
import { address } from "../../support/build-site.ts";
import { engineSite } from "../../support/engine-site.ts";

const sql = async () => Promise.reject(new Error("no server"));

test("what a look learns comes back, and what it made on this machine is removed", async () => {
  let removed = 0;
  const makeTemporaryFolder = async () => ({ path: "/tmp/look", remove: async () => void removed++ });
  const site = engineSite({ world: { makeTemporaryFolder } });
  const shared = { title: "shared" } as unknown as SqlRunner;
  const look = async (means: Means) => ({
    folder: await means.temporaryFolder(),
    runner: await means.sql(address),
  });
  const seen = await site.inSession((session) =>
    lookAt(session, "PS1/files", { sql: async () => shared, look }),
  );
  expect(seen).toEqual({ folder: "/tmp/look", runner: shared });
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

type Look = (means: Means) => Promise<never>;
const looks: readonly [string, Look][] = [
  [
    "listens",
    ({ signal }) =>
      new Promise((_, fail) => signal.addEventListener("abort", () => fail(signal.reason as Error))),
  ],
  ["hangs", () => new Promise(() => {})],
];

test.each(looks)(
  "a look that %s and does not end within two minutes is told to be slow, and ended",
  async (_, look) => {
    const timeout = new AbortController();
    const limit = vi.spyOn(AbortSignal, "timeout").mockReturnValue(timeout.signal);
    try {
      const site = engineSite({});
      const seen = site.inSession((session) => lookAt(session, "PS1/files", { sql, look }));
      timeout.abort(new DOMException("late", "TimeoutError"));
      expect(await seen).toEqual({
        problem: {
          code: "source-too-slow",
          severity: "error",
          message: "PS1/files has not answered within 2 minutes.",
          where: "PS1/files",
          hint: "Look whether the server or share hangs; the other sources go on without it.",
        },
      });
      expect(limit).toHaveBeenCalledWith(2 * minute);
    } finally {
      limit.mockRestore();
    }
  },
);

const cancelled = {
  code: "cancelled",
  severity: "error",
  message: "Stopped before the end.",
  where: "PS1/files",
  hint: "Run the command again: it goes on from what was finished.",
};

test.each(looks)("a look that %s is stopped with the run, and is not called slow", async (_, look) => {
  const stop = new AbortController();
  const site = engineSite({ signal: stop.signal });
  const seen = site.inSession((session) => lookAt(session, "PS1/files", { sql, look }));
  stop.abort();
  expect(await seen).toEqual({ problem: cancelled });
});

test("a look that is begun after the run was stopped, and hangs, is stopped too", async () => {
  const site = engineSite({ signal: AbortSignal.abort() });
  const look = () => new Promise<never>(() => {});
  const seen = await site.inSession((session) => lookAt(session, "PS1/files", { sql, look }));
  expect(seen).toEqual({ problem: cancelled });
});
