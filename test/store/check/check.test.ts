import { describe, expect, test } from "vitest";
import { day } from "../../../src/core/base/instant.ts";
import type { RepositoryCheck } from "../../../src/core/model/repository/repository-check.ts";
import type { FileOffer } from "../../../src/core/model/offer.ts";
import type { Backend } from "../../../src/store/backends/backend.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import type { Repository } from "../../../src/store/repository.ts";
import { count } from "../../support/campaign/depth.ts";
import { makePages } from "../../support/database-pages.ts";
import { SeededRandom } from "../../support/seeded-random.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import {
  capture,
  describeContent,
  facts,
  newRepository,
  readTree,
  reopen,
  restoreAll,
  verifyAll,
} from "../../support/test-repository.ts";

type Objects = Map<string, Uint8Array>;

// Every byte takes minutes; the ordinary run takes every 29th, beginning elsewhere in each object.
const stride = process.env["SITEKEEP_TEST_EVERY_BYTE"] === "1" ? 1 : 29;

describe.each(["encrypted", "plain"] as const)("a flipped bit of any byte (%s)", (how) => {
  test("is found by a check that reads, and its object is named", async () => {
    const objects = await tinyRepository(how);
    const random = new SeededRandom(21);
    const open = await reopen(memoryBackend(objects));
    let flips = 0;
    for (const [name, object] of objects) {
      // What is read once, when a repository is opened, is to be read while it is damaged.
      const isReadOnce = /^(config|keys|index)/.test(name);
      for (let at = random.below(stride); at < object.length; at += stride) {
        objects.set(name, object.with(at, object[at]! ^ (1 << random.below(8))));
        const { damage } = await checkAll(isReadOnce ? await reopen(memoryBackend(objects)) : open);
        expect(
          damage.map((it) => it.object),
          `${name} at ${at}`,
        ).toEqual([name]);
        flips++;
        objects.set(name, object);
        for (const ledger of objects.keys())
          if (ledger.startsWith("ledger/") && ledger !== name) objects.delete(ledger);
      }
    }
    expect(flips).toBeGreaterThan(100);
    count("bytes flipped and found by repo check", flips);
  });
});

test("what damage hurts is named by snapshot and path, and what it does not hurt is not", async () => {
  const { objects, repository } = await twoSnapshots();
  const whole = await checkAll(repository);
  expect(whole).toMatchObject({ snapshots: 2, damage: [], hurt: [] });
  expect(whole.read).toEqual(whole.packs);

  const [first] = packsBySize(objects);
  objects.get(first!)![60]! ^= 1;
  expect(await check(repository, 0)).toMatchObject({ damage: [], hurt: [] });
  const { damage, hurt } = await checkAll(repository);
  expect(damage).toEqual([
    { object: first, is: "damaged", what: "its bytes are not those that were written" },
  ]);
  expect(hurt).toEqual([
    { snapshot: "s1", site: "PS1", source: "files", files: 1, paths: ["database"] },
    { snapshot: "s2", site: "PS1", source: "files", files: 1, paths: ["database"] },
  ]);
});

test("a pack that is gone, or not as long as it was, is found without reading any", async () => {
  const { objects, repository } = await twoSnapshots();
  const [largest, ...others] = packsBySize(objects);
  const bytes = objects.get(largest!)!;
  objects.set(largest!, bytes.subarray(0, bytes.length >> 1));
  const cut = await check(repository, 0);
  expect(cut.damage).toMatchObject([{ object: largest, is: "damaged" }]);
  expect(cut.hurt[0]!.paths).toContain("large");

  for (const name of [largest!, ...others]) objects.delete(name);
  const gone = await check(repository, 0);
  expect(gone.damage.map(({ is }) => is)).toContain("missing");
  expect(gone.hurt).toEqual([
    { snapshot: "s1", site: "PS1", source: "files", files: 3, paths: [] },
    { snapshot: "s2", site: "PS1", source: "files", files: 4, paths: [] },
  ]);
});

test("of each tenth, the packs are read that were proven longest ago, and coverage says how much was of late", async () => {
  const objects: Objects = new Map();
  await newRepository(memoryBackend(objects));
  const random = new SeededRandom(3);
  const clock = { now: 100 * day };
  const repository = await reopen(memoryBackend(objects), { now: () => clock.now });
  for (let at = 0; at < 10; at++) await capture(repository, `s${at}`, [file("a", random.bytes(20_000))]);
  expect((await check(repository, 0)).coverage.provenBytes).toBe(0);

  let proven = 0;
  for (let turn = 0; turn < 10; turn++) {
    clock.now += day;
    const { coverage, read } = await check(repository, 100);
    const isAll = proven === coverage.packBytes;
    expect(coverage.provenBytes).toBeGreaterThan(isAll ? 0 : proven);
    expect(read.bytes).toBeLessThan(coverage.packBytes / 4);
    proven = coverage.provenBytes;
  }
  expect(proven).toBe((await check(repository, 0)).coverage.packBytes);
  clock.now += 25 * day;
  const later = (await repository.stats(new AbortController().signal)).coverage;
  expect(later.provenBytes).toBeGreaterThan(0);
  expect(later.provenBytes).toBeLessThan(later.packBytes);
  // Pages that later ones make idle are taken away.
  await checkAll(repository);
  clock.now += day;
  await checkAll(repository);
  expect([...objects.keys()].filter((name) => name.startsWith("ledger/"))).toHaveLength(1);
});

test("a page of the ledger that is dated in the future proves nothing", async () => {
  const { objects } = await twoSnapshots();
  await checkAll(await reopen(memoryBackend(objects), { now: () => 900 * day }));
  const { coverage } = await check(
    await reopen(memoryBackend(objects), { now: () => 800 * day, seed: 4 }),
    0,
  );
  expect(coverage.provenBytes).toBe(0);
});

test("a check that is stopped has filed what it had proven", async () => {
  const { repository } = await twoSnapshots();
  const stopping = new AbortController();
  const stopped = repository.check({
    readPerMille: 1000,
    signal: stopping.signal,
    onProgress: ({ step }) => step === "packs" && stopping.abort(),
  });
  await expect(stopped).rejects.toThrow(/abort/);
  const { coverage } = await check(repository, 0);
  expect(coverage.provenBytes).toBeGreaterThan(0);
});

test("a pack that a prune has put aside under a capture is no damage, and the capture comes back from there", async () => {
  const { objects, repository } = await putAside();
  const found = await checkAll(repository);
  expect(found).toMatchObject({ damage: [], hurt: [], snapshots: 1 });
  expect(found.putAside.files).toBeGreaterThan(0);
  const trashed = [...objects].filter(([name]) => name.startsWith("trash/"));
  expect(found.putAside.bytes).toBeLessThanOrEqual(trashed.reduce((sum, [, { length }]) => sum + length, 0));
  const to = temporaryFolder();
  expect(await restoreAll(repository, "late", to)).toMatchObject({ files: 3, refused: [] });
  expect(Object.values(readTree(to))).toContain(`5000 ${describeContent(slowFiles()[1]!.bytes)}`);

  // Cut short in the trash, it is damaged where it is needed.
  const [largest] = trashed.toSorted((left, right) => right[1].length - left[1].length);
  objects.set(largest![0], largest![1].subarray(0, 2000));
  const cut = await check(repository, 0);
  expect(cut.damage.map(({ is }) => is)).toEqual(["damaged"]);
  expect(cut.hurt).toMatchObject([{ snapshot: "late" }]);
  objects.set(...largest!);

  // A look brings it back.
  expect(await verifyAll(repository, "late")).toMatchObject({ result: "passed", fence: 1 });
  expect(await check(repository, 0)).toMatchObject({ damage: [], hurt: [], putAside: { files: 0 } });
});

test("a check beside forgets and prunes takes nothing for missing that was only moved, or is needed no more", async () => {
  let interrupted = 0;
  for (let call = 1; ; call++) {
    const objects: Objects = new Map();
    const meanwhile = await newRepository(memoryBackend(objects));
    // What stays lies in one pack with what goes, so that a prune makes that pack anew.
    const [gone, stays, own] = [1, 2, 3].map((seed) => file(`${seed}`, new SeededRandom(seed).bytes(70_000)));
    await capture(meanwhile, "s1", [gone!, stays!]);
    await capture(meanwhile, "s2", [stays!, own!]);
    const interruption = async (): Promise<void> => {
      interrupted++;
      await meanwhile.forget("s1");
      for (const _ of [1, 2]) await prune(meanwhile);
    };
    const before = interrupted;
    const looking = await reopen(interruptedAt(memoryBackend(objects), call, interruption), { seed: 71 });
    const { damage, hurt } = await check(looking, 0);
    expect({ damage, hurt }, `interrupted at call ${call}`).toEqual({ damage: [], hurt: [] });
    if (interrupted === before) break;
  }
  expect(interrupted).toBeGreaterThan(10);
});

test("a manifest, an index file and a copy that are damaged or gone are named", async () => {
  const { objects, repository } = await twoSnapshots();
  objects.get("snapshots/s1")![80]! ^= 1;
  const [index] = [...objects.keys()].filter((name) => name.startsWith("index/"));
  objects.get(index!)!.fill(0);
  objects.delete("config.copy");
  const [slot] = [...objects.keys()].filter((name) => /^keys\/.*\.copy$/.test(name));
  objects.delete(slot!);
  const { damage, hurt, snapshots } = await check(repository, 0);
  expect(damage.map(({ object, is }) => `${is} ${object}`)).toEqual(
    ["missing config.copy", `damaged ${index}`, `missing ${slot}`, "damaged snapshots/s1"].toSorted((a, b) =>
      a.split(" ")[1]! < b.split(" ")[1]! ? -1 : 1,
    ),
  );
  expect({ hurt, snapshots }).toEqual({ hurt: [], snapshots: 1 });
});

async function twoSnapshots() {
  const objects: Objects = new Map();
  await newRepository(memoryBackend(objects));
  const repository = await reopen(memoryBackend(objects), { now: () => 50 * day });
  const random = new SeededRandom(31);
  // A file of one chunk, one of many, and a database, of runs of pages.
  const old = [
    file("database", makePages(600, random)),
    file("large", random.bytes(900_000)),
    file("small", random.bytes(2000)),
  ];
  await capture(repository, "s1", old);
  await capture(repository, "s2", [...old, file("tiny", random.bytes(500))]);
  return { objects, repository };
}

/** A capture that a prune has overtaken: what it rests on lies in the trash. */
async function putAside() {
  const objects: Objects = new Map();
  await newRepository(memoryBackend(objects));
  const repository = await reopen(memoryBackend(objects), { now: () => 50 * day });
  const files = slowFiles().map(({ path, bytes }) => file(path, bytes));
  await capture(repository, "early", files);
  const slow = await reopen(memoryBackend(objects), { now: () => 50 * day, seed: 60 });
  const { signal } = new AbortController();
  const writer = await slow.beginSnapshot({ site: "PS1", source: "slow", signal, rereadPerMille: 0 });
  await repository.forget("early");
  await prune(repository);
  for (const offer of files) await writer.offer(offer);
  await writer.commit(facts("late"));
  return { objects, repository };
}

function slowFiles() {
  const random = new SeededRandom(33);
  const sizes = { large: 900_000, middle: 30_000, small: 800 };
  return Object.entries(sizes).map(([path, size]) => ({ path, bytes: random.bytes(size) }));
}

function prune(repository: Repository) {
  const options = { maxUnusedPerMille: 0, graceMs: 0, clock: "compare" } as const;
  return repository.prune({ ...options, signal: new AbortController().signal, approve: async () => true });
}

/** Has something happen, once, before a call is answered. */
function interruptedAt(backend: Backend, call: number, interruption: () => Promise<void>): Backend {
  let callsLeft = call;
  const turn = async (): Promise<void> => {
    if (--callsLeft === 0) await interruption();
  };
  return {
    ...backend,
    get: async (name, part) => (await turn(), backend.get(name, part)),
    async *list(prefix) {
      await turn();
      yield* backend.list(prefix);
    },
  };
}

/** The largest first. */
function packsBySize(objects: Objects): readonly string[] {
  return [...objects]
    .filter(([name]) => name.startsWith("packs/"))
    .sort((left, right) => right[1].length - left[1].length)
    .map(([name]) => name);
}

function check(repository: Repository, readPerMille: number): Promise<RepositoryCheck> {
  return repository.check({ readPerMille, signal: new AbortController().signal });
}

async function tinyRepository(how: "encrypted" | "plain"): Promise<Objects> {
  const objects: Objects = new Map();
  const repository = await newRepository(memoryBackend(objects), how);
  const random = new SeededRandom(12);
  const sizes = { "a/one": 900, "a/two": 400, b: 0, "c/large": 14_000, d: 9_000 };
  const offers = Object.entries(sizes).map(([path, size]) => file(path, random.bytes(size)));
  await capture(repository, "s1", offers);
  await repository.putRecord("runs/a", { at: 1 });
  await repository.addProof("s1", { level: "read", result: "passed", at: 3, note: "all" });
  if (how === "encrypted") await repository.proveKey("admin07", new AbortController().signal);
  return objects;
}

function checkAll(repository: Repository): Promise<RepositoryCheck> {
  return check(repository, 1000);
}

function file(path: string, bytes: Uint8Array): FileOffer {
  return { type: "file", path, modifiedAt: 5000, size: bytes.length, locator: { bytes } };
}
