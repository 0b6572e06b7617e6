import { site, sites } from "../hierarchy.ts";
import type { Cell, TableContent } from "./fill-table.ts";
import { siteNumber, type SiteFacts } from "./site-facts.ts";
import { replicationTables } from "./site-replication.ts";
import { roleTables } from "./site-roles.ts";
import { taskTables } from "./site-tasks.ts";
import { updateTables } from "./site-updates.ts";
import { statusMessages } from "./status-messages.ts";

/** The tables that describe the site itself: sites, roles, maintenance tasks and their results. */
export function siteDefinition(facts: SiteFacts): readonly TableContent[] {
  return [
    ...siteTables(facts),
    ...definitionTables(),
    ...roleTables(facts),
    ...taskTables(facts),
    statusMessages(facts),
    ...replicationTables(facts),
    ...updateTables(facts),
  ];
}

function siteTables({ siteCode }: SiteFacts): readonly TableContent[] {
  const zone = "(UTC) Coordinated Universal Time";
  const self = sites.find((it) => it.code === siteCode)!;
  return [
    {
      name: "Sites",
      columns: `SiteKey int, SiteCode nvarchar(3), SiteName nvarchar(255), ReportToSite nvarchar(3),
        Status int, DetailedStatus int, SiteType int, BuildNumber int, Version nvarchar(32),
        SiteServer nvarchar(255), InstallDir nvarchar(255), ReplicatesReservedRanges int, Settings "nvarchar(max)"`,
      rows: sites.map((it) => [
        siteNumber(it.code),
        it.code,
        it.name,
        it.parent,
        1,
        125,
        it.type,
        site.build,
        site.version,
        it.server,
        site.installFolder,
        1,
        null,
      ]),
    },
    {
      name: "v_Site",
      columns: `SiteCode nvarchar(3), SiteName nvarchar(255), ReportingSiteCode nvarchar(3),
        ServerName nvarchar(255), InstallDir nvarchar(255), TimeZoneInfo nvarchar(255), Version nvarchar(32),
        BuildNumber int, Type int, Status int, RequestedStatus int`,
      rows: sites.map((it) => [
        it.code,
        it.name,
        it.parent,
        it.server,
        site.installFolder,
        zone,
        site.version,
        site.build,
        it.type,
        1,
        110,
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

/** Properties of each site's definition that are numbers. */
const numbers: readonly (readonly [name: string, value: number])[] = [
  ["EnableMBAMRecoveryService", 1],
  ["ReplicatesReservedRanges", 1],
  ["Requested Status", 110],
  ["SSBPort", 4022],
  ["TwoKeyApproval", 0],
];

/** What is set for the replication of each site, which repeats some of it in words. */
const controls: readonly (readonly [name: string, value: string])[] = [
  ["Degraded", "12"],
  ["Failed", "24"],
  ["Retention Period", "5"],
  ["SQL Server Service Broker Port", "4022"],
];

function definitionTables(): readonly TableContent[] {
  const each = <T>(rowsOf: (code: string, index: number) => readonly T[]): readonly T[] =>
    sites.flatMap((it, index) => rowsOf(it.code, index));
  return [
    {
      name: "SC_SiteDefinition",
      columns: `SiteNumber int, SiteCode nvarchar(3), SiteServerName nvarchar(255),
        SiteDatabaseName nvarchar(255), SiteDatabaseServer nvarchar(255), SiteType int`,
      rows: sites.map((it) => [siteNumber(it.code), it.code, it.server, `CM_${it.code}`, it.sql, it.type]),
    },
    {
      name: "SC_SiteDefinition_Property",
      columns: `SiteNumber int, Name nvarchar(255), Value1 nvarchar(512), Value2 nvarchar(512), Value3 int`,
      rows: each<readonly Cell[]>((code) => [
        ...numbers.map(([name, value]) => [siteNumber(code), name, null, null, value]),
        [siteNumber(code), "SiteServerDomain", "", "lab", null],
      ]),
    },
    {
      name: "RCMSQlControl",
      columns: "ID int, SiteNumber int",
      rows: each((code, index) => [[index + 1, siteNumber(code)]]),
    },
    {
      name: "vRcmSqlControlProperties",
      columns: "ID int, Name nvarchar(255), Value nvarchar(512)",
      rows: each((_, index) => controls.map(([name, value]) => [index + 1, name, value])),
    },
  ];
}
