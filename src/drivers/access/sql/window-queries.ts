/**
 * What the change-tracking window is read with, in one place: names and numbers of ConfigMgr's replication
 * are known from community sources only, and are to be corrected here when a site shows others.
 */

/** A session in the database itself. No row: off, or hidden from this login; `canSee` tells them apart. */
export const changeTrackingQuery = `SELECT is_auto_cleanup_on, retention_period, retention_period_units
FROM sys.change_tracking_databases WHERE database_id = DB_ID();`;

/**
 * Rights that surely show the rows of sys.change_tracking_databases. VIEW ANY DATABASE is not among them,
 * though its documentation can be read so: everybody has it, and whoever is wrong here takes a hidden row for
 * *off*.
 */
export const canSeeQuery = `SELECT HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'ALTER') AS owner,
HAS_PERMS_BY_NAME(NULL, NULL, 'ALTER ANY DATABASE') AS alter_any,
HAS_PERMS_BY_NAME(NULL, NULL, 'CREATE ANY DATABASE') AS create_any;`;

/** Versions of the tracked tables, as text since they are bigint. */
export const validVersionsQuery = `SELECT CAST(MAX(min_valid_version) AS nvarchar(20)) AS valid,
CAST(MAX(cleanup_version) AS nvarchar(20)) AS cleaned
FROM sys.change_tracking_tables;`;

/** The database's recovery fork: another one after a restore. NULL or no row: hidden from this login. */
export const recoveryForkQuery = `SELECT CAST(recovery_fork_guid AS nvarchar(36)) AS fork
FROM sys.database_recovery_status WHERE database_id = DB_ID();`;

/** Each group's link with each partner. UpdateTime is UTC. */
export const linksQuery = `SELECT d.ReplicationGroup AS name, s.SiteSending AS sending, s.SiteReceiving AS receiving,
s.Status AS status, CONVERT(nvarchar(23), s.UpdateTime, 121) AS updated
FROM dbo.RCM_ReplicationLinkStatus AS s INNER JOIN dbo.ReplicationData AS d ON d.ID = s.ReplicationID;`;

/** Status of RCM_ReplicationLinkStatus. Others are unknown, and never taken for good. */
export const linkStates = { active: 2, degraded: 8, failed: 9 } as const;

/** Groups being copied as a whole. 6 and 7 are ends, the one good and the other bad. */
export const initialisationQuery = `SELECT ReplicationGroup AS name, SiteRequesting AS requesting,
SiteFulfilling AS fulfilling, InitializationStatus AS status FROM dbo.RCM_DrsInitializationTracking;`;
/**
 * When groups were begun to be copied as a whole, by the server's clock in UTC: asked by itself, since not
 * every version has it.
 */
export const initialisedQuery = `SELECT ReplicationGroup AS name, SiteRequesting AS requesting, SiteFulfilling AS fulfilling,
COUNT(*) AS times, CONVERT(nvarchar(23), MAX(CreatedTime), 121) AS created FROM dbo.RCM_DrsInitializationTracking
GROUP BY ReplicationGroup, SiteRequesting, SiteFulfilling;`;
export const initialisationDone = 6;
export const initialisationFailed = 7;

/** Sites and their replication mode: 125 active, 120 maintenance. */
export const siteModesQuery = "SELECT SiteCode AS site, Status AS status FROM dbo.ServerData;";
export const maintenanceStatus = 120;
