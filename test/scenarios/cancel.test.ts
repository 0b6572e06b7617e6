import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { withStartedLab } from "../support/started-lab.ts";

describe("Ctrl-C while a backup is being written", () => {
  const lab = withStartedLab();
  const staged = () => readdirSync(join(lab.folder, "hosts", "sql01", "E", "stage"));
  const json = async (...args: readonly string[]) => JSON.parse((await lab.run(...args, "--json")).out);

  test("ends the run soon, keeps nothing of what was half done, and the next run makes it whole", async () => {
    await lab.change("incident", "slow-backup");
    const running = lab.start("apply", "--yes");
    while (!staged().some((file) => file.endsWith(".bak"))) await setTimeout(20);
    const interruptedAt = Date.now();
    running.interrupt();
    const { code, out, err } = await running.ended;
    expect(Date.now() - interruptedAt).toBeLessThan(8_000);
    expect(code, `${out}\n${err}`).toBe(130);
    expect(err).toContain("Stopping after SIGINT");
    expect(out).toContain("· capture PS1/database: cancelled");
    expect(staged()).toEqual([]);

    const { sites } = await json("status");
    expect(sites[0].lastRun).toMatchObject({ id: "cm01.lab-00000001", result: "cancelled" });
    expect(sites[0].sources.find((it: { source: string }) => it.source === "database")).not.toHaveProperty(
      "lastAsOf",
    );
    const { snapshots } = await json("snapshots", "list");
    const told = [...out.matchAll(/✓ capture PS1\/(\w+)/g)].map(([, source]) => source);
    expect(snapshots.map((it: { source: string }) => it.source).sort()).toEqual(told.sort());

    await lab.change("incident", "slow-backup", "--off");
    const next = await lab.run("apply", "--yes");
    expect(next.code, next.out).toBe(0);
    expect(next.out).toContain("✓ capture PS1/database");
    expect((await lab.run("plan", "--detailed-exitcode")).code).toBe(0);
    expect(staged()).toEqual([]);
  }, 90_000);
});
