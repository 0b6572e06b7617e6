import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ProblemError } from "../../src/core/base/problem.ts";
import type { CaptureMode, Snapshot } from "../../src/core/model/repository/snapshot.ts";
import type { Captured } from "../../src/drivers/driver.ts";
import { driverOf } from "../../src/drivers/drivers.ts";
import { atDepth, count } from "../support/campaign/depth.ts";
import { collectingSink } from "../support/collecting-sink.ts";
import { type CuttingProxy, proxyBefore } from "../support/cutting-proxy.ts";
import { labMeans } from "../support/lab-means.ts";
import { labSources } from "../support/lab-sources.ts";
import { withRunningLab } from "../support/running-lab.ts";

/** Each message where it is run long; in the usual run the first, and each so many after it. */
const stride = atDepth({ short: 3, middle: 2, long: 1 });
const lab = withRunningLab();
const stage = (): string => join(lab.folder, "hosts/sql01/E/stage");
const withDifferentials = { differentialEveryMs: 6 * 3_600_000 };

let proxy: CuttingProxy;
let runs = 0;
beforeAll(async () => {
  proxy = await proxyBefore(lab.folder, "sql01.lab");
});
afterAll(() => proxy.close());

describe.each(["full", "differential"] as const)("a %s backup whose connection is cut", (mode) => {
  test("after any message is told as that, is no snapshot, and the next run finds the staging folder empty", async () => {
    const base = mode === "full" ? undefined : asSnapshot(await expectWhole("full"));
    const messages = await messagesOf(mode, base);
    expect(messages).toBeGreaterThan(30);
    for (let after = 1; after < messages; after += stride) {
      proxy.watch((passed) => (passed < after ? "pass" : "cut"));
      const failure = await capture(mode, base).catch((thrown: unknown) => thrown);
      proxy.watch();
      // Where the answer to the last question was on its way already nothing is lost.
      if (!(failure instanceof ProblemError)) expect(failure, `after ${after}`).toHaveProperty("facts");
      else {
        expect(failure.problem, `after ${after}`).toMatchObject({
          code: "sql-unreachable",
          severity: "error",
          where: "PS1/database",
          hint: expect.stringMatching(/port, and the firewall/),
        });
      }
      await expectWhole(mode, base);
      expect(readdirSync(stage()), `after ${after}`).toEqual([]);
      count("connections that were cut", 1);
    }
  }, 120_000);
});

/** How many messages a backup takes that nobody cuts. */
async function messagesOf(mode: CaptureMode, base?: Snapshot): Promise<number> {
  let messages = 0;
  proxy.watch((passed) => ((messages = passed), "pass"));
  await expectWhole(mode, base);
  return messages;
}

async function expectWhole(mode: CaptureMode, base?: Snapshot): Promise<Captured> {
  const captured = await capture(mode, base);
  expect(captured).toMatchObject({ mode, problems: [] });
  return captured;
}

/** A run of a process of its own, which knows of all before it that they have ended. */
async function capture(mode: CaptureMode, base?: Snapshot): Promise<Captured> {
  const { site, sources } = labSources(lab.folder);
  const source = { ...sources["site-database"], ...withDifferentials };
  const run = ++runs;
  const means = {
    ...labMeans(lab.folder),
    owner: `lab-${run}`,
    isGone: (owner: string) => owner !== `lab-${run}`,
  };
  const folder = mkdtempSync(join(tmpdir(), "cut-"));
  try {
    const request = { source, site, mode, ...(base && { base }) };
    const captured = await driverOf("site-database").capture(request, means, collectingSink(folder));
    expect((await captured.cleanUp?.()) ?? []).toEqual([]);
    return captured;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function asSnapshot({ facts, asOf }: Captured): Snapshot {
  return {
    site: "PS1",
    source: "database",
    kind: "site-database",
    mode: "full",
    facts,
    asOf,
  } as unknown as Snapshot;
}
