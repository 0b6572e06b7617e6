import { expect, test, vi } from "vitest";
import type { ProblemError } from "../../../src/core/base/problem.ts";
import type { RepositoryAddress } from "../../../src/core/model/policy/resolved-policy.ts";
import { openExisting, openSession } from "../../../src/engine/session/session.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { engineSite } from "../../support/engine-site.ts";

const create = { create: true } as const;

test("a repository is opened once, whoever asks for it, also at one moment", async () => {
  const { session, main } = begin();
  expect(await session.repository(main)).toEqual({ exists: false });
  const [first, second] = await Promise.all([
    session.repository(main, create),
    session.repository(main, create),
  ]);
  const third = await session.repository(main);
  expect(first).toMatchObject({ exists: true });
  expect(second).toBe(first);
  expect(third).toBe(first);
  await session.close();
});

test("a repository that could not be opened is opened when it is asked for again", async () => {
  const backend = memoryBackend();
  let isAway = true;
  const { session, main } = begin(() => {
    if (isAway) throw new Error("no share");
    return backend;
  });
  await expect(session.repository(main, create)).rejects.toThrow("no share");
  isAway = false;
  expect(await session.repository(main, create)).toMatchObject({ exists: true });
  await session.close();
});

test("all that is open is closed at the end, whatever else could not be opened", async () => {
  const { session, main } = begin((folder) => {
    if (folder === "/away") throw new Error("no share");
    return memoryBackend();
  });
  const opened = await session.repository(main, create);
  if (!opened.exists) throw new Error("It was made.");
  await session.repository({ ...main, location: { folder: "/none" } });
  const closed = vi.spyOn(opened.repository, "close");
  const away = session.repository({ ...main, location: { folder: "/away" } });
  await Promise.all([session.close(), expect(away).rejects.toThrow("no share")]);
  expect(closed).toHaveBeenCalledOnce();
});

test.each([
  [
    "main",
    "The first `sitekeep apply` makes it, or `sitekeep repo init`. If one should be there: Look at the path, and whether the share is mounted or the disk connected.",
  ],
  [
    "/main",
    "Look at the path, and whether the share is mounted or the disk connected. The folder of a repository holds a file called config.",
  ],
])("that no repository is there is a problem, named %s as it was asked for", async (name, hint) => {
  const { session, main } = begin();
  const thrown = await openExisting(session, { ...main, name }).catch((it: unknown) => it as ProblemError);
  expect(thrown).toMatchObject({
    problem: {
      code: "repository-absent",
      severity: "error",
      message: "There is no repository at /main.",
      where: `repository ${name}`,
      hint,
    },
  });
  const opened = await session.repository({ ...main, name }, create);
  expect(await openExisting(session, { ...main, name })).toBe(opened.exists && opened.repository);
  await session.close();
});

/** A session, and the address of a repository that is not there yet. */
function begin(backendAt?: (folder: string) => ReturnType<typeof memoryBackend>) {
  const { world } = engineSite(
    backendAt ? { world: { openBackend: ({ folder }) => backendAt(folder) } } : {},
  );
  const main: RepositoryAddress = { name: "main", location: { folder: "/main" }, keys: [], encrypt: false };
  return { session: openSession(world, new AbortController().signal), main };
}
