import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { given } from "../../../src/core/base/given.ts";
import type { Plan } from "../../../src/core/model/plan.ts";
import { applyPlan } from "../../../src/engine/run/apply.ts";
import { planPolicies } from "../../../src/engine/pipeline.ts";
import { openSession } from "../../../src/engine/session/session.ts";
import type { CopyableRepository } from "../../../src/store/copyable-repository.ts";
import type { Verified } from "../../../src/store/repository.ts";
import { noon, policyOf } from "../../support/build-site.ts";
import { collectEvents, engineSite, files } from "../../support/engine-site.ts";
import { replacing } from "../../support/replacing.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { testWorld } from "../../support/test-world.ts";

const place = (name: string) =>
  ({ name, location: { folder: `/${name}` }, keys: [], encrypt: false }) as const;
const bad = { result: "failed", objects: 3, bytes: 9, damage: ["a.txt"] } as const;
const pruned = { ...bad, isPruned: true } as const;

test("a run that died between commit and proof is mended by reading back what it committed", async () => {
  const [scripts, folder] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(scripts, "tell.cmd"), "echo told".repeat(100));
  const { code, type, installFolder, database } = policyOf().site;
  const policy = policyOf({
    site: { code, type, installFolder, database, servers: [] },
    partners: {},
    repository: { name: "main", location: { folder }, keys: [], encrypt: false },
    sources: [{ kind: "folder", name: "scripts", root: scripts, include: [], exclude: [] }],
  });
  const world = testWorld({ cacheFolder: temporaryFolder() });
  const round = async () => {
    const session = openSession(world, new AbortController().signal);
    onTestFinished(() => session.close());
    const { plan } = await planPolicies(session, [policy]);
    const { outcomes } = await applyPlan(session, plan, { trigger: "apply", listeners: [] });
    await session.close();
    return outcomes.map((it) => `${it.title}: ${it.result}`);
  };
  expect(await round()).toEqual(["capture PS1/scripts: done"]);
  expect(await round()).toEqual([]);

  rmSync(join(folder, "proofs"), { recursive: true });
  expect(await round()).toEqual(["verify PS1/scripts: done"]);
  expect(await round()).toEqual([]);
});

test("a verify reads the snapshot that it names, whole, and tells how far it is", async () => {
  const { events, listener } = collectEvents();
  const { site, verify } = await copiedOnce();
  const [, second] = await site.snapshots();
  site.pass(1);
  const plan = await verify(second!.source);
  const { outcomes } = await site.apply(plan, listener);
  expect(outcomes).toEqual([{ ...endedOf(second!.source), result: "done", snapshot: second!.id }]);
  expect((await site.snapshots()).map((it) => it.proofs.map((proof) => proof.note))).toEqual([
    [expect.stringContaining("new objects read back")],
    [
      expect.stringContaining("new objects read back"),
      expect.stringMatching(/^[1-9]\d* objects read, \d+ B$/),
    ],
  ]);
  const told = events.flatMap((it) => (it.what === "step-progressed" ? it.progress : []));
  expect(new Set(told.map((it) => it.text))).toEqual(new Set(["reading back"]));
  expect(told.at(-1)!.doneBytes).toBeGreaterThanOrEqual(second!.bytes);
});

const prunedMessage =
  "A prune or a repair took away what PS1/files rests on, while it was being written or since.";

test.each([
  [
    "in the repository",
    "proof-failed",
    "PS1/files was written and does not read back: damaged: a.txt",
    undefined,
    bad,
  ],
  ["in the repository", "content-pruned", prunedMessage, undefined, pruned],
  [
    "in a repository of copies",
    "copy-damaged",
    "The copy of PS1/files in offsite does not read back: damaged: a.txt",
    "offsite",
    bad,
  ],
  ["in a repository of copies", "content-pruned", prunedMessage, "offsite", pruned],
] as const)("what a verify %s finds is filed and told as %s", async (...row) => {
  const [, code, message, name, found] = row;
  const { site, verify, finds } = await copiedOnce();
  const plan = await verify("files", name);
  const { id } = (await site.snapshots()).find((it) => it.source === "files")!;
  finds.result = found;
  site.pass(1);
  const { outcomes } = await site.apply(plan);
  const where = "PS1/files";
  const problem = { code, severity: "error", message, where, hint: expect.stringMatching(/./) };
  const title = name === undefined ? "verify PS1/files" : `verify PS1/files in ${name}`;
  expect(outcomes).toEqual([{ ...endedOf("files"), title, result: "failed", snapshot: id, problem }]);
  const lost = "a prune or a repair took away what it rests on: damaged: a.txt";
  const note = "isPruned" in found ? lost : "damaged: a.txt";
  const filed = (await site.snapshots(name)).find((it) => it.id === id)!.proofs;
  expect(filed.at(-1)).toEqual({ level: "read", result: "failed", at: noon + 1, note });
});

test("a snapshot that has gone since the plan was made is not verified, and told", async () => {
  const { site, verify } = await copiedOnce();
  const plan = await verify("files");
  const [gone] = plan.sites[0]!.actions.flatMap((it) => (it.do === "verify" ? it.snapshot : []));
  await site.inSession(async (session) => {
    const opened = await session.repository(site.policy.repository);
    if (opened.exists) await opened.repository.forget(gone!);
  });
  site.pass(1);
  const { outcomes } = await site.apply(plan);
  expect(outcomes).toEqual([
    {
      ...endedOf("files"),
      result: "failed",
      problem: {
        code: "internal-fault",
        severity: "error",
        message: `Something unforeseen happened: The snapshot ${gone} has gone since the plan was made.`,
        where: "PS1",
        hint: expect.stringMatching(/./),
      },
    },
  ]);
});

/** A site with two sources that were captured and copied, and plans that verify one of them. */
async function copiedOnce() {
  const finds: { result?: Verified } = {};
  const wrap = (it: CopyableRepository) =>
    replacing(it, {
      verify: async (...args: Parameters<CopyableRepository["verify"]>) => finds.result ?? it.verify(...args),
    });
  const repository = { ...place("main"), copies: [{ repository: place("offsite") }] };
  const sources = [files, { ...files, name: "scripts" }];
  const site = engineSite({ sources, policy: { repository }, wrap });
  const plan = await site.plan();
  await site.run(plan);
  const verify = async (source: string, name?: string): Promise<Plan> => {
    const { id, kind, asOf } = (await site.snapshots()).find((it) => it.source === source)!;
    const inCopies = given({ in: name });
    const action = { do: "verify", source, kind, snapshot: id, asOf, restsOn: [], ...inCopies } as const;
    return { ...plan, sites: [{ ...plan.sites[0]!, actions: [action] }] };
  };
  return { site, verify, finds };
}

function endedOf(source: string) {
  const at = noon + 1;
  return { site: "PS1", action: 0, title: `verify PS1/${source}`, startedAt: at, finishedAt: at };
}
