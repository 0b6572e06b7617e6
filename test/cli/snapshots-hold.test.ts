import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Hold } from "../../src/core/model/repository/hold.ts";
import { folderBackend } from "../../src/store/backends/folder.ts";
import { initRepository } from "../../src/store/open-repository.ts";
import { runHere } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { capture, chance, offersOf, reopen } from "../support/test-repository.ts";

const day = 86_400_000;

test("a held point outlives the rules until it is released, and says why it stays", async () => {
  const { sitekeep, points } = await newSite(2);
  const made = await sitekeep("capture", "one", "--yes", "--hold", "before 2603");
  expect(made).toMatchObject({ code: 0, err: "" });
  expect(made.out).toMatch(/^Held ONE@\S+Z in main: 1 snapshot, and what joins the point later\.$/m);
  expect((await sitekeep("capture", "one", "--yes")).code).toBe(0);
  const [newest, held] = await points();
  const list = (await sitekeep("snapshots", "list")).out.split("\n");
  expect(list.map((line) => / held /.test(line))).toEqual([false, false, true, false, false, false]);
  expect((await sitekeep("snapshots", "show", held!.id)).out).toMatch(/^Held +since .*: before 2603$/m);

  expect((await sitekeep("apply", "--yes")).out).toContain("2 done.");
  expect(await points()).toEqual([newest, held]);
  const asked = await sitekeep("snapshots", "release", held!.name);
  expect(asked).toMatchObject({ code: 1, err: expect.stringContaining('The question "Release') });
  const explained = (await sitekeep("snapshots", "explain", held!.id)).out;
  expect(explained).toMatch(/keep +.* held since .*Z: before 2603\n +stays until it is released$/m);

  const released = await sitekeep("snapshots", "release", held!.name, "--because", "2603 went well", "--yes");
  expect(released).toMatchObject({ code: 0, err: "" });
  expect(released.out).toMatch(
    /^ONE@\S+ is held since .*: before 2603\nWithout that it goes with the next run\.\nReleased ONE@\S+\.\n$/,
  );
  const again = await sitekeep("snapshots", "release", held!.name, "--yes");
  expect(again).toMatchObject({ code: 1 });
  expect(again.err).toMatch(/point-not-held[^]*was released already, at .* on .*: 2603 went well\./);
  expect((await sitekeep("apply", "--yes")).out).toContain("1 done.");
  expect(await points()).toEqual([newest]);
}, 60_000);

test("a plan that was to forget a point is stale once the point is held", async () => {
  const { root, sitekeep, points } = await newSite(2);
  const plan = join(root, "plan.json");
  expect((await sitekeep("plan", "--out", plan)).out).toContain("1 to forget");
  const [, old] = await points();
  const held = await sitekeep("snapshots", "hold", old!.name, "--because", "an audit", "--json");
  const document = JSON.parse(held.out) as { hold: Hold };
  expect(document).toMatchObject({
    apiVersion: "sitekeep/hold/v1",
    repository: "main",
    site: "ONE",
    due: old!.due,
    hold: { note: "an audit", snapshots: [old!.id], by: expect.any(String) },
  });
  const stale = await sitekeep("apply", plan, "--yes");
  expect(stale.code).toBe(1);
  expect(stale.err).toContain("ONE holds of point");
  expect(stale.err).toContain(document.hold.id);
  const list = JSON.parse((await sitekeep("snapshots", "list", "--json")).out) as { holds: Hold[] };
  expect(list.holds).toEqual([document.hold]);
}, 60_000);

test("what can't be held is said, with the nearest that could be", async () => {
  const { root, sitekeep, points } = await newSite(1);
  const [point] = await points();
  const hold = async (name: string, ...because: readonly string[]) =>
    (await sitekeep("snapshots", "hold", name, ...because)).err;
  expect(await hold(point!.name)).toContain("--because: it is missing.");
  expect(await hold(point!.name, "--because", "two\nlines")).toContain("or than a line");
  const why = ["--because", "an audit"];
  expect(await hold("ONE@2001-01-01T00:00Z", ...why)).toContain(`The nearest is ${point!.name}.`);
  expect(await hold("ONE@yesterday", ...why)).toContain("yesterday is no time that states its zone.");
  expect(await hold(`${point!.id.slice(0, 5)}zzz`, ...why)).toContain(`The nearest is ${point!.id}`);
  expect((await sitekeep("snapshots", "release", point!.name, "--yes")).err).toContain("is not held.");
  // A share that takes nothing new.
  writeFileSync(join(root, "main", "holds"), "in the way");
  expect(await hold(point!.name, ...why)).toContain("repository-unreadable");
}, 60_000);

test("a hold that can't be read keeps every point, and is red until a repair takes it away", async () => {
  const { root, sitekeep } = await newSite(3);
  mkdirSync(join(root, "main", "holds"), { recursive: true });
  writeFileSync(join(root, "main", "holds", "0f".repeat(10)), "half a hold");
  const plan = (await sitekeep("plan")).out;
  expect(plan).toContain("0 to forget, ");
  expect(plan).toContain(`holds/${"0f".repeat(10)} of the repository main can't be read`);
  expect((await sitekeep("repo", "repair", "--yes")).code).toBe(0);
  expect((await sitekeep("plan")).out).toContain("2 to forget");
}, 60_000);

interface Point {
  readonly id: string;
  readonly due: number;
  readonly name: string;
}

/**
 * A site of one folder, whose policy keeps the newest point alone, with points of the last days: the newest
 * is the one that is due now. And a program to run on it.
 */
async function newSite(count: number) {
  const root = temporaryFolder();
  const [policies, scripts] = [join(root, "policies"), join(root, "scripts")];
  for (const folder of [policies, scripts]) mkdirSync(folder);
  writeFileSync(join(scripts, "deploy.ps1"), "Get-CMSite\n");
  writeFileSync(join(policies, "one.yaml"), policyText(root, scripts));
  await makePoints(join(root, "main"), scripts, count);
  const cache = { XDG_CACHE_HOME: join(root, "cache"), LOCALAPPDATA: join(root, "cache") };
  const sitekeep = (...args: readonly string[]) => runHere(args, { ...cache, SITEKEEP_POLICIES: policies });
  return {
    root,
    sitekeep,
    /** Newest first. */
    async points(): Promise<readonly Point[]> {
      const { snapshots } = JSON.parse((await sitekeep("snapshots", "list", "--json")).out) as {
        snapshots: { id: string; point: number }[];
      };
      return snapshots
        .map(({ id, point }) => ({ id, due: point, name: `ONE@${nameOf(point)}` }))
        .sort((left, right) => right.due - left.due);
    },
  };
}

function nameOf(due: number): string {
  return new Date(due).toISOString().replace(".000Z", "Z");
}

/** Verified points, the newest of the schedule's last midnight in UTC, the others each a day before. */
async function makePoints(folder: string, scripts: string, count: number): Promise<void> {
  const backend = folderBackend(folder);
  await initRepository(backend, { unencrypted: true, random: chance(1) });
  const repository = await reopen(backend);
  const midnight = Math.floor(Date.now() / day) * day;
  for (let back = count - 1; back >= 0; back--) {
    const point = midnight - back * day;
    const id = `0points${count - back}`;
    const names = { site: "ONE", policy: "one", source: "scripts" };
    const said = { ...names, point, startedAt: point, finishedAt: point, asOf: point };
    await capture(repository, id, offersOf(scripts), { said });
    await repository.addProof(id, { level: "read", result: "passed", at: point, note: "all" });
  }
}

function policyText(root: string, scripts: string): string {
  return `apiVersion: sitekeep/v1
kind: BackupPolicy
metadata: { name: one }
site: { code: ONE, database: { server: "127.0.0.1:1", name: CM_ONE } }
repository: main
schedule: { cron: "0 0 * * *" }
retention: { last: 1 }
brakes: { minPoints: 1, maxForget: 100% }
defaultSources: false
sources: { scripts: { kind: folder, root: ${scripts} } }
---
apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: ${join(root, "main")} }
encrypt: false
`;
}
