import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Backend } from "../../../src/store/backends/backend.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import type { Repository } from "../../../src/store/repository.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { newRepository, reopen } from "../../support/test-repository.ts";

test("manifests are read once; later the listing and the cache tell them", async () => {
  const { backend, cacheFolder, gets } = await withSnapshots(3);
  const first = await (await reopen(backend, { cacheFolder })).snapshots();
  const before = gets.length;
  const again = await reopen(backend, { cacheFolder });
  const second = await again.snapshots();
  expect(second).toEqual(first);
  expect(second.snapshots).toHaveLength(3);
  expect(gets.slice(before).filter((name) => name.startsWith("snapshots/"))).toEqual([]);
});

test("a snapshot that was forgotten elsewhere is gone, whatever the cache holds", async () => {
  const { backend, cacheFolder, ids } = await withSnapshots(3);
  await (await reopen(backend, { cacheFolder })).snapshots();
  await (await reopen(backend)).forget(ids[0]!);
  const { snapshots } = await (await reopen(backend, { cacheFolder })).snapshots();
  expect(snapshots.map((it) => it.id)).toEqual(ids.slice(1));
});

test("a manifest that was damaged since is told by a look at the objects, which forgetting asks for", async () => {
  const { backend, cacheFolder, ids } = await withSnapshots(2);
  const repository = await reopen(backend, { cacheFolder });
  await repository.snapshots();
  const name = await nameOf(backend, `snapshots/`, ids[1]!);
  const bytes = Uint8Array.from(await backend.get(name));
  bytes[60]! ^= 1;
  await backend.remove(name);
  await backend.put(name, bytes);
  const { snapshots, unreadable } = await repository.snapshots("objects");
  expect(snapshots.map((it) => it.id)).toEqual([ids[0]]);
  expect(unreadable).toEqual([name]);
});

test("a cache that is torn, or of another repository, is no cache", async () => {
  const { backend, cacheFolder, ids } = await withSnapshots(2);
  await (await reopen(backend, { cacheFolder })).snapshots();
  const [folder] = readdirSync(cacheFolder);
  const file = join(cacheFolder, folder!, "snapshots.cache");
  expect(existsSync(file)).toBe(true);
  const whole = readFileSync(file);
  for (const length of [0, 10, whole.length - 1]) {
    writeFileSync(file, whole.subarray(0, length));
    const { snapshots } = await (await reopen(backend, { cacheFolder })).snapshots();
    expect(snapshots.map((it) => it.id)).toEqual(ids);
  }
});

async function withSnapshots(count: number) {
  const inner = memoryBackend();
  const gets: string[] = [];
  const backend: Backend = {
    ...inner,
    get: (name, part) => {
      gets.push(name);
      return inner.get(name, part);
    },
  };
  const repository = await newRepository(backend);
  const ids: string[] = [];
  for (let at = 0; at < count; at += 1) ids.push(await capture(repository, at));
  return { backend, gets, ids, cacheFolder: temporaryFolder() };
}

async function capture(repository: Repository, at: number): Promise<string> {
  const { signal } = new AbortController();
  const writer = await repository.beginSnapshot({ site: "PS1", source: "a", signal, rereadPerMille: 0 });
  const bytes = Buffer.from(`content ${at}`);
  await writer.offer({ type: "file", path: "a", modifiedAt: at, size: bytes.length, locator: { bytes } });
  const id = `snapshot${at}`;
  const what = { site: "PS1", policy: "p", source: "a", kind: "folder", mode: "full" } as const;
  const times = { point: at, startedAt: at, finishedAt: at, asOf: at };
  await writer.commit({ id, ...what, ...times, facts: {}, problems: [] });
  return id;
}

async function nameOf(backend: Backend, prefix: string, id: string): Promise<string> {
  for await (const { name } of backend.list(prefix)) if (name.includes(id)) return name;
  throw new Error(`no object for ${id}`);
}
