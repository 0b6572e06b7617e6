import { site, sites } from "../hierarchy.ts";
import { hourMs, sqlDatetime } from "../windows-formats.ts";
import type { TableContent } from "./fill-table.ts";
import type { SiteFacts } from "./site-facts.ts";
import { replicationTables } from "./site-replication.ts";
import { roleTables } from "./site-roles.ts";

/** The tables that describe the site itself: sites, roles, maintenance tasks and their results. */
export function siteDefinition(facts: SiteFacts): readonly TableContent[] {
  return [
    ...siteTables(facts),
    ...roleTables(facts),
    ...taskTables(facts),
    statusMessages(facts),
    ...replicationTables(facts),
  ];
}

function siteTables({ siteCode }: SiteFacts): readonly TableContent[] {
  const zone = "(UTC) Coordinated Universal Time";
  const self = sites.find((it) => it.code === siteCode)!;
  return [
    {
      name: "Sites",
      columns: `SiteKey int, SiteCode nvarchar(3), SiteName nvarchar(255), ReportToSite nvarchar(3),
        SiteServer nvarchar(255), Version nvarchar(32), BuildNumber int, SiteType int,
        Status int`,
      rows: sites.map((it, key) => [
        key + 1,
        it.code,
        it.name,
        it.parent,
        it.server,
        site.version,
        site.build,
        it.type,
        1,
      ]),
    },
    {
      name: "v_Site",
      columns: `SiteCode nvarchar(3), SiteName nvarchar(255), ReportingSiteCode nvarchar(3),
        ServerName nvarchar(255), InstallDir nvarchar(255), Type int, Status int, Mode int,
        BuildNumber int, Version nvarchar(32), RequestedStatus int, TimeZoneInfo nvarchar(255)`,
      rows: sites.map((it) => [
        it.code,
        it.name,
        it.parent,
        it.server,
        site.installFolder,
        it.type,
        1,
        0,
        site.build,
        site.version,
        110,
        zone,
      ]),
    },
    {
      name: "v_Identification",
      columns: `ThisSiteCode nvarchar(3), ThisSiteName nvarchar(255), Version nvarchar(32),
        BuildNumber int, SMSProviderServer nvarchar(255), SiteServerName nvarchar(255)`,
      rows: [[self.code, self.name, site.version, site.build, self.server, self.server]],
    },
  ];
}

/** The name of the task *Backup Site Server* in the site's tables. */
export const backupTaskName = "Backup SMS Site Server";
/** A bit for each day of the week. */
export const everyDay = 127;

function taskTables({ siteCode, taskRun }: SiteFacts): readonly TableContent[] {
  const name = backupTaskName;
  const place = "E:\\CMBackup|E:\\CMBackup";
  const siteNumber = sites.findIndex((it) => it.code === siteCode) + 1;
  return [
    {
      name: "vSMS_SC_SQL_Task",
      columns: `SiteCode nvarchar(3), TaskName nvarchar(255), IsEnabled int, DaysOfWeek int,
        BeginTime datetime, LatestBeginTime datetime, DeleteOlderThan int,
        BackupLocation nvarchar(512)`,
      rows: [
        [siteCode, name, 1, everyDay, "1900-01-01 22:00:00.000", "1900-01-01 23:59:00.000", 0, place],
        [
          siteCode,
          "Delete Aged Status Messages",
          1,
          everyDay,
          "1900-01-01 00:00:00.000",
          "1900-01-01 05:00:00.000",
          30,
          "",
        ],
        [siteCode, "Rebuild Indexes", 0, 1, "1900-01-01 00:00:00.000", "1900-01-01 05:00:00.000", 0, ""],
      ],
    },
    {
      name: "SQLTaskSiteStatus",
      columns: `SiteNumber int, TaskName nvarchar(255), TaskType int, LastStartTime datetime,
        LastCompletionTime datetime, CompletionStatus int, RunNow int`,
      rows: [[siteNumber, name, 1, sqlDatetime(taskRun.startMs), sqlDatetime(taskRun.finishMs), 0, 0]],
    },
  ];
}

/** SMS severities, as signed 32-bit numbers. */
export const severities = {
  information: 1_073_741_824,
  warning: -2_147_483_648,
  error: -1_073_741_824,
} as const;

function statusMessages({ siteCode, taskRun, nowMs }: SiteFacts): TableContent {
  const said: (readonly [component: string, id: number, atMs: number])[] = [
    ["SMS_SITE_BACKUP", 500, taskRun.startMs],
    ["SMS_SITE_BACKUP", 5055, taskRun.startMs + 2_400],
    ["SMS_SITE_BACKUP", 5056, taskRun.snapshotMs],
    ["SMS_SITE_BACKUP", 5035, taskRun.finishMs],
  ];
  const others = ["SMS_DISTRIBUTION_MANAGER", "SMS_POLICY_PROVIDER", "SMS_WSUS_SYNC_MANAGER"];
  for (let hour = 1; hour <= 60; hour++)
    said.push([others[hour % 3]!, 500 + (hour % 5), nowMs - hour * hourMs]);
  return {
    name: "v_StatusMessage",
    columns: `RecordID bigint, ModuleName nvarchar(128), Severity int, MessageID int, Time datetime,
      SiteCode nvarchar(3), MachineName nvarchar(128), Component nvarchar(128), ProcessID int,
      ThreadID int`,
    rows: said
      .toSorted((left, right) => left[2] - right[2])
      .map(([component, id, atMs], index) => [
        72_057_594_037_927_936n + BigInt(index),
        "SMS Server",
        severities.information,
        id,
        sqlDatetime(atMs),
        siteCode,
        sites.find((it) => it.code === siteCode)!.server,
        component,
        4804,
        4804 + index,
      ]),
  };
}
