import { expect, test } from "vitest";
import { day } from "../../src/core/base/instant.ts";
import type { DatabaseWindowFacts } from "../../src/core/model/observation.ts";
import type { DatabaseAddress } from "../../src/core/model/source.ts";
import { readWindowFacts } from "../../src/drivers/window-facts.ts";
import { labMeans } from "../support/lab-means.ts";
import { labDatabase } from "../support/lab-sources.ts";
import { withRunningLab } from "../support/running-lab.ts";

const lab = withRunningLab();

test("a sound site shows five days, cleanup on, its versions and its link", async () => {
  const facts = await read(labDatabase(lab.folder, "CM_PS1"));
  expect(facts).toMatchObject({ changeTracking: "on", retentionMs: 5 * day, autoCleanup: true });
  expect(facts.currentVersion).toMatch(/^\d+$/);
  expect(facts.minValidVersion).toMatch(/^\d+$/);
  expect(facts.links).toEqual([
    { partner: "CAS", state: "active", groups: [], lastSyncAt: expect.any(Number) },
  ]);
});

test("the partner is read as well, and sees this site and the other", async () => {
  const facts = await read({ ...labDatabase(lab.folder, "CM_CAS"), server: "sqlcas.lab" });
  expect(facts.changeTracking).toBe("on");
  expect(facts.links.map((link) => link.partner)).toEqual(["PS1", "PS2"]);
});

test("a login that is shown nothing gives unknown, and never five days", async () => {
  const facts = await read(labDatabase(lab.folder, "CM_PS1", "limited"));
  expect(facts.changeTracking).toBe("unknown");
  expect(facts).not.toHaveProperty("retentionMs");
  expect(facts).not.toHaveProperty("minValidVersion");
});

test("a database without change tracking is off to a login that would be shown it", async () => {
  const facts = await read(labDatabase(lab.folder, "SUSDB"));
  expect(facts).toMatchObject({ changeTracking: "off", links: [] });
  expect(facts).not.toHaveProperty("currentVersion");
});

test("the server's clock is compared with ours", async () => {
  const facts = await read(labDatabase(lab.folder, "CM_PS1"));
  const shift = facts.clockOffsetMs;
  // The lab's hierarchy lives in November 2026; this machine lives now.
  const later = await read(labDatabase(lab.folder, "CM_PS1"), () => Date.now() + 60_000);
  expect(Math.abs(later.clockOffsetMs - (shift - 60_000))).toBeLessThan(1_000);
});

async function read(database: DatabaseAddress, now: () => number = Date.now): Promise<DatabaseWindowFacts> {
  const sql = await labMeans(lab.folder).sql(database);
  try {
    return await readWindowFacts(sql, database.name, now);
  } finally {
    await sql.close();
  }
}
