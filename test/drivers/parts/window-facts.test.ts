import { expect, test } from "vitest";
import { day, hour } from "../../../src/core/base/instant.ts";
import type { DatabaseWindowFacts } from "../../../src/core/model/observation.ts";
import type { DatabaseAddress } from "../../../src/core/model/policy/source.ts";
import { readWindowFacts } from "../../../src/drivers/parts/window-facts.ts";
import { labMeans } from "../../support/lab-means.ts";
import { labDatabase } from "../../support/lab-sources.ts";
import { withRunningLab } from "../../support/running-lab.ts";

const lab = withRunningLab();

test("a sound site shows five days, cleanup on, its versions and its link", async () => {
  const facts = await read(labDatabase(lab.folder, "CM_PS1"));
  expect(facts).toMatchObject({ changeTracking: "on", retentionMs: 5 * day, autoCleanup: true });
  expect(facts.currentVersion).toMatch(/^\d+$/);
  expect(facts.minValidVersion).toMatch(/^\d+$/);
  expect(facts.cleanedVersion).toMatch(/^\d+$/);
  expect(facts.recoveryFork).toMatch(/^[0-9a-f-]{36}$/);
  expect(facts.links).toMatchObject([
    {
      partner: "CAS",
      state: "active",
      groups: [],
      initialisedAt: expect.any(Number),
      initialisations: expect.stringMatching(/^\d+, /),
    },
  ]);
});

test("a group that was copied as a whole again is told, though its link is active and a clock was behind", async () => {
  const before = await read(labDatabase(lab.folder, "CM_PS1"));
  const [known] = before.links;
  const ours = "(SiteRequesting = 'PS1' AND SiteFulfilling = 'CAS')";
  const one = `${ours} AND ReplicationGroup = 'Alerts'`;
  try {
    await run(
      `UPDATE dbo.RCM_DrsInitializationTracking SET CreatedTime = DATEADD(day, -3, CreatedTime) WHERE ${one};`,
    );
    const [seen] = (await read(labDatabase(lab.folder, "CM_PS1"))).links;
    expect(seen).toMatchObject({ state: "active", initialisedAt: known!.initialisedAt });
    expect(seen!.initialisations).not.toBe(known!.initialisations);
  } finally {
    await run(
      `UPDATE dbo.RCM_DrsInitializationTracking SET CreatedTime = DATEADD(day, 3, CreatedTime) WHERE ${one};`,
    );
  }
  expect((await read(labDatabase(lab.folder, "CM_PS1"))).links).toEqual(before.links);
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
  expect(facts).not.toHaveProperty("cleanedVersion");
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

test("a retention that somebody lowered, or wrote in hours, is read as what it is", async () => {
  await changed(
    "ALTER DATABASE [CM_PS1] SET CHANGE_TRACKING (CHANGE_RETENTION = 50 HOURS, AUTO_CLEANUP = OFF);",
    async () => {
      expect(await read(labDatabase(lab.folder, "CM_PS1"))).toMatchObject({
        retentionMs: 50 * hour,
        autoCleanup: false,
      });
    },
  );
});

test.each([
  [2, "active"],
  [8, "degraded"],
  [9, "failed"],
  [77, "unknown"],
])("a link of status %i is %s, with its group by name", async (status, state) => {
  await inSite(
    `UPDATE dbo.RCM_ReplicationLinkStatus SET Status = ${status} WHERE ReplicationID = 1;`,
    async () => {
      const { links } = await read(labDatabase(lab.folder, "CM_PS1"));
      expect(links[0]).toMatchObject({ partner: "CAS", state });
      expect(links[0]!.groups).toHaveLength(state === "active" ? 0 : 1);
    },
  );
});

test.each([
  ["a group that is copied as a whole", "initialising", 3],
  ["a copy that failed", "initialisation-failed", 99],
  ["a copy that is missing", "initialisation-failed", 8],
])("%s makes its link %s", async (_title, state, status) => {
  const one = "ReplicationGroup = (SELECT MIN(ReplicationGroup) FROM dbo.RCM_DrsInitializationTracking)";
  const ours = "(SiteRequesting = 'PS1' OR SiteFulfilling = 'PS1')";
  const statement = `UPDATE dbo.RCM_DrsInitializationTracking SET InitializationStatus = ${status} WHERE ${one} AND ${ours};`;
  await inSite(statement, async () => {
    const { links } = await read(labDatabase(lab.folder, "CM_PS1"));
    expect(links[0]).toMatchObject({ partner: "CAS", state });
    expect(links[0]!.groups).toHaveLength(1);
  });
});

test("a partner in maintenance is a link in maintenance, and so is every link of a site that is itself", async () => {
  await inSite("UPDATE dbo.ServerData SET SiteStatus = 120 WHERE SiteCode = 'CAS';", async () => {
    const { links } = await read(labDatabase(lab.folder, "CM_PS1"));
    expect(links).toMatchObject([{ partner: "CAS", state: "maintenance" }]);
  });
  await inSite("UPDATE dbo.ServerData SET SiteStatus = 120 WHERE SiteCode = 'PS1';", async () => {
    const { links } = await read(labDatabase(lab.folder, "CM_PS1"));
    expect(links).toMatchObject([{ partner: "CAS", state: "maintenance" }]);
  });
});

/** Changes the site database for as long as the work takes: its tables are put back as they were. */
async function inSite(statement: string, work: () => Promise<void>): Promise<void> {
  const tables = ["RCM_ReplicationLinkStatus", "RCM_DrsInitializationTracking", "ServerData"] as const;
  const status = {
    RCM_ReplicationLinkStatus: "Status = 2",
    RCM_DrsInitializationTracking:
      "InitializationStatus = CASE InitializationPercent WHEN 100 THEN 6 ELSE 7 END",
    ServerData: "SiteStatus = CASE SiteCode WHEN 'PS0' THEN 110 WHEN 'S01' THEN 110 ELSE 125 END",
  };
  try {
    await run(statement);
    await work();
  } finally {
    for (const table of tables) await run(`UPDATE dbo.${table} SET ${status[table]};`);
  }
}

async function changed(statement: string, work: () => Promise<void>): Promise<void> {
  try {
    await run(statement);
    await work();
  } finally {
    await run("ALTER DATABASE [CM_PS1] SET CHANGE_TRACKING (CHANGE_RETENTION = 5 DAYS, AUTO_CLEANUP = ON);");
  }
}

async function run(statement: string): Promise<void> {
  const sql = await labMeans(lab.folder).sql(labDatabase(lab.folder, "CM_PS1", "labadmin"));
  await sql.batch(statement);
  await sql.close();
}

async function read(database: DatabaseAddress, now: () => number = Date.now): Promise<DatabaseWindowFacts> {
  const sql = await labMeans(lab.folder).sql(database);
  try {
    return await readWindowFacts(sql, { database, where: "PS1/CM_PS1", siteCode: "PS1" }, now);
  } finally {
    await sql.close();
  }
}
