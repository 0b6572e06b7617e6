import { numbers } from "../facts/numbers.ts";
import { relation } from "../facts/relation.ts";
import { select } from "../facts/right.ts";
import {
  bitlockerPage,
  memLabs,
  moduleOfSites,
  cmHealth,
  communityCenter,
  configMgrDsc,
  diagnosticScript,
  sqlTaskClass,
  stateFolderPage,
} from "../facts/witnesses.ts";

/** The sites of the hierarchy. */
export const siteView = relation({
  name: "dbo.v_Site",
  at: "site database",
  says: "the sites of the hierarchy, the database's own among them",
  right: select("dbo.v_Site"),
  columns: {
    SiteCode: { type: "text", says: "the code of the site", confidence: 98 },
    Version: { type: "text", says: "5.00.9128.1000", confidence: 99 },
    BuildNumber: { type: "whole", says: "9128", confidence: 99 },
  },
  witnesses: [communityCenter],
  confidence: 98,
  otherwise: "the version is not compared, and that is told",
});

/** How the version of a site is written: `5.00.9128.1000`. */
export const siteVersionForm = /^\d+\.\d+\.\d+/;

/** The roles of a site's servers. */
export const roleView = relation({
  name: "dbo.vSMS_SC_SysResUse",
  at: "site database",
  says: "one row for a role on a server",
  right: select("dbo.vSMS_SC_SysResUse"),
  columns: {
    ID: { type: "whole", says: "the role's number, beyond 2^53 in many sites: read as text", confidence: 97 },
    SiteCode: { type: "text", says: "the code of the site", confidence: 97 },
    RoleName: { type: "text", says: "`SMS SRS Reporting Point` and others", confidence: 97 },
    ServerName: { type: "text", says: "the server, in older sites behind two backslashes", confidence: 97 },
    SiteSystemStatus: {
      type: "whole",
      says: "of a site server whether it is the active one",
      confidence: 75,
      ifNull: "nobody knows",
      witnesses: [moduleOfSites],
    },
  },
  witnesses: [communityCenter],
  confidence: 97,
  otherwise:
    "what the roles hold is not judged, and folders that are discovered by it are not found: both are told",
});

/** What each role is set to. */
export const rolePropertyView = relation({
  name: "dbo.vSMS_SC_SysResUse_Properties",
  at: "site database",
  says: "one row for a setting of a role",
  right: select("dbo.vSMS_SC_SysResUse_Properties"),
  columns: {
    ID: { type: "whole", says: "the role's number", confidence: 97 },
    Name: { type: "text", says: "the setting's name, in any case", confidence: 97 },
    Value2: {
      type: "text",
      says: "the setting, where it is a text",
      confidence: 97,
      ifNull: "it is a number",
    },
    Value3: {
      type: "whole",
      says: "the setting, where it is a number",
      confidence: 97,
      ifNull: "it is a text",
    },
  },
  witnesses: [communityCenter],
  confidence: 97,
  otherwise: "what the roles hold is not judged, and that is told",
});

/** What each role is set to, where that is a list. */
export const roleListView = relation({
  name: "dbo.vSMS_SC_SysResUse_PropertyLists",
  at: "site database",
  says: "one row for an item of a list of a role; the same view of components is proven",
  right: select("dbo.vSMS_SC_SysResUse_PropertyLists"),
  columns: {
    ID: { type: "whole", says: "the role's number", confidence: 85 },
    Name: { type: "text", says: "the list's name: `Directories`", confidence: 85 },
    Value: {
      type: "text",
      says: "`Directory=D:\\USMT1;MaxClients=100;MinDiskSpace=10;MinDiskSpaceUnit=3;`",
      confidence: 85,
      ifNull: "the list is empty",
      witnesses: [stateFolderPage],
    },
  },
  witnesses: [],
  confidence: 85,
  otherwise: "the folders of state migration points are not discovered: the policy has to name them",
});

/** The names of roles that hold something of their own. */
export const roleNames = numbers({
  of: "dbo.vSMS_SC_SysResUse.RoleName",
  isOpen: true,
  values: {
    "site-server": "SMS Site Server",
    "reporting-point": "SMS SRS Reporting Point",
    "state-migration-point": "SMS State Migration Point",
    "update-point": "SMS Software Update Point",
    "sql-server": "SMS SQL Server",
  },
  witnesses: [communityCenter, diagnosticScript],
  confidence: 95,
  otherwise: "the role is not found: nobody is warned that what it holds is not captured",
});

/** Whether a site server is the active one; of a site with one server the number is not asked. */
export const siteServerStates = numbers({
  of: "dbo.vSMS_SC_SysResUse.SiteSystemStatus",
  isOpen: true,
  values: { passive: 0, active: 1 },
  witnesses: [moduleOfSites],
  confidence: 75,
  otherwise: "the registry is asked, and else the task is not started",
});

/** Settings of roles, in any case. */
export const roleSettings = numbers({
  of: "dbo.vSMS_SC_SysResUse_Properties.Name",
  isOpen: true,
  values: {
    "server of the role's database": "DatabaseServerName",
    "server of the role's database, shorter": "DBServerName",
    "port of Service Broker": "SSBPort",
  },
  witnesses: [communityCenter],
  confidence: 85,
  otherwise: "the role's database is taken for one that no source protects",
});

/** Lists of roles. */
export const roleLists = numbers({
  of: "dbo.vSMS_SC_SysResUse_PropertyLists.Name",
  isOpen: true,
  values: { "folders of a state migration point": "Directories" },
  witnesses: [stateFolderPage],
  confidence: 90,
  otherwise: "the folders of state migration points are not discovered: the policy has to name them",
});

/** What the site's definition is set to. */
export const siteDefinitionProperties = relation({
  name: "dbo.SC_SiteDefinition_Property",
  at: "site database",
  says: "one row for a setting of a site's definition",
  right: select("dbo.SC_SiteDefinition_Property"),
  columns: {
    SiteNumber: { type: "whole", says: "SC_SiteDefinition.SiteNumber", confidence: 85 },
    Name: { type: "text", says: "`SSBPort`, `EnableMBAMRecoveryService` and others", confidence: 85 },
    Value3: {
      type: "whole",
      says: "the setting, where it is a number",
      confidence: 80,
      ifNull: "it is a text",
    },
  },
  witnesses: [diagnosticScript],
  confidence: 88,
  otherwise: "the port of Service Broker is not compared, and that is told",
});

/** Sites by their number. */
export const siteDefinitions = relation({
  name: "dbo.SC_SiteDefinition",
  at: "site database",
  says: "the definition of each site",
  right: select("dbo.SC_SiteDefinition"),
  columns: {
    SiteNumber: { type: "whole", says: "the site's number", confidence: 88 },
    SiteCode: { type: "text", says: "the code of the site", confidence: 88 },
  },
  witnesses: [diagnosticScript],
  confidence: 88,
  otherwise: "the port of Service Broker is not compared, and that is told",
});

/** Which site each setting of replication belongs to. */
export const sqlControls = relation({
  name: "dbo.RCMSQlControl",
  at: "site database",
  says: "the SQL Server of each site",
  right: select("dbo.RCMSQlControl"),
  columns: {
    ID: { type: "whole", says: "the number of the row", confidence: 88 },
    SiteNumber: { type: "whole", says: "SC_SiteDefinition.SiteNumber", confidence: 88 },
  },
  witnesses: [diagnosticScript],
  confidence: 88,
  otherwise: "the port of Service Broker is not compared, and that is told",
});

/** The maintenance tasks of a site. */
export const taskView = relation({
  name: "dbo.vSMS_SC_SQL_Task",
  at: "site database",
  says: "one row for a maintenance task of a site",
  right: select("dbo.vSMS_SC_SQL_Task"),
  columns: {
    SiteCode: { type: "text", says: "the code of the site", confidence: 95 },
    TaskName: { type: "text", says: "`Backup SMS Site Server` and others", confidence: 99 },
    IsEnabled: { type: "bit", says: "whether the task runs", confidence: 97 },
    DaysOfWeek: { type: "whole", says: "bits from Sunday, 1, to Saturday, 64", confidence: 99 },
    BeginTime: {
      type: "whole",
      says: "hour and minute as a number without leading zeros: 0, 30, 500, 2330; elsewhere a time of day",
      confidence: 95,
      witnesses: [cmHealth, configMgrDsc],
    },
    LatestBeginTime: {
      type: "whole",
      says: "as BeginTime; earlier than it means over midnight",
      confidence: 95,
    },
    BackupLocation: {
      type: "text",
      says: "where the task writes; two places are taken to be parted by a bar",
      confidence: 60,
      ifNull: "the task has no place",
    },
  },
  witnesses: [sqlTaskClass, cmHealth],
  confidence: 95,
  otherwise: "the hours of the task are unknown, and that is a risk",
});

/** What the site calls the task, in the console's long form. */
export const taskNames = numbers({
  of: "dbo.vSMS_SC_SQL_Task.TaskName",
  isOpen: true,
  values: { "the backup task": "Backup SMS Site Server" },
  witnesses: [cmHealth, configMgrDsc],
  confidence: 99,
  otherwise: "the hours of the task are unknown, and that is a risk",
});

/** Settings of a site's definition. */
export const siteSettings = numbers({
  of: "dbo.SC_SiteDefinition_Property.Name",
  isOpen: true,
  values: { "port of Service Broker": "SSBPort" },
  witnesses: [diagnosticScript],
  confidence: 80,
  otherwise: "the port of Service Broker is looked for in two more places",
});

/** ConfigMgr's certificate for BitLocker recovery keys, in the site database. */
export const certificateNames = numbers({
  of: "sys.certificates.name",
  isOpen: true,
  values: { "BitLocker Management": "BitLockerManagement_CERT" },
  witnesses: [bitlockerPage, memLabs],
  confidence: 99,
  otherwise: "the certificate is not found, and is in no snapshot",
});

/** The certificate of BitLocker Management, by which recovery keys are encrypted in the site database. */
export const bitlockerCertificate = certificateNames.values["BitLocker Management"];
