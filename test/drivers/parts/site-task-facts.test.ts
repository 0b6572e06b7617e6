import { expect, test } from "vitest";
import { day, hour, minute } from "../../../src/core/base/instant.ts";
import type { SiteTaskFacts } from "../../../src/core/model/site-task.ts";
import { readSiteTask } from "../../../src/drivers/parts/site-task-facts.ts";
import { labMeans } from "../../support/lab-means.ts";
import { labDatabase } from "../../support/lab-sources.ts";
import { withRunningLab } from "../../support/running-lab.ts";

const lab = withRunningLab();
const usual =
  "DaysOfWeek = 127, BeginTime = '1900-01-01 22:00:00.000', LatestBeginTime = '1900-01-01 23:59:00.000'";

test("the task's days, hours, destinations and last run are read from the site database", async () => {
  const facts = await read();
  expect(facts).toMatchObject({
    enabled: true,
    weekdays: [0, 1, 2, 3, 4, 5, 6],
    beginMs: 22 * hour,
    latestBeginMs: 23 * hour + 59 * minute,
    destinations: ["E:\\CMBackup"],
  });
  // The messages say 22:00:15 and 22:41:22: what lies before the first of them is not the backup.
  expect(facts.lastStartAt! % day).toBe(22 * hour + 15_400);
  expect(facts.durationMs! / minute).toBeCloseTo(41.1, 1);
});

test("bits of the week begin with Sunday, and a latest begin before the earliest is on the next day", async () => {
  const late =
    "DaysOfWeek = 9, BeginTime = '1899-12-30 23:30:00.000', LatestBeginTime = '1899-12-30 02:15:00.000'";
  await changed(late, async () => {
    expect(await read()).toMatchObject({
      weekdays: [0, 3],
      beginMs: 23 * hour + 30 * minute,
      latestBeginMs: day + 2 * hour + 15 * minute,
    });
  });
});

test("two destinations are told apart, and a task that is off says so", async () => {
  await changed("IsEnabled = 0, BackupLocation = 'E:\\Site|\\\\nas\\db backup'", async () => {
    expect(await read()).toMatchObject({ enabled: false, destinations: ["E:\\Site", "\\\\nas\\db backup"] });
  });
});

test("a database without the view has no task to read, and hears which right may be missing", async () => {
  await expect(read("SUSDB")).rejects.toMatchObject({
    problem: {
      code: "site-task-unread",
      severity: "risk",
      hint: expect.stringContaining("ADD MEMBER [sitekeep]"),
    },
  });
});

test("a view without a row for the site is a problem, and not a task that is off", async () => {
  await expect(read("CM_PS1", "XYZ")).rejects.toMatchObject({
    problem: { message: expect.stringContaining("no row for the site") },
  });
});

async function changed(values: string, work: () => Promise<void>): Promise<void> {
  const set = (to: string) =>
    run(`UPDATE dbo.vSMS_SC_SQL_Task SET ${to} WHERE TaskName = 'Backup SMS Site Server';`);
  try {
    await set(values);
    await work();
  } finally {
    await set(`${usual}, IsEnabled = 1, BackupLocation = 'E:\\CMBackup|E:\\CMBackup'`);
  }
}

async function run(statement: string): Promise<void> {
  const sql = await labMeans(lab.folder).sql(labDatabase(lab.folder, "CM_PS1", "labadmin"));
  await sql.batch(statement);
  await sql.close();
}

async function read(name = "CM_PS1", siteCode = "PS1"): Promise<SiteTaskFacts> {
  const database = labDatabase(lab.folder, name);
  const sql = await labMeans(lab.folder).sql(database);
  try {
    return await readSiteTask(sql, { siteCode, database: name, user: "sitekeep" });
  } finally {
    await sql.close();
  }
}
