import { seeTracking, viewDefinition } from "../../../core/outside/facts/right.ts";
import {
  articleData,
  initialisationTracking,
  replicationData,
  replicationLinkStatus,
  sentMessages,
  serverData,
} from "../../../core/outside/site/site-replication.ts";
import {
  changeTrackingDatabases,
  changeTrackingTables,
  objects,
  recoveryStatus,
} from "../../../core/outside/sql/sql-server.ts";
import type { Statement } from "../../../core/outside/facts/statement.ts";

/** What the change-tracking window is read with, each in a session of the database itself. */

/** The server's clock. */
export const clockStatement: Statement = {
  name: "windowClock",
  doing: "tell its clock",
  query: "SELECT CONVERT(nvarchar(23), SYSUTCDATETIME(), 121) AS utc;",
  parameters: [],
  reads: [],
  answers: { utc: "time" },
};

/** The code of the database's own site. Every site database has the function. */
export const siteCodeStatement: Statement = {
  name: "ownSiteCode",
  doing: "tell the code of its site",
  query: "SELECT dbo.fnGetSiteCode() AS site;",
  parameters: [],
  reads: [],
  answers: { site: "text" },
};

/** No row: off, or hidden from this login; `trackingRightStatement` tells them apart. */
export const trackingStatement: Statement = {
  name: "changeTracking",
  doing: "tell its change tracking",
  query: `SELECT is_auto_cleanup_on, retention_period, retention_period_units
FROM sys.change_tracking_databases WHERE database_id = DB_ID();`,
  parameters: [],
  reads: [changeTrackingDatabases],
  answers: { is_auto_cleanup_on: "bit", retention_period: "whole", retention_period_units: "whole" },
};

/** Whether this login would be shown the setting. */
export const trackingRightStatement: Statement = {
  name: "changeTrackingRight",
  doing: "tell whether this login may see its change tracking",
  query: `SELECT ${seeTracking.asked!} AS shown;`,
  parameters: [],
  reads: [],
  answers: { shown: "bit or NULL" },
};

/** The version that the last change was counted as, as text since it is a bigint. */
export const currentVersionStatement: Statement = {
  name: "currentVersion",
  doing: "tell the version of its change tracking",
  query: "SELECT CAST(CHANGE_TRACKING_CURRENT_VERSION() AS nvarchar(20)) AS counted;",
  parameters: [],
  reads: [],
  answers: { counted: "whole or NULL" },
};

/** Versions of the tracked tables that the login is shown. */
export const validVersionsStatement: Statement = {
  name: "validVersions",
  doing: "tell what change tracking has purged",
  query: `SELECT CAST(MAX(min_valid_version) AS nvarchar(20)) AS valid,
CAST(MAX(cleanup_version) AS nvarchar(20)) AS cleaned
FROM sys.change_tracking_tables;`,
  parameters: [],
  reads: [changeTrackingTables],
  answers: { valid: "whole or NULL", cleaned: "whole or NULL" },
};

/** Whether this login is shown every tracked table: a maximum over some of them is none. */
export const definitionRightStatement: Statement = {
  name: "definitionRight",
  doing: "tell whether this login is shown all tables",
  query: `SELECT ${viewDefinition.asked!} AS shown;`,
  parameters: [],
  reads: [],
  answers: { shown: "bit or NULL" },
};

/** Versions of each replication group, by the tables that belong to it. */
export const groupVersionsStatement: Statement = {
  name: "groupVersions",
  doing: "tell what change tracking has purged of each replication group",
  query: `SELECT d.ReplicationGroup AS group_name, CAST(MAX(t.min_valid_version) AS nvarchar(20)) AS valid
FROM sys.change_tracking_tables AS t
INNER JOIN sys.objects AS o ON o.object_id = t.object_id
INNER JOIN dbo.ArticleData AS a ON a.ArticleName = o.name
INNER JOIN dbo.ReplicationData AS d ON d.ID = a.ReplicationID
GROUP BY d.ReplicationGroup;`,
  parameters: [],
  reads: [changeTrackingTables, objects, articleData, replicationData],
  answers: { group_name: "judged by row", valid: "judged by row" },
};

/** The database's recovery fork: another one after a restore. NULL or no row: hidden from this login. */
export const recoveryForkStatement: Statement = {
  name: "recoveryFork",
  doing: "tell the recovery fork of the database",
  query: `SELECT CAST(recovery_fork_guid AS nvarchar(36)) AS fork
FROM sys.database_recovery_status WHERE database_id = DB_ID();`,
  parameters: [],
  reads: [recoveryStatus],
  answers: { fork: "guid or NULL" },
};

/** Each group's link with each partner. UpdateTime is UTC. */
export const linksStatement: Statement = {
  name: "replicationLinks",
  doing: "read the links of replication",
  query: `SELECT d.ReplicationGroup AS group_name, CAST(s.ReplicationID AS nvarchar(20)) AS group_id,
s.SiteSending AS sending, s.SiteReceiving AS receiving, s.Status AS link_state,
CONVERT(nvarchar(23), s.UpdateTime, 121) AS updated
FROM dbo.RCM_ReplicationLinkStatus AS s LEFT JOIN dbo.ReplicationData AS d ON d.ID = s.ReplicationID;`,
  parameters: [],
  reads: [replicationLinkStatus, replicationData],
  answers: {
    group_name: "judged by row",
    group_id: "judged by row",
    sending: "judged by row",
    receiving: "judged by row",
    link_state: "judged by row",
    updated: "judged by row",
  },
};

/** Groups that were copied as a whole, with the history of that. CreatedTime is UTC. */
export const initialisationsStatement: Statement = {
  name: "initialisations",
  doing: "read which replication groups were initialised",
  query: `SELECT ReplicationGroup AS group_name, SiteRequesting AS requesting, SiteFulfilling AS fulfilling,
InitializationStatus AS init_state, CONVERT(nvarchar(23), CreatedTime, 121) AS created
FROM dbo.RCM_DrsInitializationTracking;`,
  parameters: [],
  reads: [initialisationTracking],
  answers: {
    group_name: "judged by row",
    requesting: "judged by row",
    fulfilling: "judged by row",
    init_state: "judged by row",
    created: "judged by row",
  },
};

/** Sites and their states; the names that later versions have come first. */
export const siteStatesStatements: readonly [Statement, ...Statement[]] = [
  siteStates("siteStates", "SiteStatus", true),
  siteStates("siteStatesWithoutRole", "SiteStatus", false),
  siteStates("olderSiteStates", "Status", true),
  siteStates("olderSiteStatesWithoutRole", "Status", false),
];

function siteStates(name: string, column: "SiteStatus" | "Status", hasRole: boolean): Statement {
  return {
    name,
    doing: "read the states of the sites",
    query: `SELECT SiteCode AS site, ${column} AS site_state${hasRole ? ", ServerRole AS server_role" : ""}
FROM dbo.ServerData;`,
    parameters: [],
    reads: [serverData],
    answers: {
      site: "judged by row",
      site_state: "judged by row",
      ...(hasRole && { server_role: "judged by row" }),
    },
  };
}

/** What was sent to which site, group by group. Times are UTC. */
export const sendsStatement: Statement = {
  name: "sends",
  doing: "read what replication has sent",
  query: `SELECT d.ReplicationGroup AS group_name, CAST(m.ReplicationID AS nvarchar(20)) AS group_id,
m.SiteCode AS receiving, CAST(m.LastVersionSent AS nvarchar(20)) AS sent, m.LastSendResult AS send_result,
CONVERT(nvarchar(23), m.LastSendStartTime, 121) AS began,
CONVERT(nvarchar(23), m.LastSyncProcessedTime, 121) AS processed
FROM dbo.DRS_MessageActivity_Send AS m LEFT JOIN dbo.ReplicationData AS d ON d.ID = m.ReplicationID;`,
  parameters: [],
  reads: [sentMessages, replicationData],
  answers: {
    group_name: "judged by row",
    group_id: "judged by row",
    receiving: "judged by row",
    sent: "judged by row",
    send_result: "judged by row",
    began: "judged by row",
    processed: "judged by row",
  },
};
