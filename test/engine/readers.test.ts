import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { day } from "../../src/core/base/instant.ts";
import { planPolicies } from "../../src/engine/pipeline.ts";
import { verifySnapshot } from "../../src/engine/run/verify-snapshot.ts";
import { readKeyFacts } from "../../src/engine/session/key-uses.ts";
import { openExisting, type Session } from "../../src/engine/session/session.ts";
import type { Backend } from "../../src/store/backends/backend.ts";
import { memoryBackend } from "../../src/store/backends/memory.ts";
import type { Repository } from "../../src/store/repository.ts";
import { engineSite } from "../support/engine-site.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// Who only reads need not write: where a disk, a share or the rights of an account do not let a note be made,
// that is said once, and the work goes on.

const { signal } = new AbortController();

/** How a place refuses writes: each is a system's error, as the contract of backends asks. */
const refusals: Readonly<
  Record<string, { readonly code: string; readonly syscall: string; readonly from: number }>
> = {
  "is mounted to be read only": { code: "EROFS", syscall: "mkdir", from: 1 },
  "gives this account no right to write": { code: "EACCES", syscall: "open", from: 1 },
  "is full": { code: "ENOSPC", syscall: "write", from: 1 },
  "is full from the second write on": { code: "ENOSPC", syscall: "write", from: 2 },
  "answers 403 to what is put": { code: "EACCES", syscall: "PutObject", from: 1 },
};

describe.each(Object.keys(refusals))("on a repository that %s", (kind) => {
  test("a restore gives everything back, and says that no lease is noted", async () => {
    const { reading } = await sound(kind);
    const { result, said } = await reading(async (_, repository) => {
      const [snapshot] = (await repository.snapshots()).snapshots;
      const order = { to: temporaryFolder(), paths: [], overwrite: false, signal };
      // The second one meets a disk that is full by then.
      await repository.restore(snapshot!.id, { ...order, to: temporaryFolder() });
      return repository.restore(snapshot!.id, order);
    });
    expect(result).toMatchObject({ files: 1, refused: [] });
    expect(said).toEqual([
      expect.stringMatching(/^Could not note in the repository that a restore goes on: /),
    ]);
  });

  test("a verify passes, and says that the proof is not noted", async () => {
    const { reading } = await sound(kind);
    const { result, said } = await reading(async (session, repository) => {
      const [snapshot] = (await repository.snapshots()).snapshots;
      const order = { snapshot: snapshot!, perMille: 1000, notes: session.notes };
      await verifySnapshot(session, repository, order);
      return verifySnapshot(session, repository, order);
    });
    expect(result.proof.result).toBe("passed");
    expect(said).toEqual([
      expect.stringMatching(/^Could not note in the repository that a snapshot was read back: /),
    ]);
  });

  test("a check reads all, and says that the ledger does not know", async () => {
    const { reading } = await sound(kind);
    const { result, said } = await reading(async (_, repository) => {
      await repository.check({ readPerMille: 1000, signal });
      return repository.check({ readPerMille: 1000, signal });
    });
    expect(result.damage).toEqual([]);
    expect(result.read.files).toBeGreaterThan(0);
    expect(said).toEqual([expect.stringMatching(/^Could not note in the repository's ledger which packs/)]);
  });

  test("a key is proven, and it is said that the proof is not noted", async () => {
    const { reading } = await sound(kind);
    const { result, said } = await reading(async (_, repository) => {
      await repository.proveKey("laptop", signal);
      return repository.proveKey("laptop", signal);
    });
    expect(result.machine).toBe("laptop");
    expect(said).toEqual([expect.stringMatching(/^Could not note in the repository that a key opened it: /)]);
  });

  test("what only looks asks for no write", async () => {
    const { reading, writes } = await sound(kind);
    const { said } = await reading(async (session, repository) => {
      await planPolicies(session, [session.policy]);
      await repository.snapshots("objects");
      await readKeyFacts(repository);
      await repository.stats(signal);
    });
    expect(said).toEqual([]);
    expect(writes()).toBe(0);
  });
});

test("a machine that can keep nothing in its cache reads and captures all the same, and says so once", async () => {
  const file = join(temporaryFolder(), "a file, no folder");
  writeFileSync(file, "");
  const refuse = async () => {
    throw systemError({ code: "ENOTDIR", syscall: "mkdir" });
  };
  const site = engineSite({ world: { cacheFolder: join(file, "sitekeep"), remember: refuse } });
  expect(await site.run()).toEqual(["capture PS1/files: done"]);
  const said = await site.inSession(async (session) => {
    const { plan } = await planPolicies(session, [site.policy]);
    await planPolicies(session, [site.policy]);
    expect(plan.sites[0]!.actions).toEqual([]);
    return session.notes.lost;
  });
  expect(said.map((it) => it.split(":")[0]).sort()).toEqual([
    "Could not note in this machine's cache what was read of the repository",
    "Could not note on this machine that the repository is there",
    "Could not note on this machine what the site answered",
  ]);
});

test("whoever writes rests on its writes: a proof in a run that can't be filed fails the step", async () => {
  const { site, backend } = await written();
  backend.refusal = { code: "EROFS", syscall: "mkdir", from: 1 };
  site.pass(day);
  await expect(site.run()).rejects.toThrow("The repository at /main can't be used: EROFS");
});

type Refusal = (typeof refusals)[string];

/** A repository of one snapshot, which refuses from then on; and a session that reads of it. */
async function sound(kind: string) {
  const { site, backend } = await written();
  // What this machine has read before is in its cache, and that it was here is known.
  await site.plan();
  backend.begin(refusals[kind]!);
  const reading = <Result>(
    work: (
      session: Session & { readonly policy: typeof site.policy },
      repository: Repository,
    ) => Promise<Result>,
  ) =>
    site.inSession(async (session) => {
      const repository = await openExisting(session, site.policy.repository);
      const result = await work({ ...session, policy: site.policy }, repository);
      return { result, said: session.notes.lost };
    });
  return { reading, writes: () => backend.writes };
}

async function written() {
  const backend = refusingBackend(memoryBackend());
  const repository = {
    name: "main",
    location: { folder: "/main" },
    keys: [{ as: "key-file" as const, file: "/keys/main.key" }],
    encrypt: true,
  };
  const readBytes = async () => new Uint8Array(32).fill(7);
  const site = engineSite({ policy: { repository }, world: { openBackend: () => backend, readBytes } });
  expect(await site.run()).toEqual(["capture PS1/files: done"]);
  return { site, backend };
}

/** A backend that answers writes with an error, from one of them on. */
function refusingBackend(inner: Backend) {
  const place = {
    ...inner,
    refusal: undefined as Refusal | undefined,
    writes: 0,
    begin: (refusal: Refusal) => void Object.assign(place, { refusal, writes: 0 }),
    put: (name: string, bytes: Uint8Array) => write(() => inner.put(name, bytes)),
    putNew: (name: string, bytes: Uint8Array) => write(() => inner.putNew(name, bytes)),
    remove: (name: string) => write(() => inner.remove(name)),
    move: (from: string, to: string) => write(() => inner.move(from, to)),
  };
  async function write<Result>(work: () => Promise<Result>): Promise<Result> {
    place.writes++;
    if (place.refusal && place.writes >= place.refusal.from) throw systemError(place.refusal);
    return work();
  }
  return place;
}

function systemError({ code, syscall }: Pick<Refusal, "code" | "syscall">): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: refused, ${syscall}`), { code, syscall });
}
