import { sqlDatetime } from "../windows-formats.ts";
import type { Cell, TableContent } from "./fill-table.ts";
import { siteNumber, type SiteFacts } from "./site-facts.ts";

/** The name of the task *Backup Site Server* in the site's tables. */
export const backupTaskName = "Backup SMS Site Server";
/** A bit for each day of the week. */
export const everyDay = 127;

/** A maintenance task of a site, its hours as the number HHMM. */
interface SiteTask {
  readonly name: string;
  readonly type: 1 | 2 | 3;
  readonly isEnabled: boolean;
  readonly days: number;
  readonly begin: number;
  readonly latest: number;
  readonly place: string;
  readonly deleteAfterDays: number;
}

/** Where both parts of the backup go, on drives of their own servers, with a bar between; or one share. */
const places = { two: "E:\\CMBackup|E:\\CMBackup", one: "\\\\cm01.lab\\CMBackup$" } as const;

const tasks: readonly SiteTask[] = [
  {
    name: backupTaskName,
    type: 1,
    isEnabled: true,
    days: everyDay,
    begin: 2200,
    latest: 2359,
    place: "",
    deleteAfterDays: 0,
  },
  {
    name: "Delete Aged Status Messages",
    type: 3,
    isEnabled: true,
    days: everyDay,
    begin: 0,
    latest: 500,
    place: "",
    deleteAfterDays: 30,
  },
  {
    name: "Rebuild Indexes",
    type: 2,
    isEnabled: false,
    days: 1,
    begin: 0,
    latest: 500,
    place: "",
    deleteAfterDays: 0,
  },
];

/** Maintenance tasks as they are set, and how they last ended. */
export function taskTables({ siteCode, taskRun, variant }: SiteFacts): readonly TableContent[] {
  const time = variant.taskTimes === "integer" ? (hhmm: number): Cell => hhmm : firstDay;
  const timeType = variant.taskTimes === "integer" ? "int" : "datetime";
  return [
    {
      name: "vSMS_SC_SQL_Task",
      columns: `SiteNumber int, SiteCode nvarchar(3), TaskName nvarchar(255), TaskType int, IsEnabled bit,
        NumRefreshDays int, DaysOfWeek int, BeginTime ${timeType}, LatestBeginTime ${timeType},
        BackupLocation nvarchar(512), DeleteOlderThan int`,
      rows: tasks.map((it) => [
        siteNumber(siteCode),
        siteCode,
        it.name,
        it.type,
        Number(it.isEnabled),
        0,
        it.days,
        time(it.begin),
        time(it.latest),
        it.name === backupTaskName ? places[variant.taskPlaces] : it.place,
        it.deleteAfterDays,
      ]),
    },
    {
      name: "SQLTaskSiteStatus",
      columns: `SiteNumber int, TaskName nvarchar(255), TaskType int, LastStartTime datetime,
        LastCompletionTime datetime, CompletionStatus int, RunNow int`,
      rows: [
        [
          siteNumber(siteCode),
          backupTaskName,
          1,
          sqlDatetime(taskRun.startMs),
          sqlDatetime(taskRun.finishMs),
          0,
          0,
        ],
      ],
    },
  ];
}

/** The hour as an instant of the day from which SQL Server counts. */
function firstDay(hhmm: number): Cell {
  const digits = String(hhmm).padStart(4, "0");
  return `1900-01-01 ${digits.slice(0, 2)}:${digits.slice(2)}:00.000`;
}
