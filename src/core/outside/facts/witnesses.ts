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
export const groupPage = microsoft(
  "Prepare to use a SQL Server Always On availability group: settings of the site database",
  "2022-03-25",
);
export const replicaScripts = community(
  "Maintenance scripts for availability groups, and ola.hallengren.com issue 876: a full that is no copy is skipped on a secondary without a word",
  "2025-01-22",
);
export const jonas = community("jonasatgit/scriptrepo: Backup-ConfigMgrData and the monitoring of logs");
export const recordedRun2026: Witness = {
  by: "recorded",
  title: "A recorded run of the backup task with a remote SQL Server and two places",
  dated: "2026",
};

export const updatePackageClass = microsoft("SMS_CM_UpdatePackages, server WMI class: State");
export const updateStateScripts = community("Scripts that read CM_UpdatePackages of a site database");
export const bitlockerPage = microsoft(
  "Encrypt recovery data: BitLocker management encryption certificate",
  "2020-10-06",
);
export const systemErrorDocs = microsoft("System error codes (0-499): Win32");
export const tlsErrorDocs = microsoft(
  "COM error codes (security and setup): SEC_E_UNTRUSTED_ROOT, SEC_E_WRONG_PRINCIPAL",
);
export const deletionArticle = microsoft(
  "SupportArticles-docs: a site backup fails since files of the former backup can't be deleted",
);
export const backupProcedure = community("SCCM Backup procedure: TechNet wiki 8524");
export const controlFileAppendix = microsoft(
  "SMS 2003, Appendix D: Customizing the SMSbkup.ctl Backup Control File",
  "2004-09-01",
);
export const tokensArticle = microsoft(
  "Q275612: Modifying the [Tokens] section of the backup control file",
  "2006-10-27",
);
export const latestMediaPage = microsoft("The CD.Latest folder for Configuration Manager");
export const setupPage = microsoft(
  "Install sites with the setup wizard, and the consoles: where setup.exe is",
);
export const executiveLog: Witness = {
  by: "recorded",
  title: "A log of SMS_EXECUTIVE with its first status message",
  dated: "2012",
};
export const collectionLog: Witness = {
  by: "recorded",
  title: "A log of SMS_COLLECTION_EVALUATOR of a site in Germany",
  dated: "2022-11-30",
};
export const scPage = microsoft("Controlling a service using SC; Windows commands: sc query, sc qc");
export const recordedSc: Witness = {
  by: "recorded",
  title: "Answers of sc.exe in English, Spanish and Russian, in public repositories",
};
export const serviceErrorsPage = microsoft("System error codes (1000-1299), and RStartServiceW in MS-SCMR");
export const serviceStatePage = microsoft("SERVICE_STATUS structure (winsvc.h)");
export const vssadminPage = microsoft("Windows commands: vssadmin list writers");
export const vssStatePage = microsoft("VSS_WRITER_STATE enumeration (vss.h)");
export const moduleOfSites = community(
  "MEMLabs: its configuration of high availability, which asks for the passive site server",
);
export const contentLibraryOverview = microsoft(
  "ConfigMgr 2012 Content Library Overview: ConfigMgrDogs, TechNet blogs",
  "2012-04-26",
);
export const contentLibraryScripts = community(
  "Scripts that look a file up in the content library of a server by its registry",
);
export const publisherBackupPage = microsoft("Back up a site: Back up the Updates Publisher database");
export const keyToolScripts = community(
  "Scripts that back up the key of SSRS and of Power BI Report Server, and feed Y to rskeymgmt -i",
);
export const catalogueScripts = community(
  "Scripts that list the reports, models and shared datasets of a report server by Catalog.Type",
);
export const keyMethodPage = microsoft("ConfigurationSetting Method - BackupEncryptionKey", "2017-03-01");
export const reportServerWmiPage = microsoft("Access the Reporting Services WMI Provider");
export const reportServerModule = microsoft(
  "microsoft/ReportingServicesTools: Backup-RsEncryptionKey and New-RsConfigurationSettingObject",
);
export const powerShellPage = microsoft("about_PowerShell_exe");
export const keyToolPage = microsoft("rskeymgmt utility (SSRS)");
export const reportServerFilesPage = microsoft("Reporting Services configuration files");
export const reportServerSettingsPage = microsoft("RsReportServer.config configuration file");
export const reportServerScripts = community(
  "Scripts that install extensions into Power BI Report Server, and that copy settings from the folders MSRS10 and later",
);
export const regExportPage = microsoft("Windows commands: reg export", "2017-10-16");
export const regQueryPage = microsoft("Windows commands: reg query", "2017-10-16");
export const registryFilePage = microsoft(
  "How to add, modify, or delete registry subkeys and values by using a .reg file",
);
export const registryTypes = microsoft("Registry value types (winnt.h)");
export const localAccountsPage = microsoft("Configure Windows service accounts and permissions");
export const localServiceLog: Witness = {
  by: "recorded",
  title: "A log of the administration service on a site server, which logs in to its own SQL Server",
};
export const sqlcmdPage = microsoft(
  "sqlcmd utility: MicrosoftDocs/sql-docs, sqlcmd-utility.md",
  "2026-01-29",
);
export const odbcOptionPage = microsoft("Using transparent network IP resolution (ODBC)");
export const goSqlcmd = microsoft("microsoft/go-sqlcmd: its source and README, after 1.9.0", "2026-07-21");
export const recordedUsage: Witness = {
  by: "community",
  title: "What sqlcmd 17.0 for Windows and 18.4 for Linux print for -?, in public repositories",
};

/** A page of SQL Server's reference, by its subject. */
export function sqlDocs(subject: string): Witness {
  return microsoft(`SQL Server documentation: ${subject}`);
}

/** One of the pages that list the server's own error numbers. */
export function errorDocs(first: number, last: number): Witness {
  return sqlDocs(`Database Engine events and errors, ${first} to ${last}`);
}
export const azureBackupIssue = community(
  "MicrosoftDocs/sql-docs, issue 8689: what BACKUP DATABASE is answered by Azure SQL Database",
  "2023-03-07",
);
export const azureContainerNotes = microsoft(
  "microsoft/azure-sql-database-container: known limitations, BACKUP and RESTORE",
  "2026-06-26",
);
export const robocopyCodes = community(
  "Robocopy exit codes: enumerations and wrappers that several published",
);
export const batchCodePages = community(
  "Extended characters in Windows commands: answers on Stack Overflow that tried chcp and OEM files",
);
export const batchCallTrials = community(
  "Difference between `|| exit /b` and `|| exit /b !errorlevel!`: trials on Stack Overflow",
  "2021",
);
