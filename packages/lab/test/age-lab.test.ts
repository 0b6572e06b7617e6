import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ageLab } from "../src/age-lab.ts";
import { digestTree } from "../src/digest.ts";
import { labNow } from "../src/lab-state.ts";
import { labStatus } from "../src/lab-status.ts";
import { inInstallFolder } from "../src/lab-folder.ts";
import { openDatabase } from "../src/sql/database-file.ts";
import { dayMs, hourMs } from "../src/windows-formats.ts";
import { labNowMs, withLab } from "./made-lab.ts";

const lab = withLab();

test("the clock begins at the lab's own time and moves by what is asked", async () => {
  expect(Math.abs(labNow(lab.folder) - labNowMs)).toBeLessThan(60_000);
  await ageLab(lab.folder, 6 * dayMs);
  expect(Math.abs(labNow(lab.folder) - labNowMs - 6 * dayMs)).toBeLessThan(60_000);
  expect(labStatus(lab.folder).running).toBe(undefined);
});

test("dates of files that nothing touched stay as they are", async () => {
  const sources = join(lab.folder, "hosts", "cm01", "D");
  const before = digestTree(join(sources, "Sources"));
  await ageLab(lab.folder, dayMs);
  expect(digestTree(join(sources, "Sources"))).toEqual(before);
});

test("each day that passed left a version in the change tracking of every site, at that day's time", () => {
  for (const [host, name] of [
    ["sql01", "CM_PS1"],
    ["sqlcas", "CM_CAS"],
    ["sql02", "CM_PS2"],
  ] as const) {
    const db = openDatabase(join(lab.folder, "hosts", host, "data", `${name}.mdf`));
    const rows = db.prepare("SELECT version, max(time) AS time FROM ct_commits GROUP BY version").all();
    db.close();
    const days = rows.map((row) => Math.round((Number(row["time"]) - labNowMs) / dayMs));
    expect(days).toEqual([1, 2, 3, 4, 5, 6, 7]);
  }
});

test("the nightly task has run again, and its log and the database agree on when", () => {
  const log = readFileSync(inInstallFolder(lab.folder, "Logs", "smsbkup.log"), "utf8");
  const finished = [...log.matchAll(/ID=5035 .*? GMTDATE=(\w{3} \w{3} \d\d [\d:.]+ \d{4}) /g)];
  const last = Date.parse(`${finished.at(-1)![1]!} GMT`);
  expect(labNow(lab.folder) - last).toBeLessThan(dayMs);
  const db = openDatabase(join(lab.folder, "hosts", "sql01", "data", "CM_PS1.mdf"));
  const row = db.prepare("SELECT max(Time) AS time FROM v_StatusMessage WHERE MessageID = 5035").get()!;
  db.close();
  expect(Date.parse(`${String(row["time"])}Z`)).toBe(last);
});

test("a few hours pass without a new run of the task", async () => {
  const before = readFileSync(inInstallFolder(lab.folder, "Logs", "smsbkup.log"), "utf8");
  await ageLab(lab.folder, 2 * hourMs);
  expect(readFileSync(inInstallFolder(lab.folder, "Logs", "smsbkup.log"), "utf8")).toBe(before);
});

test("time does not pass backwards", async () => {
  await expect(ageLab(lab.folder, -dayMs)).rejects.toThrow("forwards only");
});
