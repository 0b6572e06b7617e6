import { expect, test } from "vitest";
import { day, hour, minute } from "../../../../src/core/base/instant.ts";
import type { SiteTaskFacts } from "../../../../src/core/model/site-task.ts";
import { readSiteTask } from "../../../../src/drivers/parts/task/site-task-facts.ts";
import { SqlError, type SqlRow } from "../../../../src/drivers/access/sql/sql-runner.ts";
import { address } from "../../../support/build-site.ts";
import { labMeans } from "../../../support/lab-means.ts";
import { labDatabase } from "../../../support/lab-sources.ts";
import { refusal } from "../../../support/made-up-server.ts";
import { withRunningLab } from "../../../support/running-lab.ts";

const lab = withRunningLab();
const keeper = {
  ...address,
  auth: { as: "login", user: "sitekeep", password: { env: "PASSWORD" } },
} as const;
const usual = "DaysOfWeek = 127, BeginTime = 2200, LatestBeginTime = 2359";

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
  const late = "DaysOfWeek = 9, BeginTime = 2330, LatestBeginTime = 215";
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

test("a database without the view has no task to read, and that is told", async () => {
  await expect(read("SUSDB")).rejects.toMatchObject({
    problem: {
      code: "site-task-unread",
      severity: "risk",
      message: expect.stringMatching(/vSMS_SC_SQL_Task.*\(error 208\)/),
      hint: expect.stringMatching(/sitekeep selftest.*Or write `notDuring: \[\]`/),
    },
  });
});

test("a login that may not read the view hears the grant for it", async () => {
  const refused = refusal([229, "SELECT verweigert: Objekt 'vSMS_SC_SQL_Task', Datenbank 'CM_PS1'."]);
  await expect(readOf({ task: refused })).rejects.toMatchObject({
    problem: {
      code: "site-task-unread",
      message: expect.stringContaining("(error 229)"),
      hint: expect.stringContaining(
        "GRANT SELECT ON dbo.vSMS_SC_SQL_Task TO [sitekeep]; (docs/permissions.md) Or",
      ),
    },
  });
});

test.each([
  [0, 0, 0],
  [5, 0, 5],
  ["30", 0, 30],
  [500, 5, 0],
  ["2330", 23, 30],
  ["0500", 5, 0],
  ["22:00", 22, 0],
  ["5:30", 5, 30],
  ["22:00:00.0000000", 22, 0],
  ["1900-01-01 22:00:00.000", 22, 0],
  ["1899-12-30T22:15:00.000Z", 22, 15],
  ["00000000220000.000000+***", 22, 0],
  ["********221500.000000+***", 22, 15],
])("a begin of %s is %i:%i", async (begins, hours, minutes) => {
  const beginMs = hours * hour + minutes * minute;
  expect(await readOf({ task: [{ ...row, begins, latest: begins }] })).toMatchObject({
    beginMs,
    latestBeginMs: beginMs,
  });
});

test.each([
  ["BeginTime", { begins: "2400" }, "2400"],
  ["BeginTime", { begins: 75 }, "75"],
  ["BeginTime", { begins: 12345 }, "12345"],
  ["BeginTime", { begins: -30 }, "-30"],
  ["BeginTime", { begins: "24:00" }, "24:00"],
  ["BeginTime", { begins: "10 PM" }, "10 PM"],
  ["BeginTime", { begins: null }, "NULL"],
  ["LatestBeginTime", { latest: 2360 }, "2360"],
  ["LatestBeginTime", { latest: null }, "NULL"],
  ["DaysOfWeek", { days: 128 }, "128"],
  ["DaysOfWeek", { days: "Mon" }, "Mon"],
  ["IsEnabled", { enabled: null }, "NULL"],
])("a row whose %s is %j is not understood, and what it holds is told", async (column, cells, shown) => {
  await expect(readOf({ task: [{ ...row, ...cells }] })).rejects.toMatchObject({
    problem: {
      code: "site-task-unread",
      message: expect.stringContaining(`its row is not understood, ${column} is ${shown}.`),
    },
  });
});

test("messages that may not be read are told beside the schedule", async () => {
  const refused = refusal([229, "The SELECT permission was denied on the object 'v_StatusMessage'."]);
  const facts = await readOf({ task: [row], messages: refused });
  expect(facts).toMatchObject({
    beginMs: 22 * hour,
    runsUnread: {
      code: "site-task-unread",
      severity: "risk",
      message: expect.stringMatching(/How long the task .* of PS1 takes .*\(error 229\)/),
      hint: expect.stringContaining("GRANT SELECT ON dbo.v_StatusMessage TO [sitekeep];"),
    },
  });
  expect(facts.durationMs).toBeUndefined();
});

test("a task without messages has no last run, and nothing is told of it", async () => {
  const facts = await readOf({ task: [row] });
  expect(Object.keys(facts)).not.toEqual(expect.arrayContaining(["runsUnread"]));
  expect(facts.lastStartAt).toBeUndefined();
});

test("a view without a row for the site is a problem, and not a task that is off", async () => {
  await expect(read("CM_PS1", "XYZ")).rejects.toMatchObject({
    problem: { message: expect.stringContaining("no row for the site") },
  });
});

const row = { enabled: 1, days: 127, begins: 2200, latest: 2359, location: "E:\\CMBackup" };

/** Reads from a server that gives these rows, or refuses. */
async function readOf(answers: {
  readonly task: readonly SqlRow[] | SqlError;
  readonly messages?: SqlError;
}): Promise<SiteTaskFacts> {
  const query = async (text: string) => {
    const answer = text.includes("v_StatusMessage") ? (answers.messages ?? []) : answers.task;
    if (answer instanceof SqlError) throw answer;
    return answer;
  };
  const sql = { query, batch: query, close: async () => undefined };
  return readSiteTask(sql, { siteCode: "PS1", task: { database: keeper, where: "PS1/CM_PS1" } });
}

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
    return await readSiteTask(sql, { siteCode, task: { database, where: `PS1/${name}` } });
  } finally {
    await sql.close();
  }
}
