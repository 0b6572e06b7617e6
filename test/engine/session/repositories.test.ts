import { mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Json } from "../../../src/core/base/json.ts";
import { ProblemError, type Problem } from "../../../src/core/base/problem.ts";
import { openSession, type Session } from "../../../src/engine/session/session.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { testWorld } from "../../support/test-world.ts";

test("a repository that was here and is not is named, and no new one is made in its place", async () => {
  const { folder, use } = site();
  await use((session) => session.repository(addressOf(folder), { create: true }));
  renameSync(folder, `${folder}.elsewhere`);
  mkdirSync(folder);
  expect(await problemOf(() => use((it) => it.repository(addressOf(folder))))).toMatchObject({
    code: "repository-vanished",
  });
  const create = () => use((it) => it.repository(addressOf(folder), { create: true }));
  expect(await problemOf(create)).toMatchObject({ code: "repository-vanished" });
  expect(readdirSync(folder)).toEqual([]);
});

test("a repository that came back is used as before", async () => {
  const { folder, use } = site();
  await use((session) => session.repository(addressOf(folder), { create: true }));
  renameSync(folder, `${folder}.elsewhere`);
  renameSync(`${folder}.elsewhere`, folder);
  expect(await use((session) => session.repository(addressOf(folder)))).toMatchObject({ exists: true });
});

test.skipIf(process.platform === "win32")(
  "a share that this machine can't reach is no folder of that name",
  async () => {
    const { use } = site();
    const open = () => use((it) => it.repository(addressOf("\\\\backup01\\sitekeep$"), { create: true }));
    expect(await problemOf(open)).toMatchObject({ code: "repository-unreadable" });
    expect(readdirSync(".").filter((it) => it.startsWith("\\"))).toEqual([]);
  },
);

test("a key file that holds no key is named", async () => {
  const { folder, use } = site();
  const file = `${folder}.key`;
  writeFileSync(file, "too short");
  const address = { ...addressOf(folder), encrypt: true, keys: [{ as: "key-file" as const, file }] };
  const problem = await problemOf(() => use((it) => it.repository(address, { create: true })));
  expect(problem.code).toBe("repository-key-missing");
  expect(problem.message).toBe(`The file ${file} holds no key.`);
});

function addressOf(folder: string) {
  return { name: "main", location: { folder }, keys: [], encrypt: false };
}

/** A place for a repository, and a machine that remembers from one session to the next. */
function site() {
  const root = temporaryFolder();
  const memory = new Map<string, Json>();
  const world = testWorld({
    cacheFolder: join(root, "cache"),
    remember: async (name, value) => void memory.set(name, value),
    recall: async (name) => memory.get(name),
  });
  const use = <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const session = openSession(world, new AbortController().signal);
    onTestFinished(() => session.close());
    return work(session);
  };
  return { folder: join(root, "repository"), use };
}

async function problemOf(work: () => Promise<unknown>): Promise<Problem> {
  const thrown = await work().then(
    () => undefined,
    (fault: unknown) => fault,
  );
  if (thrown instanceof ProblemError) return thrown.problem;
  throw new Error(`No problem, but ${String(thrown)}`);
}
