import { mkdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { expect, test } from "vitest";
import { day } from "../../../src/core/base/instant.ts";
import type { FileOffer } from "../../../src/core/model/offer.ts";
import type { Repository } from "../../../src/store/repository.ts";
import { noon } from "../../support/build-site.ts";
import { database, engineSite, files, problemNamed } from "../../support/engine-site.ts";
import { replacing } from "../../support/replacing.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const contentLibrary = {
  kind: "content-library",
  name: "library",
  discover: false,
  folders: ["E:\\SCCMContentLib"],
  verifyPerMille: 1000,
} as const;

const pruned = { result: "failed", objects: 0, bytes: 0, damage: ["a.txt"], isPruned: true } as const;
const bad = { result: "failed", objects: 3, bytes: 9, damage: [..."abcdefg"] } as const;

test("a capture keeps who, what and when, and a proof that it was read back", async () => {
  const site = engineSite({ does: { files: { files: { "a.txt": "hello", "b.txt": "world!" } } } });
  await site.run();
  const [snapshot] = await site.snapshots();
  expect(snapshot).toMatchObject({
    site: "PS1",
    policy: "ps1",
    source: "files",
    kind: "folder",
    mode: "full",
    point: Date.UTC(2026, 10, 22, 1, 30),
    pointSources: ["files"],
    startedAt: noon,
    finishedAt: noon,
    asOf: noon,
    files: 2,
    bytes: 11,
    problems: [],
    proofs: [{ level: "read", result: "passed", at: noon }],
  });
  expect(snapshot!.proofs[0]!.note).toMatch(/^\d+ new objects read back, .*; the rest is there$/);
  expect(snapshot).not.toHaveProperty("base");
});

test("a file that is lost is a remark of a capture that is made all the same", async () => {
  const site = engineSite({ does: { files: { files: { "a.txt": "here", "gone.txt": gone() } } } });
  const { outcomes } = await site.apply();
  expect(outcomes).toMatchObject([
    { result: "done", files: 1, remarks: [{ code: "file-vanished", severity: "risk", where: "PS1/files" }] },
  ]);
  const [snapshot] = await site.snapshots();
  expect(snapshot!.problems).toMatchObject([
    { code: "file-vanished", message: expect.stringMatching(/^gone\.txt: /) },
  ]);
});

test("a lost file that the snapshot is worth nothing without fails the capture, and nothing is committed", async () => {
  const site = engineSite({
    does: { files: { files: { "a.txt": "here", "set.mdf": { ...gone(), essential: true } } } },
  });
  expect(await site.run()).toEqual(["capture PS1/files: failed file-vanished"]);
  expect(await site.snapshots()).toEqual([]);
});

test("another file that is lost beside an essential one is no failure", async () => {
  const site = engineSite({
    does: {
      files: {
        files: { "set.mdf": { locator: { bytes: Buffer.from("set") }, essential: true }, "note.txt": gone() },
      },
    },
  });
  expect((await site.apply()).outcomes).toMatchObject([
    { result: "done", remarks: [{ code: "file-vanished" }] },
  ]);
});

test.each([
  [1000, "capture PS1/library: done", ["file-damaged"]],
  [0, "capture PS1/library: done", []],
] as const)(
  "of a library's files that are known by name, %i in a thousand are read again",
  async (verifyPerMille, line, remarks) => {
    const folder = temporaryFolder();
    const file = join(folder, "content");
    writeFileSync(file, "sound content");
    utimesSync(file, 1_600_000_000, 1_600_000_000);
    const knownSha256 = createHash("sha256").update("sound content").digest("hex");
    const offer = { locator: { file }, size: statSync(file).size, knownSha256 };
    const site = engineSite({
      sources: [{ ...contentLibrary, verifyPerMille }],
      does: { library: { files: { [`FileLib/${knownSha256}`]: offer } } },
    });
    expect(await site.run()).toEqual([line]);
    // The same name and size, and other bytes: only reading shows it.
    writeFileSync(file, "rotten contnt");
    utimesSync(file, 1_600_000_000, 1_600_000_000);
    site.pass(day);
    const { outcomes } = await site.apply();
    expect(outcomes[0]!.remarks?.map((it) => it.code) ?? []).toEqual(remarks);
  },
);

test("what is staged is cleaned up after the commit, and what stays behind is told", async () => {
  const order: string[] = [];
  const left = { ...problemNamed("file-locked", "A file stayed behind."), severity: "risk" } as const;
  const site = engineSite({
    does: {
      files: {
        cleanUp: async () => {
          order.push("cleaned");
          return [left];
        },
      },
    },
    wrap: (it) =>
      replacing(it, {
        addProof: (...args: Parameters<Repository["addProof"]>) => (
          order.push("proven"),
          it.addProof(...args)
        ),
      }),
  });
  const { outcomes } = await site.apply();
  expect(outcomes).toMatchObject([{ result: "done", remarks: [{ message: "A file stayed behind." }] }]);
  expect(order).toEqual(["proven", "cleaned"]);
});

test("what is staged is cleaned up too when the capture fails behind it", async () => {
  let cleaned = 0;
  const cleanUp = async () => (cleaned++, []);
  const site = engineSite({
    does: { files: { files: { "set.mdf": { ...gone(), essential: true } }, cleanUp } },
  });
  expect(await site.run()).toEqual(["capture PS1/files: failed file-vanished"]);
  expect(cleaned).toBe(1);
});

test("a capture that a prune overtook is taken away, and captured again", async () => {
  let looks = 0;
  const forgotten: string[] = [];
  const site = engineSite({
    wrap: (it) =>
      replacing(it, {
        verify: async (...args: Parameters<Repository["verify"]>) =>
          ++looks === 1 ? pruned : it.verify(...args),
        forget: async (id: string) => (forgotten.push(id), it.forget(id)),
      }),
  });
  expect(await site.run()).toEqual(["capture PS1/files: done"]);
  expect(forgotten).toHaveLength(1);
  const snapshots = await site.snapshots();
  expect(snapshots.map((it) => it.proofs.map((proof) => proof.result))).toEqual([["passed"]]);
  expect(forgotten).not.toContain(snapshots[0]!.id);
});

test("a prune that overtakes each try is told, and no snapshot of it is kept", async () => {
  const site = engineSite({
    wrap: (it) => replacing(it, { verify: async () => pruned }),
  });
  expect(await site.run()).toEqual(["capture PS1/files: failed content-pruned"]);
  expect(await site.snapshots()).toEqual([]);
});

test("a capture that does not read back is kept with its failed proof, fails, and is made again", async () => {
  let isBad = true;
  const site = engineSite({
    wrap: (it) =>
      replacing(it, {
        verify: async (...args: Parameters<Repository["verify"]>) => (isBad ? bad : it.verify(...args)),
      }),
  });
  const { outcomes } = await site.apply();
  expect(outcomes).toMatchObject([
    {
      result: "failed",
      problem: { code: "proof-failed", message: expect.stringContaining("damaged: a; b; c; d; e") },
    },
  ]);
  const [snapshot] = await site.snapshots();
  expect(snapshot!.proofs).toMatchObject([{ result: "failed", note: "damaged: a; b; c; d; e" }]);
  isBad = false;
  site.pass(1);
  expect(await site.run()).toEqual(["capture PS1/files: done"]);
});

test("a database's copy carries what was seen of the window; nothing else does", async () => {
  const { parent } = { parent: "CAS" };
  const site = engineSite({ sources: [database, files] });
  const hierarchy = engineSite({
    sources: [database, files],
    policy: { site: { ...site.policy.site, parent }, partners: { CAS: site.policy.site.database } },
  });
  await hierarchy.run();
  const facts = Object.fromEntries(
    (await hierarchy.snapshots()).map((it) => [it.source, Object.keys(it.facts)]),
  );
  expect(facts["database"]).toContain("changeTracking");
  expect(facts["files"]).toEqual([]);
  await site.run();
  expect((await site.snapshots()).flatMap((it) => Object.keys(it.facts))).toEqual([]);
});

test("a problem never tells a secret that was read", async () => {
  const site = engineSite({
    does: {
      files: {
        async capturing(_, means) {
          throw new Error(`refused with ${await means.secret({ env: "PASSWORD" })}`);
        },
      },
    },
    world: { environment: (name) => (name === "PASSWORD" ? "correct horse" : undefined) },
  });
  const { outcomes } = await site.apply();
  expect(outcomes[0]!.problem).toMatchObject({ code: "internal-fault" });
  expect(JSON.stringify(outcomes)).not.toContain("correct horse");
});

function gone(): Pick<FileOffer, "locator" | "size"> {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  return { locator: { file: join(folder, "gone") }, size: 4 };
}
