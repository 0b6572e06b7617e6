import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { folderBackend } from "../../src/store/backends/folder.ts";
import { openRepository } from "../../src/store/open-repository.ts";
import { atDepth, count } from "../support/campaign/depth.ts";
import { digestFolder } from "../support/digest-folder.ts";
import { type Ran, type Running, startProgram } from "../support/program.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { restoreAll, verifyAll } from "../support/test-repository.ts";

const kills = {
  capture: atDepth({ short: 1, middle: 4, long: 20 }),
  prune: atDepth({ short: 0, middle: 3, long: 20 }),
  repair: atDepth({ short: 0, middle: 2, long: 10 }),
};
const random = new SeededRandom(4711);

test(`a capture of the program that is killed ${kills.capture} times at any moment: what is listed is whole, and the next one succeeds`, async () => {
  const place = makePlace();
  const committed = new Map<string, FolderDigest>();
  const captureMs = await timeOf(startCapture(place));
  await expectSnapshots(place, committed);
  expect(committed.size).toBe(1);

  for (let round = 1, killed = 0; killed < kills.capture; round++) {
    changeSource(place, round);
    if (await isKilled(startCapture(place), captureMs)) killed++;
    await expectSnapshots(place, committed);
    await expectDone(startCapture(place));
    const before = committed.size;
    await expectSnapshots(place, committed);
    expect(committed.size, "the next run has committed").toBe(before + 1);
  }
  await expectSnapshots(place, committed, "all");
  count("kills of the program", kills.capture);
});

test.runIf(kills.prune > 0)(
  `a prune of the program that is killed ${kills.prune} times at any moment: what is listed is whole, and two more leave nothing to do`,
  async () => {
    const place = makePlace();
    const committed = new Map<string, FolderDigest>();
    await expectDone(startCapture(place));
    await expectSnapshots(place, committed);
    let pruneMs = 0;
    for (let round = 1, killed = 0; killed < kills.prune; round++) {
      // Half of the pack that holds the oldest snapshot's new files is needed by the next one.
      changeSource(place, round);
      await expectDone(startCapture(place));
      await expectSnapshots(place, committed);
      await forgetOldest(place, committed);
      if (pruneMs === 0) pruneMs = await timeOf(startPrune(place));
      else if (await isKilled(startPrune(place), pruneMs)) killed++;
      await expectSnapshots(place, committed, "all");
      await expectDone(startPrune(place));
      await expectDone(startPrune(place));
      const { out } = await expectDone(startPrune(place));
      expect(out).toBe("There is nothing to prune.\n");
      await expectSnapshots(place, committed, "all");
    }
    count("kills of the program", kills.prune);
  },
);

test.runIf(kills.repair > 0)(
  `a repair of the program that is killed ${kills.repair} times at any moment: no snapshot is hurt, and the next one mends all`,
  async () => {
    const place = makePlace();
    const committed = new Map<string, FolderDigest>();
    await expectDone(startCapture(place));
    await expectSnapshots(place, committed);
    let repairMs = 0;
    for (let killed = 0; killed < kills.repair;) {
      damageIndex(place);
      if (repairMs === 0) repairMs = await timeOf(startRepair(place));
      else if (await isKilled(startRepair(place), repairMs)) killed++;
      await expectSnapshots(place, committed, "all");
      await expectDone(startRepair(place));
      await expectDone(startRepo(place, "check", "--read-data"));
      await expectSnapshots(place, committed, "all");
    }
    count("kills of the program", kills.repair);
  },
);

type FolderDigest = ReturnType<typeof digestFolder>;

interface Place {
  readonly folder: string;
  readonly source: string;
  readonly repository: string;
  readonly key: Uint8Array;
}

/** A folder to capture, and a policy that needs no server for it. */
function makePlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), "sitekeep-kills-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [source, repository] = [join(folder, "source"), join(folder, "repository")];
  const key = random.bytes(32);
  mkdirSync(source);
  writeFileSync(join(folder, "key"), key);
  writeFileSync(
    join(folder, "policy.yaml"),
    `apiVersion: sitekeep/v1
kind: BackupPolicy
metadata: { name: kills }
site: { code: PS1, database: { server: "127.0.0.1:1", name: CM_PS1 } }
repository: main
schedule: { cron: "30 1 * * *" }
sources: { files: { kind: folder, root: "${source}" } }
---
apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: "${repository}" }
keys: [{ file: "${join(folder, "key")}" }]
`,
  );
  writeFileSync(join(source, "large"), random.bytes(12_000_000));
  for (let at = 0; at < 60; at++) writeFileSync(join(source, `small-${at}`), random.bytes(9_000));
  return { folder, source, repository, key };
}

function changeSource({ source }: Place, round: number): void {
  writeFileSync(join(source, "large"), random.bytes(12_000_000));
  writeFileSync(join(source, `new-${round}`), random.bytes(30_000));
}

function startCapture({ folder }: Place): Running {
  const options = ["--policies", join(folder, "policy.yaml"), "--yes"];
  return startProgram(["capture", "PS1", "files", ...options], { XDG_CACHE_HOME: join(folder, "cache") });
}

function startPrune(place: Place): Running {
  return startRepo(place, "prune", "--grace", "0s", "--max-unused", "0%", "--yes");
}

function startRepair(place: Place): Running {
  return startRepo(place, "repair", "--yes");
}

function startRepo({ folder, repository }: Place, command: string, ...options: readonly string[]): Running {
  const where = ["--folder", repository, "--key-file", join(folder, "key")];
  return startProgram(["repo", command, ...where, ...options], { XDG_CACHE_HOME: join(folder, "cache") });
}

/** From the start of the program to about its end; one that was quicker has simply done its work. */
async function isKilled(running: Running, usualMs: number): Promise<boolean> {
  await Promise.race([setTimeout(random.below(usualMs)), running.ended]);
  running.kill();
  return (await running.ended).code !== 0;
}

async function expectDone(running: Running): Promise<Ran> {
  const ran = await running.ended;
  expect(ran.code, ran.out + ran.err).toBe(0);
  return ran;
}

async function timeOf(running: Running): Promise<number> {
  const startedAt = Date.now();
  await expectDone(running);
  return Date.now() - startedAt;
}

async function forgetOldest(place: Place, committed: Map<string, FolderDigest>): Promise<void> {
  const [oldest] = [...committed.keys()].sort();
  const repository = await openIfMade(place);
  await repository.forget(oldest!).finally(() => repository.close());
  committed.delete(oldest!);
}

/** One bit of one index file. */
function damageIndex({ repository }: Place): void {
  const [name] = readdirSync(join(repository, "index")).sort();
  const path = join(repository, "index", name!);
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(path, bytes);
}

/** Those that are known are there still and as they were; a new one is whole, and the source as it is now. */
async function expectSnapshots(
  place: Place,
  committed: Map<string, FolderDigest>,
  which: "new" | "all" = "new",
): Promise<void> {
  const repository = await openIfMade(place);
  try {
    const { snapshots, unreadable } = await repository.snapshots("objects");
    expect(unreadable).toEqual([]);
    const ids = snapshots.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([...committed.keys()]));
    for (const id of ids.filter((it) => which === "all" || !committed.has(it))) {
      if (!committed.has(id)) committed.set(id, digestFolder(place.source));
      expect(await verifyAll(repository, id)).toMatchObject({ result: "passed", damage: [] });
      const back = temporaryFolder();
      expect(await restoreAll(repository, id, back)).toMatchObject({ refused: [] });
      expect(digestFolder(back)).toEqual(committed.get(id));
      rmSync(back, { recursive: true });
    }
  } finally {
    await repository.close();
  }
}

function openIfMade({ repository, key }: Place): ReturnType<typeof openRepository> {
  const keys = [{ keyFile: key }];
  const chance = (size: number) => random.bytes(size);
  return openRepository(folderBackend(repository), { keys, random: chance, now: Date.now, threads: 0 });
}
