import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { day, hour } from "../../src/core/base/instant.ts";
import type { Problem } from "../../src/core/base/problem.ts";
import { summariseStatus } from "../../src/core/plan/summarise-status.ts";
import { planPolicies } from "../../src/engine/pipeline.ts";
import { pruneRepository } from "../../src/engine/repository/prune.ts";
import { verifySnapshot } from "../../src/engine/run/verify-snapshot.ts";
import { problemOf } from "../../src/engine/session/problems.ts";
import { inRepository } from "../../src/engine/session/repositories.ts";
import { openExisting, type Session } from "../../src/engine/session/session.ts";
import { folderBackend } from "../../src/store/backends/folder.ts";
import type { Repository } from "../../src/store/repository.ts";
import { hastyDisk } from "../support/campaign/recording-disk.ts";
import { engineSite } from "../support/engine-site.ts";
import { foldersIn, objectOfEachKind, spoilings, strayNames, strayThings } from "../support/strangers.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// What a repository's folder holds is not ours alone: whatever lies there, and whatever became of an object,
// each command ends with what it found or with a problem that has a name. A capture and a restore go on by
// all that does not concern what they need.

const { signal } = new AbortController();
const key = new Uint8Array(32).fill(7);

describe("a stranger anywhere", () => {
  test("is passed over by every command, and counted by the check", async () => {
    const template = await makeTemplate();
    const root = copyOf(template);
    let strangers = 0;
    for (const folder of foldersIn(root)) {
      for (const name of strayNames) writeFileSync(join(root, folder, name), "12345678");
      for (const [at, put] of Object.values(strayThings).slice(0, 3).entries())
        put(join(root, folder, `stray-${at}`));
      strangers += strayNames.length + 3;
    }
    expect(strangers).toBeGreaterThan(150);
    const told = await useAll(root);
    expect(codesOf(told)).toEqual(codesOf(await useAll(copyOf(template))));
    expect(told.strangers).toBe(strangers);
    expect(told.damage).toEqual([]);
  });

  test("is not taken away by a prune or a repair", async () => {
    const root = await makeTemplate();
    for (const folder of foldersIn(root)) writeFileSync(join(root, folder, "Thumbs.db"), "12345678");
    const site = siteOn(root);
    site.pass(40 * day);
    await inRepositoryOf(site, async (repository) => {
      await prune(repository);
      await (await repository.planRepair({ signal })).apply(signal);
      const { strangers } = await repository.check({ readPerMille: 0, signal });
      expect(strangers.filter((it) => it.endsWith("Thumbs.db"))).toHaveLength(strangers.length);
      expect(strangers.length).toBe(foldersIn(root).length);
    });
  });
});

describe.each(Object.keys(spoilings))("an object that became %s", (spoiling) => {
  test("ends no command in a fault of ours, and stops a capture or a restore only where it is needed", async () => {
    const template = await makeTemplate();
    // An index that is there and damaged is made anew in memory; whether one is lacking nobody can tell.
    const isGone = Object.hasOwn(strayThings, spoiling);
    const sound = codesOf(await useAll(copyOf(template)));
    for (const name of objectOfEachKind(template)) {
      const root = copyOf(template);
      spoilings[spoiling]!(join(root, name));
      const told = await useAll(root);
      const codes = codesOf(told);
      expect(Object.values(codes).flat(), `${spoiling} of ${name}`).not.toContain("internal-fault");
      if (isNeeded(name) || (isGone && name.startsWith("index/"))) continue;
      expect([codes.capture, codes.restore], `${spoiling} of ${name}`).toEqual([
        sound.capture,
        sound.restore,
      ]);
      const isSeen = told.damage.includes(name) || told.strangerNames.includes(name);
      expect(isSeen, `${spoiling} of ${name} is told by the check`).toBe(true);
    }
  });
});

/** A snapshot rests on its manifest and its packs. All else is there twice, or can be done without. */
function isNeeded(name: string): boolean {
  return name.startsWith("packs/") || name.startsWith("snapshots/") || name.startsWith("trash/");
}

interface Told {
  readonly codes: Readonly<
    Record<"capture" | "restore" | "status" | "check" | "verify" | "prune", readonly string[]>
  >;
  readonly strangers: number;
  readonly strangerNames: readonly string[];
  readonly damage: readonly string[];
}

function codesOf({ codes }: Told): Told["codes"] {
  return codes;
}

/** Does everything with a repository, each in a session of its own, and gathers the codes of what is told. */
async function useAll(root: string): Promise<Told> {
  const site = siteOn(root);
  site.pass(3 * hour);
  const done = (work: (session: Session, repository: Repository) => Promise<readonly string[]>) =>
    site.inSession(async (session) => {
      try {
        const { repository: address } = site.policy;
        return await inRepository(address, async () => work(session, await openExisting(session, address)));
      } catch (thrown) {
        return [problemOf(thrown, "test", session.redactor).code];
      }
    });
  let strangers: readonly string[] = [];
  let damage: readonly string[] = [];
  const codes = {
    restore: await done(async (_, repository) => {
      const { snapshots } = await repository.snapshots();
      const options = { to: temporaryFolder(), paths: [], overwrite: false, signal };
      const { refused } = await repository.restore(snapshots.at(-1)!.id, options);
      return refused.map(() => "refused");
    }),
    status: await done(async (session) => {
      const { observations, plan } = await planPolicies(session, [site.policy]);
      const statuses = summariseStatus([site.policy], observations, plan.madeAt);
      return [...statuses.flatMap((it) => it.problems), ...plan.sites.flatMap((it) => it.risks)].map(codeOf);
    }),
    capture: await done(async () => {
      const { outcomes } = await site.apply();
      return outcomes.flatMap(({ result, problem }) => (problem ? [result, problem.code] : [result]));
    }),
    verify: await done(async (session, repository) => {
      const { snapshots } = await repository.snapshots();
      const order = { snapshot: snapshots.at(-1)!, perMille: 1000, notes: session.notes };
      return [(await verifySnapshot(session, repository, order)).proof.result];
    }),
    check: await done(async (_, repository) => {
      const found = await repository.check({ readPerMille: 1000, signal });
      strangers = found.strangers;
      damage = found.damage.map(({ object }) => object);
      return [];
    }),
    prune: await done(async (_, repository) => [(await prune(repository)).result]),
  };
  return { codes, strangers: strangers.length, strangerNames: strangers, damage };
}

function codeOf({ code }: Problem): string {
  return code;
}

function prune(repository: Repository) {
  const options = { maxUnusedPerMille: 0, graceMs: day, clock: "trust", signal } as const;
  return pruneRepository(repository, { ...options, approve: async () => true });
}

function inRepositoryOf(
  site: ReturnType<typeof siteOn>,
  work: (repository: Repository) => Promise<void>,
): Promise<void> {
  return site.inSession(async (session) => work(await openExisting(session, site.policy.repository)));
}

/** A site whose encrypted repository lies in a folder. */
function siteOn(root: string, content = "new") {
  const repository = {
    name: "main",
    location: { folder: root },
    keys: [{ as: "key-file" as const, file: "/keys/main.key" }],
    encrypt: true,
  };
  const site = engineSite({
    policy: { repository },
    does: { files: { files: { "a.txt": content, "b.txt": "always the same" } } },
    world: {
      openBackend: () => folderBackend(root, hastyDisk),
      readBytes: async () => key,
    },
  });
  site.clock.now += 20 * day;
  return site;
}

/** A repository with an object of every kind but those of a repair. */
async function makeTemplate(): Promise<string> {
  const root = temporaryFolder();
  const site = siteOn(root, "old");
  site.clock.now -= 10 * day;
  for (const content of ["old", "older", "oldest"]) {
    site.does["files"] = { files: { "a.txt": content.repeat(1000), "b.txt": "always the same" } };
    expect(await site.run()).toContain("capture PS1/files: done");
    site.pass(day);
  }
  await inRepositoryOf(site, async (repository) => {
    const [first, second] = (await repository.snapshots()).snapshots;
    const said = { at: site.clock.now, by: "cm01", note: "test" };
    await repository.addHold({ ...said, site: "PS1", snapshots: [second!.id] });
    await repository.proveKey("laptop", signal);
    await repository.check({ readPerMille: 1000, signal });
    await repository.forget(first!.id);
    site.pass(2 * day);
    await prune(repository);
  });
  return root;
}

function copyOf(template: string): string {
  const root = join(temporaryFolder(), "main");
  mkdirSync(root);
  cpSync(template, root, { recursive: true });
  return root;
}
