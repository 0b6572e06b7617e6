import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { atDepth, count } from "../support/campaign/depth.ts";
import { type CuttingProxy, proxyBefore } from "../support/cutting-proxy.ts";
import { withStartedLab } from "../support/started-lab.ts";

/** Moments while SQL Server's file is there, of which each is a message of its or to it; there are 15. */
const kills = atDepth({ short: 3, middle: 10, long: 14 });
const lab = withStartedLab();
const stage = (): readonly string[] => readdirSync(join(lab.folder, "hosts/sql01/E/stage"));
const command = ["capture", "PS1", "database", "--yes"];

let proxy: CuttingProxy;
beforeAll(async () => {
  proxy = await proxyBefore(lab.folder, "sql01.lab");
});
afterAll(() => proxy.close());

test(`a native backup whose program is killed ${kills} times while SQL Server's file is there: no half snapshot, and the next run finds the staging folder empty`, async () => {
  let messages = 0;
  let whole = 1;
  proxy.watch(() => (stage().length > 0 && messages++, "pass"));
  await expectDone();
  expect(messages).toBeGreaterThan(kills);

  for (let round = 0; round < kills; round++) {
    const at = 1 + Math.floor((round * (messages - 1)) / (kills - 1));
    await killAt(at);
    // Whoever is killed behind the last message may have done its work.
    expect(stage(), `killed at ${at} of ${messages}`).toHaveLength(1);
    proxy.watch();
    await expectDone();
    whole++;
    expect(stage(), `killed at ${at} of ${messages}`).toEqual([]);
    expect(await snapshots(), `killed at ${at} of ${messages}`).toBe(whole);
  }
  const check = await lab.run("repo", "check", "--read-data");
  expect(check.code, check.out + check.err).toBe(0);
  count("backups whose program was killed", kills);
}, 600_000);

/** Kills a capture at one of the messages that pass while a file is staged. */
async function killAt(message: number): Promise<void> {
  let seen = 0;
  const running = lab.start(...command);
  proxy.watch(() => {
    if (stage().length > 0 && ++seen === message) running.kill();
    return "pass";
  });
  expect((await running.ended).code).not.toBe(0);
}

async function expectDone(): Promise<void> {
  const { code, out, err } = await lab.run(...command);
  expect(code, out + err).toBe(0);
}

async function snapshots(): Promise<number> {
  const { code, out, err } = await lab.run("snapshots", "list", "--json");
  expect(code, out + err).toBe(0);
  const listed = JSON.parse(out) as { snapshots: readonly unknown[]; unreadable: readonly unknown[] };
  expect(listed.unreadable).toEqual([]);
  return listed.snapshots.length;
}
