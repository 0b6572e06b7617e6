import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { hour } from "../../../src/core/base/instant.ts";
import type { Plan } from "../../../src/core/model/plan.ts";
import type { ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import type { Folder } from "../../../src/core/model/policy/source.ts";
import { planCopies } from "../../../src/core/plan/plan-copies.ts";
import { applyPlan } from "../../../src/engine/run/apply.ts";
import { verifySnapshot } from "../../../src/engine/run/verify-snapshot.ts";
import { planPolicies } from "../../../src/engine/pipeline.ts";
import { openSession, type Session } from "../../../src/engine/session/session.ts";
import { folderBackend } from "../../../src/store/backends/folder.ts";
import { publishFence } from "../../../src/store/objects/fences.ts";
import { objectStore } from "../../../src/store/objects/object-store.ts";
import { readConfigIfAny } from "../../../src/store/objects/read-config.ts";
import { noon, policyOf } from "../../support/build-site.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { chance } from "../../support/test-repository.ts";
import { bareMachine, testWorld } from "../../support/test-world.ts";

test("apply copies what it has captured, reads the copy back, and has nothing left to do", async () => {
  const site = await newSite();
  const first = await site.apply();
  expect(first.outcomes).toEqual([
    ["capture PS1/scripts", "done"],
    ["copy the point of 2026-11-22 01:30Z of PS1 to offsite", "done"],
  ]);
  expect((await site.plan()).sites[0]!.actions).toEqual([]);

  const [original] = await site.snapshotsIn("main");
  const [copy] = await site.snapshotsIn("offsite");
  expect(copy).toMatchObject({ id: original!.id, facts: original!.facts, point: original!.point });
  expect(copy!.proofs).toMatchObject([{ level: "read", result: "passed" }]);
});

test("a copy that fails fails its own step and not the capture, and the next run makes it", async () => {
  const site = await newSite();
  const plan = await site.plan();
  // Unplugged between the plan and its end.
  writeFileSync(site.folderOf("offsite"), "no folder");
  const { outcomes, result } = await site.apply(plan);
  expect(result).toBe("some-failed");
  expect(outcomes).toEqual([
    ["capture PS1/scripts", "done"],
    ["copy the point of 2026-11-22 01:30Z of PS1 to offsite", "failed repository-unreadable"],
  ]);
  rmSync(site.folderOf("offsite"));
  expect((await site.apply()).outcomes).toEqual([
    ["copy the point of 2026-11-22 01:30Z of PS1 to offsite", "done"],
  ]);
});

test("what the copies' retention lets go is forgotten there alone, and not in a run whose copy failed", async () => {
  const site = await newSite({ retention: { last: 1 } });
  for (let day = 0; day < 3; day++) {
    await site.apply();
    site.pass(24 * hour);
  }
  const plan = await site.plan();
  expect(plan.sites[0]!.actions.map((it) => it.do)).toEqual(["capture", "copy", "forget-copy"]);
  writeFileSync(join(site.folderOf("scripts"), "new.ps1"), "New-CMSite\n");
  const packs = join(site.folderOf("offsite"), "packs");
  renameSync(packs, `${packs}.away`);
  writeFileSync(packs, "no folder");
  const failed = await site.apply(plan);
  expect(failed.outcomes.map(([, result]) => result)).toEqual([
    "done",
    "failed repository-unreadable",
    "held-back forget-held-back",
  ]);
  rmSync(packs);
  renameSync(`${packs}.away`, packs);
  expect((await site.apply()).result).toBe("done");
  expect(await site.snapshotsIn("main")).toHaveLength(4);
  expect((await site.snapshotsIn("offsite")).map((it) => it.point)).toEqual([noon + 61.5 * hour]);
});

test("a copy that fails holds back no forget of another point in the first repository", async () => {
  const site = await newSite({}, { last: 1 });
  await site.apply();
  site.pass(24 * hour);
  writeFileSync(join(site.folderOf("scripts"), "new.ps1"), "New-CMSite\n");
  const plan = await site.plan();
  const packs = join(site.folderOf("offsite"), "packs");
  rmSync(packs, { recursive: true });
  writeFileSync(packs, "no folder");
  const { outcomes } = await site.apply(plan);
  expect(outcomes).toContainEqual(["forget the point of 2026-11-22 01:30Z of PS1", "done"]);
  expect(outcomes.map(([, result]) => result)).toContain("failed repository-unreadable");
});

test("a copy that was cut off before it was read back is read whole by the next run", async () => {
  const site = await newSite();
  await site.apply();
  rmSync(join(site.folderOf("offsite"), "proofs"), { recursive: true });
  const { outcomes } = await site.apply();
  expect(outcomes).toEqual([["copy the point of 2026-11-22 01:30Z of PS1 to offsite", "done"]]);
  const [copy] = await site.snapshotsIn("offsite");
  expect(copy!.proofs).toMatchObject([
    { level: "read", result: "passed", note: expect.stringMatching(/^[1-9]\d* objects read/) },
  ]);
});

test("a copy that a prune of its repository overtook is looked at there by the next run, and written again when it is not whole", async () => {
  const site = await newSite();
  await site.apply();
  await publishForNobody(site.folderOf("offsite"), 1);
  site.pass(hour);
  expect((await site.apply()).outcomes).toEqual([["verify PS1/scripts in offsite", "done"]]);
  const [copy] = await site.snapshotsIn("offsite");
  expect(copy!.proofs.at(-1)).toMatchObject({ result: "passed", fence: 1 });
  expect((await site.apply()).outcomes).toEqual([]);

  await publishForNobody(site.folderOf("offsite"), 2);
  rmSync(join(site.folderOf("offsite"), "packs"), { recursive: true });
  site.pass(hour);
  expect((await site.apply()).outcomes).toEqual([["verify PS1/scripts in offsite", "failed content-pruned"]]);
  expect((await site.plan()).sites[0]!.risks).toMatchObject([{ code: "copy-damaged" }]);
  expect((await site.snapshotsIn("main"))[0]!.proofs.map((it) => it.result)).toEqual(["passed"]);
  const again = [["copy the point of 2026-11-22 01:30Z of PS1 to offsite", "done"]];
  expect((await site.apply()).outcomes).toEqual(again);
  expect((await site.plan()).sites[0]).toMatchObject({ actions: [], risks: [] });
});

test("a copy whose read-back failed is written again by the next run", async () => {
  const site = await newSite();
  await site.apply();
  site.pass(hour);
  await site.failProof("offsite");
  expect((await site.plan()).sites[0]!.risks).toMatchObject([{ code: "copy-damaged" }]);
  site.pass(hour);
  const again = [["copy the point of 2026-11-22 01:30Z of PS1 to offsite", "done"]];
  expect((await site.apply()).outcomes).toEqual(again);
  const [copy] = await site.snapshotsIn("offsite");
  expect(copy!.proofs.map((it) => it.result)).toEqual(["passed", "failed", "passed"]);
  expect((await site.plan()).sites[0]).toMatchObject({ actions: [], risks: [] });
});

test("a copy whose content went bad is whole again once the next run has written it", async () => {
  const site = await newSite();
  await site.apply();
  damageContent(site.folderOf("offsite"));
  site.pass(hour);
  expect(await site.verifyIn("offsite")).toBe("failed");
  site.pass(hour);
  const again = [["copy the point of 2026-11-22 01:30Z of PS1 to offsite", "done"]];
  expect((await site.apply()).outcomes).toEqual(again);
  site.pass(hour);
  expect(await site.verifyIn("offsite")).toBe("passed");
  expect((await site.plan()).sites[0]).toMatchObject({ actions: [], risks: [] });
});

test("a copy that was there is never taken away for what it lacks: it stays until that is written again", async () => {
  const site = await newSite();
  await site.apply();
  const offsite = site.folderOf("offsite");
  // Cut off before its proof, and overtaken by a prune of its repository.
  rmSync(join(offsite, "proofs"), { recursive: true });
  await publishForNobody(offsite, 1);
  rmSync(join(offsite, "packs"), { recursive: true });
  const packs = join(site.folderOf("main"), "packs");
  renameSync(packs, `${packs}.away`);
  expect((await site.apply()).result).toBe("some-failed");
  expect(await site.snapshotsIn("offsite")).toHaveLength(1);
  renameSync(`${packs}.away`, packs);
  site.pass(hour);
  expect((await site.apply()).result).toBe("done");
  site.pass(hour);
  expect(await site.verifyIn("offsite")).toBe("passed");
});

test("a copy does not rest on packs that are gone: the content is stored anew", async () => {
  const site = await newSite();
  await site.apply();
  site.pass(24 * hour);
  rmSync(join(site.folderOf("offsite"), "packs"), { recursive: true });
  expect((await site.apply()).outcomes.map(([, result]) => result)).toEqual(["done", "done"]);
  const copies = await site.snapshotsIn("offsite");
  expect(copies.at(-1)!.proofs.map((it) => it.result)).toEqual(["passed"]);
});

test("damage that a copy finds is filed as a result of the original, and the next plan captures it again", async () => {
  const site = await newSite();
  const plan = await site.plan();
  await site.apply({ ...plan, sites: plan.sites.map((it) => ({ ...it, actions: it.actions.slice(0, 1) })) });
  damageContent(site.folderOf("main"));
  const { outcomes } = await site.apply();
  expect(outcomes).toEqual([
    ["copy the point of 2026-11-22 01:30Z of PS1 to offsite", "failed copy-source-damaged"],
  ]);
  expect(await site.snapshotsIn("offsite")).toEqual([]);
  expect((await site.plan()).sites[0]!.actions).toMatchObject([
    { do: "capture", because: { why: "proof-failed" } },
    { do: "copy", expected: 1 },
  ]);
});

/** A fence that has seen to no snapshot: as if each had been copied while a prune went on. */
async function publishForNobody(folder: string, number: number): Promise<void> {
  const backend = folderBackend(folder);
  const { repository } = (await readConfigIfAny(backend))!;
  const index = await Array.fromAsync(backend.list("index/"), ({ name }) => name);
  const fence = { number, at: noon, honoured: [], trashed: [], index, replaced: [] };
  expect(await publishFence(objectStore(backend, { repository }, chance(number)), fence)).toBe(true);
}

/** Turns a byte in the largest pack. */
function damageContent(folder: string): void {
  const names = readdirSync(join(folder, "packs"), { recursive: true, withFileTypes: true }).filter((it) =>
    it.isFile(),
  );
  const paths = names.map((it) => join(it.parentPath, it.name));
  const [path] = paths.toSorted((left, right) => readFileSync(right).length - readFileSync(left).length);
  const bytes = readFileSync(path!);
  bytes[100]! ^= 1;
  writeFileSync(path!, bytes);
}

/** A site with one folder to protect, a repository and one for copies, and a clock of its own. */
async function newSite(
  copy: { readonly retention?: ResolvedPolicy["retention"] } = {},
  retention: ResolvedPolicy["retention"] = { last: "all" },
) {
  const root = temporaryFolder();
  const folderOf = (name: string) => join(root, name);
  const scripts = folderOf("scripts");
  mkdirSync(scripts);
  writeFileSync(join(scripts, "deploy.ps1"), "Get-CMSite\n".repeat(2_000));
  const place = (name: string) => ({ name, location: { folder: folderOf(name) }, keys: [], encrypt: false });
  const source = {
    kind: "folder",
    name: "scripts",
    root: scripts,
    include: [],
    exclude: [],
  } as unknown as Folder;
  const policy = policyOf({
    sources: [source],
    partners: {},
    site: { ...policyOf().site, servers: [] },
    repository: { ...place("main"), copies: [{ repository: place("offsite"), ...copy }] },
    retention,
    brakes: { minPoints: 1, maxForgetPerMille: 1_000 },
  });
  let now = noon;
  const kept = new Map<string, unknown>();
  const world = testWorld({
    machine: bareMachine,
    now: () => now,
    sleep: async (ms) => void (now += ms),
    cacheFolder: folderOf("cache"),
    remember: async (name, value) => void kept.set(name, value),
    recall: async (name) => kept.get(name) as never,
    connect: () => Promise.reject(new Error("There is no SQL Server here.")),
  });
  const inSession = async <Result>(work: (session: Session) => Promise<Result>): Promise<Result> => {
    const session = openSession(world, new AbortController().signal);
    onTestFinished(() => session.close());
    return work(session);
  };
  const plan = () => inSession(async (session) => (await planPolicies(session, [policy])).plan);
  return {
    folderOf,
    plan,
    planCopies: () =>
      inSession(async (session) => {
        const planned = await planPolicies(session, [policy]);
        const sites = [planCopies(policy, planned.observations[0]!, { now })];
        return { ...planned.plan, sites };
      }),
    pass: (ms: number) => void (now += ms),
    async apply(given?: Plan) {
      const chosen = given ?? (await plan());
      const done = await inSession((session) =>
        applyPlan(session, chosen, { trigger: "apply", listeners: [] }),
      );
      const outcomes = done.outcomes.map(({ title, result, problem }) => [
        title,
        problem ? `${result} ${problem.code}` : result,
      ]);
      return { outcomes, result: done.result };
    },
    /** Files a failed result about the only snapshot of a repository. */
    failProof: (name: string) =>
      inSession(async (session) => {
        const opened = await session.repository(place(name));
        if (!opened.exists) throw new Error(`${name} is not there.`);
        const { snapshots } = await opened.repository.snapshots("objects");
        const proof = { level: "read", result: "failed", at: session.now(), note: "by hand" } as const;
        await opened.repository.addProof(snapshots[0]!.id, proof);
      }),
    /** Reads all of the only snapshot of a repository, and files the result. */
    verifyIn: (name: string) =>
      inSession(async (session) => {
        const opened = await session.repository(place(name));
        if (!opened.exists) throw new Error(`${name} is not there.`);
        const [snapshot] = (await opened.repository.snapshots("objects")).snapshots;
        const order = { snapshot: snapshot!, perMille: 1000 };
        return (await verifySnapshot(session, opened.repository, order)).proof.result;
      }),
    snapshotsIn: (name: string) =>
      inSession(async (session) => {
        const opened = await session.repository(place(name));
        return opened.exists ? (await opened.repository.snapshots("objects")).snapshots : [];
      }),
  };
}
