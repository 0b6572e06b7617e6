import type { Witness } from "./outside-fact.ts";

/**
 * Documents and programs that several facts rest on. Facts are taken from them, and no sentence and no line
 * of code.
 */

function microsoft(title: string, dated?: string): Witness {
  return { by: "Microsoft", title, ...(dated !== undefined && { dated }) };
}

function community(title: string, dated?: string): Witness {
  return { by: "community", title, ...(dated !== undefined && { dated }) };
}

export const sqlReplication = microsoft(
  "Troubleshoot SQL replication: MicrosoftDocs/SupportArticles-docs, sql-replication.md",
  "2026-03-25",
);
export const sqlReplication2019 = microsoft(
  "Troubleshoot SQL replication, as it was first published",
  "2019",
);
export const siteDataReinit = microsoft(
  "Reinitialise site data: MicrosoftDocs/SupportArticles-docs, site-data-reinit.md",
  "2026-03-25",
);
export const initialisationInternals = microsoft(
  "How initialisation works: MicrosoftDocs/SupportArticles-docs, drs-reinitialization-internals.md",
  "2026-07-30",
);
export const synchronisationInternals = microsoft(
  "How synchronisation works: MicrosoftDocs/SupportArticles-docs, drs-synchronization-internals.md",
  "2026-07-30",
);
export const powerBiTemplate = microsoft("Power BI template for ConfigMgr: Microsoft/BusinessPlatformApps");
export const diagnosticScript = microsoft(
  "A diagnostic script signed by Microsoft that reads Sites and RCMSQlControl",
);
export const memLabs = community(
  "MEMLabs: tests of phase 11, which name the enumeration ReplicationLinkStatus",
);
export const communityCenter = community(
  "Eph-It/MEM.CommunityCenter: classes generated from a live site database of 2020",
);
export const cmHealth = community("Skatterbrainz/cmhealth: tests of tasks, backups and site status");
export const configMgrDsc = community("dsccommunity/ConfigMgrCBDsc: DSC_CMSiteMaintenance and its tests");
export const sqlTaskClass = microsoft("SMS_SCI_SQLTask, server WMI class");
export const stateFolderPage = microsoft("How to add a folder to a state migration point (SDK)");
export const packageClass = microsoft("SMS_PackageBaseclass, server WMI class", "2017-12-14");
export const statusViews = microsoft("Status and alert views in Configuration Manager");
export const applicationViews = microsoft("Application management views in Configuration Manager");
export const backupPage = microsoft("Back up a Configuration Manager site", "2022-10-04");
export const preallocationBlog = community(
  "Measured first size of compressed backups: msbicoe.com, on trace flag 3042",
  "2011-10-20",
);
export const jonas = community("jonasatgit/scriptrepo: Backup-ConfigMgrData and the monitoring of logs");
export const recordedRun2026: Witness = {
  by: "recorded",
  title: "A recorded run of the backup task with a remote SQL Server and two places",
  dated: "2026",
};

/** A page of SQL Server's reference, by its subject. */
export function sqlDocs(subject: string): Witness {
  return microsoft(`SQL Server documentation: ${subject}`);
}

/** One of the pages that list the server's own error numbers. */
export function errorDocs(first: number, last: number): Witness {
  return sqlDocs(`Database Engine events and errors, ${first} to ${last}`);
}
