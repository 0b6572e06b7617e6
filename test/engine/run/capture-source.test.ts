import { existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { expect, test } from "vitest";
import { day, hour } from "../../../src/core/base/instant.ts";
import { aboutMachine } from "../../../src/core/base/subject.ts";
import type { FileOffer } from "../../../src/core/model/offer.ts";
import type { CaptureAction, SitePlan } from "../../../src/core/model/plan.ts";
import type { Snapshot } from "../../../src/core/model/repository/snapshot.ts";
import type { RunEvent } from "../../../src/core/model/run-event.ts";
import { SharedContentLost } from "../../../src/store/objects/repository-errors.ts";
import type { Repository, WriteOptions } from "../../../src/store/repository.ts";
import { noon } from "../../support/build-site.ts";
import {
  collectEvents,
  database,
  engineSite,
  type EngineSetting,
  type FakeSource,
  files,
  problemNamed,
} from "../../support/engine-site.ts";
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
  const { outcomes } = await site.apply();
  const [snapshot] = await site.snapshots();
  expect(outcomes).toEqual([
    {
      site: "PS1",
      action: 0,
      title: "capture PS1/files",
      result: "done",
      startedAt: noon,
      finishedAt: noon,
      snapshot: snapshot!.id,
      files: 2,
      bytes: 11,
      addedBytes: snapshot!.addedBytes,
    },
  ]);
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
  const remark = {
    code: "file-vanished",
    severity: "risk",
    message: expect.stringMatching(/^gone\.txt: ./),
    where: "PS1/files",
    hint: "Nothing, if the file was temporary. Otherwise look what removes files during a capture.",
    about: aboutMachine({ kind: "file", path: "gone.txt" }),
  };
  expect(outcomes).toMatchObject([{ result: "done", files: 1, remarks: [remark] }]);
  const [snapshot] = await site.snapshots();
  expect(snapshot!.problems).toEqual([remark]);
});

test("a capture that left a file out is done in part, and what the next one leaves out again is known", async () => {
  const lost = { "a.txt": "here", "gone.txt": gone() };
  const site = engineSite({ does: { files: { files: lost } } });
  const ends = async () => {
    const { outcomes, result } = await site.apply();
    site.pass(24 * hour);
    return [result, ...outcomes.map((it) => it.inPart)];
  };
  expect(await ends()).toEqual(["some-failed", "new"]);
  expect(await ends()).toEqual(["some-failed", "known"]);
  site.does["files"] = { files: { ...lost, "more.txt": gone() } };
  expect(await ends()).toEqual(["some-failed", "new"]);
  site.does["files"] = { files: lost };
  expect(await ends()).toEqual(["some-failed", "known"]);
  site.does["files"] = { files: { "a.txt": "here" } };
  expect(await ends()).toEqual(["done", undefined]);
});

test("a source that became empty or much less is done in part, told once, and red until it is accepted", async () => {
  const full = Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, "content"]));
  const site = engineSite({ does: { files: { files: full } } });
  const ends = async () => {
    const { outcomes, result } = await site.apply();
    site.pass(hour);
    const [{ actions, risks }] = (await site.plan()).sites as readonly [SitePlan];
    site.pass(23 * hour);
    const told = risks.filter((it) => it.code === "source-shrunk").map((it) => it.where);
    return [result, ...outcomes.map((it) => it.inPart), actions.length, ...told];
  };
  expect(await ends()).toEqual(["done", undefined, 0]);
  site.does["files"] = { files: { a: "content" } };
  expect(await ends()).toEqual(["some-failed", "new", 0, "PS1/files"]);
  expect(await ends()).toEqual(["some-failed", "known", 0, "PS1/files"]);
  site.does["files"] = { files: full };
  expect(await ends()).toEqual(["done", undefined, 0]);
  site.does["files"] = { files: {} };
  expect(await ends()).toEqual(["some-failed", "new", 0, "PS1/files"]);
});

test("a source that became less as the policy accepts is nothing to tell", async () => {
  const accepts = [{ risk: "source-shrunk", of: "files since 2026-11-22", because: "tidied up" }] as const;
  const does = { files: { files: { a: "content", b: "content", c: "content" } } };
  const site = engineSite({ policy: { accepts }, does });
  await site.apply();
  site.pass(24 * hour);
  site.does["files"] = { files: { a: "content" } };
  const { outcomes, result } = await site.apply();
  expect([result, outcomes[0]!.inPart, outcomes[0]!.remarks]).toEqual(["done", undefined, undefined]);
  const [{ risks, accepted }] = (await site.plan()).sites as readonly [SitePlan];
  expect(risks.map((it) => it.code)).not.toContain("source-shrunk");
  expect(accepted).toMatchObject([{ code: "source-shrunk", because: "tidied up" }]);
});

test("what a capture left out is a risk of the plan and no step of it, until it is due", async () => {
  const site = engineSite({ does: { files: { files: { "a.txt": "here", "gone.txt": gone() } } } });
  await site.apply();
  site.pass(hour);
  const [{ actions, risks }] = (await site.plan()).sites as readonly [SitePlan];
  expect(actions).toEqual([]);
  expect(risks.map((it) => it.code)).toContain("files-left-out");
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
  const { events, listener } = collectEvents();
  const site = engineSite({
    wrap: (it) => replacing(it, { verify: async () => pruned }),
  });
  const { outcomes } = await site.apply(undefined, listener);
  const message =
    "A prune or a repair took away what PS1/files rests on, while it was being written or since.";
  expect(outcomes.map((it) => [it.result, it.problem])).toEqual([
    [
      "failed",
      {
        code: "content-pruned",
        severity: "error",
        message,
        where: "PS1/files",
        hint: "It is written again. Should that be so each time, let prunes keep their trash for longer than a capture takes: --grace.",
      },
    ],
  ]);
  expect(notesOf(events)).toEqual([2, 10, 30].map((it) => `${message} Trying again in ${it} s.`));
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
  const [snapshot] = await site.snapshots();
  expect(outcomes.map((it) => [it.result, it.snapshot, it.problem])).toEqual([
    [
      "failed",
      snapshot!.id,
      {
        code: "proof-failed",
        severity: "error",
        message: "PS1/files was written and does not read back: damaged: a; b; c; d; e",
        where: "PS1/files",
        hint: "Look at the disk or share of the repository; nothing was forgotten. The next run captures the source again.",
      },
    ],
  ]);
  expect(snapshot!.proofs).toEqual([
    { level: "read", result: "failed", at: noon, note: "damaged: a; b; c; d; e" },
  ]);
  isBad = false;
  site.pass(1);
  expect(await site.run()).toEqual(["capture PS1/files: done"]);
});

test("content that was shared with a capture that failed is stored in a second try, and that is noted", async () => {
  const { events, listener } = collectEvents();
  let tries = 0;
  const capturing = async () => {
    if (++tries === 1) throw new SharedContentLost();
  };
  const site = engineSite({ does: { files: { capturing } } });
  expect(await site.run(undefined, listener)).toEqual(["capture PS1/files: done"]);
  expect(notesOf(events)).toEqual([
    "Another capture ended before it had stored what PS1/files shares with it. Trying again in 2 s.",
  ]);
});

test("content that is lost with another capture each time is told with its cure", async () => {
  const capturing = async () => Promise.reject(new SharedContentLost());
  const { outcomes } = await engineSite({ does: { files: { capturing } } }).apply();
  expect(outcomes.map((it) => it.problem)).toEqual([
    {
      code: "shared-content-lost",
      severity: "error",
      message: "Another capture ended before it had stored what PS1/files shares with it.",
      where: "PS1/files",
      hint: "Run again: what was stored is found and not stored again.",
    },
  ]);
});

test("a capture goes on from the newest snapshot of its site, source and mode, as fast as its policy lets it", async () => {
  const begun: WriteOptions[] = [];
  const wrap: EngineSetting["wrap"] = (it) =>
    replacing(it, {
      beginSnapshot: async (options: WriteOptions) => (begun.push(options), it.beginSnapshot(options)),
    });
  const site = engineSite({
    sources: [files, { ...files, name: "scripts" }],
    policy: { throttle: { concurrency: 1, bytesPerSecond: 5_000_000 } },
    wrap,
  });
  const neighbour = engineSite({ policy: { site: { ...site.policy.site, code: "PS2" } }, world: site.world });
  await site.run();
  site.pass(day);
  await site.run();
  site.pass(hour);
  await neighbour.run();
  const newest = newestOf(await site.snapshots());
  site.pass(day);
  // A differential of the same source is not what a full is compared with.
  const { sites, ...plan } = await site.plan();
  const [first, second] = sites[0]!.actions as readonly CaptureAction[];
  const base = newest("PS1", "scripts")!.id;
  const increment = { ...second!, mode: "differential", base } as const;
  await site.run({ ...plan, sites: [{ ...sites[0]!, actions: [increment] }] });
  begun.splice(0);
  site.pass(hour);
  await site.run({ ...plan, sites: [{ ...sites[0]!, actions: [first!, second!, increment] }] });
  const increments = (await site.snapshots()).filter((it) => it.mode === "differential");
  const how = { signal: expect.any(AbortSignal), onProgress: expect.any(Function), rereadPerMille: 0 };
  const whose = { site: "PS1", bytesPerSecond: 5_000_000, ...how };
  expect(begun).toEqual([
    { ...whose, source: "files", previous: newest("PS1", "files")!.id },
    { ...whose, source: "scripts", previous: base },
    { ...whose, source: "scripts", previous: increments[0]!.id },
  ]);
});

test("a first capture goes on from nothing, and has no limit where its policy names none", async () => {
  const begun: WriteOptions[] = [];
  const site = engineSite({
    wrap: (it) =>
      replacing(it, {
        beginSnapshot: async (options: WriteOptions) => (begun.push(options), it.beginSnapshot(options)),
      }),
  });
  await site.run();
  expect(begun.map((it) => Object.keys(it).toSorted())).toEqual([
    ["onProgress", "rereadPerMille", "signal", "site", "source"],
  ]);
});

test("a differential is asked for with the full that it is laid on, and names it; one that comes back as a full names none", async () => {
  const asked: unknown[] = [];
  const capturing: FakeSource["capturing"] = async ({ mode, base }) => void asked.push([mode, base?.id]);
  const site = engineSite({ does: { files: { capturing } } });
  await site.run();
  site.pass(day);
  await site.run();
  const [full, other] = await site.snapshots();
  site.pass(day);
  const { sites, ...plan } = await site.plan();
  const increment = { ...sites[0]!.actions[0]!, mode: "differential", base: full!.id } as CaptureAction;
  const planned = { ...plan, sites: [{ ...sites[0]!, actions: [increment] }] };
  await site.run(planned);
  site.pass(hour);
  site.does["files"] = { capturing, mode: "full" };
  await site.run(planned);
  expect(asked).toEqual([
    ["full", undefined],
    ["full", undefined],
    ["differential", full!.id],
    ["differential", full!.id],
  ]);
  expect((await site.snapshots()).map(({ mode, base }) => ({ mode, base }))).toEqual([
    { mode: full!.mode },
    { mode: other!.mode },
    { mode: "differential", base: full!.id },
    { mode: "full" },
  ]);
});

test("how far a capture is, is told by its file and its bytes, and what a driver says as it says it", async () => {
  const { events, listener } = collectEvents();
  const site = engineSite({
    does: {
      files: {
        capturing: async (_, { report }) => report({ text: "10 percent processed.", doneBytes: 5 }),
        files: { "a.txt": "hello", "b.txt": "world!" },
      },
    },
  });
  await site.run(undefined, listener);
  const told = events.flatMap((it) => (it.what === "step-progressed" ? JSON.stringify(it.progress) : []));
  expect([...new Set(told)].map((it) => JSON.parse(it))).toEqual([
    { text: "10 percent processed.", doneBytes: 5 },
    { text: "a.txt", doneBytes: 5 },
    { text: "b.txt", doneBytes: 11 },
    { text: "2 files", doneBytes: 11 },
    { text: "reading back what was written" },
  ]);
});

test("a capture that is stopped is one that its driver hears of", async () => {
  const stop = new AbortController();
  const heard: boolean[] = [];
  const site = engineSite({
    does: {
      files: {
        async capturing(_, { signal }) {
          heard.push(signal.aborted);
          stop.abort();
          heard.push(signal.aborted);
        },
      },
    },
    signal: stop.signal,
  });
  const plan = await engineSite({}).plan();
  expect(await site.run(plan)).toEqual(["capture PS1/files: cancelled cancelled"]);
  expect(heard).toEqual([false, true]);
});

test.each([
  ["done", {}],
  ["failed file-missing", { fails: "file-missing" }],
] as const)("the temporary folders of a capture that is %s are gone behind it", async (result, fake) => {
  const folders: string[] = [];
  const capturing: FakeSource["capturing"] = async (_, means) => {
    const folder = await means.temporaryFolder();
    expect(existsSync(folder)).toBe(true);
    folders.push(folder);
  };
  const site = engineSite({ does: { files: { ...fake, capturing } } });
  expect(await site.run()).toEqual([`capture PS1/files: ${result}`]);
  expect(folders.map((it) => existsSync(it))).toEqual([false]);
});

test("a plan that names a source which its policy lacks captures nothing", async () => {
  const plan = await engineSite({ sources: [{ ...files, name: "scripts" }] }).plan();
  const site = engineSite({});
  const { sites } = await site.plan();
  const mixed = { ...plan, sites: [{ ...plan.sites[0]!, policy: sites[0]!.policy }] };
  const { outcomes } = await site.apply(mixed);
  expect(outcomes).toMatchObject([
    {
      result: "failed",
      problem: {
        code: "internal-fault",
        message: "Something unforeseen happened: The plan names the source scripts, its policy does not.",
        where: "PS1",
      },
    },
  ]);
  expect(await site.snapshots()).toEqual([]);
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

function notesOf(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((it) => (it.what === "step-noted" ? it.text : []));
}

function newestOf(snapshots: readonly Snapshot[]) {
  return (site: string, source: string) =>
    snapshots.findLast((it) => it.site === site && it.source === source);
}

function gone(): Pick<FileOffer, "locator" | "size"> {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  return { locator: { file: join(folder, "gone") }, size: 4 };
}
