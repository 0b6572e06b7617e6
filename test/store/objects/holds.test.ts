import { expect, test } from "vitest";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { digestOf, features } from "../../../src/store/format/encoding/envelope.ts";
import type { Hold } from "../../../src/core/model/repository/hold.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { capture, newRepository, reopen } from "../../support/test-repository.ts";

const { signal } = new AbortController();
const word = { at: 20, by: "cm01", note: "before the upgrade" };
const said = { ...word, site: "PS1", snapshots: ["s1"] };

test("a hold is found by every reader until it is released, and what was held stays on record", async () => {
  const { backend, repository } = await newPlace();
  const hold = await repository.addHold(said);
  const later = await repository.addHold({ ...said, at: 21, snapshots: ["s2"] });
  expect(hold).toEqual({ ...said, id: expect.stringMatching(/^[0-9a-f]{20}$/) });
  const release = { at: 30, by: "cm02", note: "it went well", releases: hold.id };
  await repository.addRelease(release);
  // Two machines at once: the first word counts.
  await repository.addRelease({ ...release, at: 31, by: "cm03" });
  for (const look of ["listed", "objects"] as const)
    expect(await (await reopen(backend)).holds(look)).toEqual({
      living: [later],
      released: [{ ...hold, released: release }],
      unreadable: [],
    });
  expect((await repository.check({ readPerMille: 0, signal })).damage).toEqual([]);
});

test("holds are listed oldest first, from the cache as well", async () => {
  const { backend, repository } = await newPlace();
  const holds: Hold[] = [];
  for (const at of [5, 3, 4]) holds.push(await repository.addHold({ ...said, at }));
  const cached = await reopen(backend, { cacheFolder: temporaryFolder() });
  for (let reading = 0; reading < 2; reading++)
    expect((await cached.holds()).living.map((it) => it.at)).toEqual([3, 4, 5]);
  expect(holds).toHaveLength(3);
});

test.each([
  ["torn", (object: Uint8Array) => object.subarray(0, 90)],
  ["of a later version", laterVersion],
])("a hold that is %s is told, since it may be of any point", async (_, change) => {
  const { objects, repository } = await newPlace();
  const { id } = await repository.addHold(said);
  objects.set(`holds/${id}`, change(objects.get(`holds/${id}`)!));
  expect(await repository.holds()).toEqual({ living: [], released: [], unreadable: [`holds/${id}`] });
});

test("a check names a damaged hold, and a repair takes it away", async () => {
  const { objects, repository } = await newPlace();
  const name = `holds/${(await repository.addHold(said)).id}`;
  objects.set(name, objects.get(name)!.subarray(0, 90));
  const { plan, apply } = await repository.planRepair({ signal });
  expect(plan).toMatchObject({ damage: [{ object: name, is: "damaged" }], removed: [name], left: [] });
  await apply(signal);
  expect(await repository.holds()).toEqual({ living: [], released: [], unreadable: [] });
});

test.each(["encrypted", "plain"] as const)(
  "from the first hold on, whoever reads the runs needs the feature of holds (%s)",
  async (how) => {
    const { objects, repository } = await newPlace(how);
    const mark = () => objects.get("records/runs/holds");
    expect(mark()).toBeUndefined();
    await repository.addHold(said);
    expect(mark()![10]! & features.holds).toBe(4);
    const first = mark();
    await repository.addHold(said);
    expect(mark()).toBe(first);
    const records = [{ name: "runs/holds", record: { version: 1 } }];
    expect(await repository.records("runs/")).toEqual({ records, unreadable: [] });
    // To this version another feature is what holds are to an older one.
    objects.set("records/runs/holds", withFeatures(first!, 8));
    await expect(repository.records("runs/")).rejects.toThrow("it needs a feature that this version");
  },
);

async function newPlace(how: "encrypted" | "plain" = "encrypted") {
  const objects = new Map<string, Uint8Array>();
  const backend = memoryBackend(objects);
  const repository = await newRepository(backend, how);
  await capture(repository, "s1", []);
  return { objects, backend, repository };
}

function laterVersion(object: Uint8Array): Uint8Array {
  return sealed(object.with(9, 2));
}

function withFeatures(object: Uint8Array, more: number): Uint8Array {
  return sealed(object.with(10, object[10]! | more));
}

/** With the digest that is right for what was changed. */
function sealed(object: Uint8Array): Uint8Array {
  object.set(digestOf(object.subarray(0, -32)), object.length - 32);
  return object;
}
