import { mkdirSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Json } from "../../../src/core/base/json.ts";
import { ProblemError, type Problem } from "../../../src/core/base/problem.ts";
import { curesOf } from "../../../src/core/model/policy/location.ts";
import { asProblem, hasRepository } from "../../../src/engine/session/repositories.ts";
import { openSession, type Session } from "../../../src/engine/session/session.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { ObjectDamaged, ObjectTooNew } from "../../../src/store/objects/repository-errors.ts";
import { noon } from "../../support/build-site.ts";
import { engineSite } from "../../support/engine-site.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { capture } from "../../support/test-repository.ts";
import { testWorld } from "../../support/test-world.ts";

test("a repository that was here and is not is named, and no new one is made in its place", async () => {
  const { folder, use } = site();
  await use((session) => session.repository(addressOf(folder), { create: true }));
  renameSync(folder, `${folder}.elsewhere`);
  mkdirSync(folder);
  const vanished = {
    code: "repository-vanished",
    severity: "error",
    message: `The repository that was at ${folder} is not there.`,
    where: "repository main",
    hint: "Mount the share or connect the disk. If it was removed on purpose, name another folder for the new one in the policy.",
  };
  expect(await problemOf(() => use((it) => it.repository(addressOf(folder))))).toEqual(vanished);
  expect(await problemOf(() => use((it) => hasRepository(it, addressOf(folder))))).toEqual(vanished);
  const create = () => use((it) => it.repository(addressOf(folder), { create: true }));
  expect(await problemOf(create)).toEqual(vanished);
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

test("whether a repository is there is seen without its key", async () => {
  const { folder, use, keyAt } = site();
  const address = { ...addressOf(folder), encrypt: true, keys: [keyAt("key")] };
  const has = () => use((session) => hasRepository(session, { ...address, keys: [] }));
  expect(await has()).toBe(false);
  await use((session) => session.repository(address, { create: true }));
  expect(await has()).toBe(true);
});

test("a place that can't be read is no empty place", async () => {
  const address = addressOf("/main");
  const refused = Object.assign(new Error("EIO: i/o error, read"), { code: "EIO", syscall: "read" });
  const get = () => Promise.reject(refused);
  const { inSession } = engineSite({ world: { openBackend: () => ({ ...memoryBackend(), get }) } });
  const unreadable = {
    code: "repository-unreadable",
    severity: "error",
    message: "The repository at /main can't be used: EIO: i/o error, read",
    where: "repository main",
    hint: curesOf(address.location).unusable,
  };
  const asks: readonly ((session: Session) => Promise<unknown>)[] = [
    (session) => session.repository(address),
    (session) => session.repository(address, { create: true }),
    (session) => hasRepository(session, address),
  ];
  for (const ask of asks) expect(await problemOf(() => inSession(ask))).toEqual(unreadable);
});

test("of two sessions that make a repository at once, both use the one that was made", async () => {
  const { folder, use } = site();
  const ids = await Promise.all(
    [1, 2].map(() =>
      use(async (session) => {
        const opened = await session.repository(addressOf(folder), { create: true });
        return opened.exists && opened.repository.id;
      }),
    ),
  );
  expect(ids).toEqual([expect.any(String), ids[0]]);
});

test("a repository that a password made is opened by it, and by no other and no key", async () => {
  const { folder, use, keyAt, environment } = site();
  const password = { as: "password", password: { env: "REPOSITORY" } } as const;
  const address = { ...addressOf(folder), encrypt: true, keys: [password] };
  environment["REPOSITORY"] = "correct horse";
  await use((session) => session.repository(address, { create: true }));
  expect(await use((session) => session.repository(address))).toMatchObject({ exists: true });
  const locked = { code: "repository-locked", severity: "error", where: "repository main" };
  const notOpened = {
    ...locked,
    message: "None of the keys opens the repository.",
    hint: "Use the key file or password that it was made with; without any of them nobody can read it.",
  };
  environment["REPOSITORY"] = "another horse";
  expect(await problemOf(() => use((it) => it.repository(address)))).toEqual(notOpened);
  const keyed = { ...address, keys: [keyAt("key")] };
  expect(await problemOf(() => use((it) => it.repository(keyed)))).toEqual(notOpened);
  expect(await problemOf(() => use((it) => it.repository({ ...address, keys: [] })))).toEqual({
    ...locked,
    message: "The repository is encrypted, and no key was named.",
    hint: "Name its key in the policy's `keys:`, or with --key-file FILE beside --folder.",
  });
});

test("an open repository in the place of one that a key was named for is not used", async () => {
  const { folder, use, keyAt } = site();
  await use((session) => session.repository(addressOf(folder), { create: true }));
  const address = { ...addressOf(folder), encrypt: true, keys: [keyAt("key")] };
  expect(await problemOf(() => use((it) => it.repository(address)))).toEqual({
    code: "repository-not-encrypted",
    severity: "error",
    message: `The repository at ${folder} is not encrypted, and a key was named for it.`,
    where: "repository main",
    hint: "Find out how it came there. If it is meant to be read by everybody, say `encrypt: false` and no keys in the policy, or leave --key-file away.",
  });
});

test("a key file that is missing, can't be read or holds no key is named", async () => {
  const { folder, use, keyAt } = site();
  const problemWith = (file: string) => {
    const keys = [{ as: "key-file" as const, file }];
    const address = { ...addressOf(folder), encrypt: true, keys };
    return problemOf(() => use((it) => it.repository(address, { create: true })));
  };
  const problem = { code: "repository-key-missing", severity: "error", where: "repository main" };
  const hint =
    "Copy the repository's key here. For a new repository, `sitekeep init` or `sitekeep repo init` makes one.";
  const { file } = keyAt("short", "too short");
  expect(await problemWith(file)).toEqual({
    ...problem,
    message: `The file ${file} holds no key.`,
    hint: "Copy the key that the repository was made with to that place: 32 random bytes, as they are or as 64 hexadecimal digits.",
  });
  const message = "There is no key file at /no/such.";
  expect(await problemWith("/no/such")).toEqual({ ...problem, message, hint });
  mkdirSync(folder);
  expect(await problemWith(folder)).toEqual({
    ...problem,
    message: `The key file ${folder} can't be read: EISDIR: illegal operation on a directory, read.`,
    hint,
  });
});

test("what a repository dates has the time of the world, and what it keeps here lies in a folder of its own", async () => {
  const { folder, cacheFolder, use, keyAt } = site();
  const address = { ...addressOf(folder), encrypt: true, keys: [keyAt("key")] };
  await use(async (session) => {
    const opened = await session.repository(address, { create: true });
    if (!opened.exists) throw new Error("It was made.");
    await capture(opened.repository, "s1", []);
    const proof = await opened.repository.proveKey("admin07", session.signal);
    expect(proof.at).toBe(noon);
    await opened.repository.snapshots();
  });
  expect(readdirSync(cacheFolder)).toEqual(["store"]);
});

const systemError = (code: string) => Object.assign(new Error(`${code}: write`), { code, syscall: "write" });
const { unusable, full } = curesOf({ folder: "/main" });
const fullHint = `${full}, fewer points in \`retention:\`, or \`sitekeep repo prune\`. What is there stays whole; docs/stuck.md says more.`;

test.each<[Error, string, string, string]>([
  [
    new ObjectDamaged("index/1", "its seal is broken"),
    "repository-unreadable",
    "The repository at /main can't be used: index/1 can't be read: its seal is broken.",
    `See what is hurt with \`sitekeep repo check\`, and put it in order with \`sitekeep repo repair\`. ${unusable}`,
  ],
  [
    new ObjectTooNew("config", "version 9"),
    "repository-unreadable",
    "The repository at /main can't be used: config was written by a later version: version 9.",
    "Use the version of sitekeep that wrote it, or a later one. Nothing is damaged.",
  ],
  [
    systemError("EACCES"),
    "repository-unreadable",
    "The repository at /main can't be used: EACCES: write",
    unusable,
  ],
  ...["ENOSPC", "EDQUOT"].map((code): [Error, string, string, string] => [
    systemError(code),
    "disk-full",
    `There is no room left for the repository at /main: ${code}: write.`,
    fullHint,
  ]),
])("what goes wrong with a repository is a problem with its cure: %s", (fault, code, message, hint) => {
  const told = asProblem(fault, addressOf("/main"));
  expect((told as ProblemError).problem).toEqual({
    code,
    severity: "error",
    message,
    where: "repository main",
    hint,
  });
  expect((told as ProblemError).cause).toBe(fault);
});

test("what is no fault of a repository comes as it came", () => {
  const fault = Object.assign(new Error("a bug"), { code: "ENOSPC" });
  expect(asProblem(fault, addressOf("/main"))).toBe(fault);
});

function addressOf(folder: string) {
  return { name: "main", location: { folder }, keys: [], encrypt: false };
}

/** A place for a repository, and a machine that remembers from one session to the next. */
function site() {
  const root = temporaryFolder();
  const memory = new Map<string, Json>();
  const environment: Record<string, string> = {};
  const cacheFolder = join(root, "cache");
  const world = testWorld({
    cacheFolder,
    now: () => noon,
    environment: (name) => environment[name],
    remember: async (name, value) => void memory.set(name, value),
    recall: async (name) => memory.get(name),
  });
  const use = <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const session = openSession(world, new AbortController().signal);
    onTestFinished(() => session.close());
    return work(session);
  };
  const keyAt = (name: string, content = "0d".repeat(32)) => {
    writeFileSync(join(root, name), content);
    return { as: "key-file", file: join(root, name) } as const;
  };
  return { folder: join(root, "repository"), cacheFolder, use, keyAt, environment };
}

async function problemOf(work: () => Promise<unknown>): Promise<Problem> {
  const thrown = await work().then(
    () => undefined,
    (fault: unknown) => fault,
  );
  if (thrown instanceof ProblemError) return thrown.problem;
  throw new Error(`No problem, but ${String(thrown)}`);
}
