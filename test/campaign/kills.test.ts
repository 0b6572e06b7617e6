import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

const kills = atDepth({ short: 1, middle: 6, long: 30 });
const random = new SeededRandom(4711);

test(`a capture of the program that is killed ${kills} times at any moment: what is listed is whole, and the next one succeeds`, async () => {
  const place = makePlace();
  const committed = new Map<string, FolderDigest>();
  const startedAt = Date.now();
  expect(await startCapture(place).ended).toMatchObject({ code: 0 });
  const captureMs = Date.now() - startedAt;
  await expectSnapshots(place, committed);
  expect(committed.size).toBe(1);

  let killed = 0;
  for (let round = 1; killed < kills; round++) {
    changeSource(place, round);
    const running = startCapture(place);
    // From the start of the program to about its end; one that was quicker has simply captured.
    await Promise.race([setTimeout(random.below(captureMs)), running.ended]);
    const { code } = await killNow(running);
    if (code !== 0) killed++;
    await expectSnapshots(place, committed);
    const next = await startCapture(place).ended;
    expect(next.code, next.out + next.err).toBe(0);
    const before = committed.size;
    await expectSnapshots(place, committed);
    expect(committed.size, "the next run has committed").toBe(before + 1);
  }
  await expectSnapshots(place, committed, "all");
  count("kills of the program", killed);
});

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

function killNow(running: Running): Promise<Ran> {
  running.kill();
  return running.ended;
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
