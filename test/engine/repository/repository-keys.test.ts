import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { day } from "../../../src/core/base/instant.ts";
import type { Problem, ProblemError } from "../../../src/core/base/problem.ts";
import type { KeySlotView } from "../../../src/core/model/repository/key-slot-view.ts";
import type { RepositoryAddress, ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import { findSlot, keyProblem, openRepositoryKeys } from "../../../src/engine/repository/repository-keys.ts";
import { proveKey, addLastProofs, isOnlySecondKey } from "../../../src/engine/repository/prove-key.ts";
import {
  KeySlotMissing,
  KeySlotNeeded,
  NotARepository,
  NotEncrypted,
  NothingToRead,
} from "../../../src/store/objects/repository-errors.ts";
import { engineSite } from "../../support/engine-site.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("a new repository has the slot of its key, and the key opens it", async () => {
  const { keys } = await newKeys();
  const slots = await keys.slots();
  expect(slots).toMatchObject([{ opensWith: [expect.stringMatching(/^key file .*first$/)] }]);
  await expect(keys.requireOpen()).resolves.toBeUndefined();
});

test("a key that is added opens a slot of its own, once", async () => {
  const { keys, key } = await newKeys();
  const added = await keys.add(key("second"));
  expect(added.isNew).toBe(true);
  expect(await keys.add(key("second"))).toEqual({ id: added.id, isNew: false });
  expect(await keys.slots()).toHaveLength(2);
});

test("the last slot is not taken away, nor one without which no key at hand opens the rest", async () => {
  const { keys, key } = await newKeys();
  const [first] = await keys.slots();
  await refusal(keys.remove(first!.id), "key-slot-needed", "This is the last slot");
  await keys.add(key("second"));
  await refusal(
    keys.remove(first!.id),
    "key-slot-needed",
    "None of the keys at hand opens a slot that stays",
  );
  await refusal(keys.remove("00000000ffffffff"), "key-slot-missing", "00000000ffffffff");
  expect(await keys.slots()).toHaveLength(2);
});

test("a slot whose key is not at hand is taken away while another one opens", async () => {
  const { keys, key } = await newKeys();
  const added = await keys.add(key("second"));
  await keys.remove(added.id);
  expect(await keys.slots()).toHaveLength(1);
});

test("a rotated key replaces the old one: only the new one opens the repository", async () => {
  const { keys, key, site, address } = await newKeys();
  const old = await keys.slotToReplace(key("second"), undefined);
  const added = await keys.rotate(key("second"), old);
  expect(added.isNew).toBe(true);
  const withNew = { ...address, keys: [{ as: "key-file", file: key.file("second") }] } as const;
  await site.inSession(async (session) => {
    expect(await (await openRepositoryKeys(session, withNew)).slots()).toMatchObject([{ id: added.id }]);
    await expect((await openRepositoryKeys(session, address)).requireOpen()).rejects.toMatchObject({
      problem: { code: "repository-locked" },
    });
  });
});

test("what a new key is to replace is asked for where it is not plain", async () => {
  const { keys, key } = await newKeys();
  const added = await keys.add(key("second"));
  expect(await keys.slotToReplace(key("one more"), added.id)).toMatchObject({ id: added.id });
  expect((await keys.slotToReplace(key("one more"), undefined)).opensWith).toHaveLength(1);
  await refusal(
    keys.slotToReplace(key("first"), undefined),
    "key-slot-missing",
    "there is nothing to replace",
  );
});

test("a slot is meant by its id or the beginning of it, and by nothing less", () => {
  const slots = [{ id: "0a1b" }, { id: "0a2c" }, { id: "7fff" }] as unknown as readonly KeySlotView[];
  expect(findSlot(slots, "7")).toMatchObject({ id: "7fff" });
  expect(findSlot(slots, "0a2c")).toMatchObject({ id: "0a2c" });
  for (const [reference, words] of [
    ["0a", "0a"],
    ["9", "9"],
    ["", "an empty name"],
  ] as const)
    expect(thrownBy(() => findSlot(slots, reference))).toEqual({
      code: "key-slot-missing",
      severity: "error",
      message: `No key slot, or more than one, is meant by ${words}.`,
      where: "slot",
      hint: "Type an id or the beginning of one: 0a1b, 0a2c, 7fff.",
    });
  expect(() => findSlot(slots.slice(0, 1), "")).toThrow("is meant by an empty name.");
});

function thrownBy(work: () => unknown) {
  try {
    work();
  } catch (thrown) {
    return (thrown as ProblemError).problem;
  }
  throw new Error("It was found.");
}

const absent =
  "The first `sitekeep apply` makes it, or `sitekeep repo init`. If one should be there: Look at the path, and whether the share is mounted or the disk connected.";

test.each<[Error, Pick<Problem, "code" | "message" | "hint">]>([
  [
    new NotARepository("/main"),
    { code: "repository-absent", message: "There is no repository at /main.", hint: absent },
  ],
  [
    new NothingToRead("/main"),
    {
      code: "key-not-provable",
      message:
        "The key opens the repository at /main, which has no snapshot yet: there is nothing to read with it.",
      hint: "Let the site make its first recovery point with `sitekeep apply`, then prove the key.",
    },
  ],
  [
    new NotEncrypted("/main"),
    {
      code: "repository-not-encrypted",
      message: "The repository at /main is not encrypted, and has no keys.",
      hint: "Nothing opens it, because nothing is locked. For an encrypted one, name another folder and a key in the policy.",
    },
  ],
  [
    new KeySlotMissing("0a1b"),
    {
      code: "key-slot-missing",
      message: "There is no key slot 0a1b.",
      hint: "See which there are with `sitekeep repo keys list`.",
    },
  ],
  [
    new KeySlotNeeded("0a1b", "last"),
    {
      code: "key-slot-needed",
      message:
        "This is the last slot: without it nobody could ever read the repository again. Nothing was removed.",
      hint: "Add another key first: `sitekeep repo keys add`.",
    },
  ],
])("what goes wrong with keys is a problem with its cure: %s", (fault, told) => {
  const address = { name: "main", location: { folder: "/main" }, keys: [], encrypt: true };
  const { problem } = keyProblem(fault, address) as ProblemError;
  expect(problem).toEqual({ severity: "error", where: "repository main", ...told });
});

test("of several proven keys, the only one of another machine than the site's is known", async () => {
  const { site, address, key, keys } = await newKeys();
  const second = await keys.add(key("second"));
  await site.run();
  const withSecond = { ...address, keys: [{ as: "key-file", file: key.file("second") }] } as const;
  const elsewhere = { ...site.world.machine, identity: "admin07" };
  const slots = await keys.slots();
  const first = slots.find((it) => it.id !== second.id)!;
  const other = { ...site.policy, name: "other", repository: { ...site.policy.repository, name: "else" } };
  const order = { address, policies: [site.policy, other] };
  await site.inSession(async (session) => {
    expect(await isOnlySecondKey(session, order, { slots, id: second.id })).toBe(false);
    const away = { ...session, world: { ...session.world, machine: elsewhere } };
    const { proof, worth } = await proveKey(away, { address: withSecond, policies: [site.policy] });
    expect(proof).toMatchObject({ slot: second.id, machine: "admin07" });
    expect(worth).toEqual({ counts: true, until: site.clock.now + 90 * day });
  });
  await site.inSession(async (session) => {
    expect(await isOnlySecondKey(session, order, { slots, id: second.id })).toBe(true);
    expect(await isOnlySecondKey(session, order, { slots, id: first.id })).toBe(false);
    const seen = await addLastProofs(session, order, slots);
    expect(seen.map((it) => it.lastProof?.machine)).toEqual(
      slots.map((it) => (it.id === second.id ? "admin07" : undefined)),
    );
    const closed = slots.map((it) => ({ ...it, opensWith: [] }));
    expect(await addLastProofs(session, order, closed)).toEqual(closed);
    expect(await isOnlySecondKey(session, order, { slots: closed, id: second.id })).toBe(false);
  });
});

test("a proof is judged by the strictest policy that uses the repository, also for its copies", async () => {
  const { site, address } = await newKeys();
  await site.run();
  const { policy } = site;
  const strict = (days: number, repository: ResolvedPolicy["repository"]): ResolvedPolicy => {
    return { ...policy, repository, objectives: { ...policy.objectives, keyProofEveryMs: days * day } };
  };
  const elsewhere = { ...policy.repository, name: "else" };
  const copying = { ...elsewhere, copies: [{ repository: policy.repository }] };
  const worthBy = (...policies: readonly ResolvedPolicy[]) =>
    site.inSession(async (session) => {
      const { judgedBy, worth } = await proveKey(session, { address, policies });
      return [judgedBy, (worth.until - site.clock.now) / day];
    });
  expect(await worthBy(strict(50, policy.repository), strict(70, policy.repository))).toEqual([
    "policies",
    50,
  ]);
  expect(await worthBy(strict(50, policy.repository), strict(7, copying))).toEqual(["policies", 7]);
  expect(await worthBy(strict(7, elsewhere))).toEqual(["defaults", 90]);
});

test("a repository without keys says that nothing is locked", async () => {
  const site = engineSite({});
  await site.run();
  const address = site.policy.repository;
  await site.inSession(async (session) => {
    const keys = await openRepositoryKeys(session, address);
    await refusal(keys.slots(), "repository-not-encrypted", "is not encrypted, and has no keys");
    await refusal(
      proveKey(session, { address, policies: [] }),
      "repository-not-encrypted",
      "is not encrypted",
    );
  });
});

test("a key that opens an empty repository is not provable; one that reads a snapshot is proven", async () => {
  const { site, address } = await newKeys();
  const order = { address, policies: [] };
  await site.inSession((session) =>
    refusal(proveKey(session, order), "key-not-provable", "which has no snapshot yet"),
  );
  await site.run();
  await site.inSession(async (session) => {
    const proven = await proveKey(session, order);
    expect(proven).toMatchObject({
      judgedBy: "defaults",
      proof: { machine: "cm01.test", at: site.clock.now },
    });
    const keys = await openRepositoryKeys(session, address);
    const slots = await keys.slots();
    expect(await addLastProofs(session, order, slots)).toMatchObject([
      { id: proven.proof.slot, lastProof: { machine: "cm01.test" } },
    ]);
    expect((await proveKey(session, { address, policies: [site.policy] })).judgedBy).toBe("policies");
    expect(await isOnlySecondKey(session, order, { slots, id: slots[0]!.id })).toBe(false);
  });
});

async function refusal(work: Promise<unknown>, code: string, words: string): Promise<void> {
  await expect(work).rejects.toMatchObject({ problem: { code, message: expect.stringContaining(words) } });
}

/** An encrypted repository that the key called `first` opens. */
async function newKeys() {
  const folder = temporaryFolder();
  const file = (name: string) => join(folder, name);
  const bytes = (name: string) => new Uint8Array(32).fill(name.length);
  writeFileSync(file("first"), Buffer.from(bytes("first")).toString("hex"));
  writeFileSync(file("second"), Buffer.from(bytes("second")).toString("hex"));
  const keys = [{ as: "key-file", file: file("first") }] as const;
  const address: RepositoryAddress = { name: "main", location: { folder: "/main" }, keys, encrypt: true };
  const site = engineSite({ policy: { repository: { ...address, name: "main" } } });
  await site.inSession((session) => session.repository(address, { create: true }));
  const key = Object.assign((name: string) => ({ keyFile: bytes(name) }), { file });
  return {
    site,
    address,
    key,
    keys: await site.inSession((session) => openRepositoryKeys(session, address)),
  };
}
