import { numbers } from "../facts/numbers.ts";
import { relation } from "../facts/relation.ts";
import { select } from "../facts/right.ts";
import {
  communityCenter,
  diagnosticScript,
  initialisationInternals,
  memLabs,
  powerBiTemplate,
  siteDataReinit,
  sqlReplication,
  sqlReplication2019,
  synchronisationInternals,
} from "../facts/witnesses.ts";

const notProven = "the window is not proven, and the right or the name that is missing is told";

/** Sites of the hierarchy, and in which state each is. */
export const serverData = relation({
  name: "dbo.ServerData",
  at: "site database",
  says: "sites of the hierarchy with their state; rows of secondary, detached and former sites among them",
  right: select("dbo.ServerData"),
  columns: {
    SiteCode: { type: "text", says: "the code of the site", confidence: 99 },
    SiteStatus: { type: "whole", says: "the state of the site", confidence: 98 },
    Status: {
      type: "whole",
      says: "the state of the site",
      confidence: 60,
      insteadOf: "SiteStatus",
      witnesses: [sqlReplication2019],
    },
    ServerRole: {
      type: "text",
      says: "Peer for central and primary sites, Proxy for secondary ones",
      confidence: 95,
      witnesses: [powerBiTemplate],
    },
  },
  witnesses: [sqlReplication, siteDataReinit, memLabs],
  confidence: 99,
  otherwise: notProven,
});

/** The role of central and primary sites in `ServerData`. */
export const siteRoles = numbers({
  of: "dbo.ServerData.ServerRole",
  isOpen: true,
  values: { "central or primary site": "Peer" },
  witnesses: [siteDataReinit, powerBiTemplate],
  confidence: 97,
  otherwise: "every row of the site counts, whatever its role",
});

/** States of a site. Only 125 is good; 200 turns to 125 by itself when a recovery has ended. */
export const siteStates = numbers({
  of: "dbo.ServerData.SiteStatus",
  values: {
    installing: 100,
    "install complete": 105,
    inactive: 110,
    initializing: 115,
    maintenance: 120,
    active: 125,
    detaching: 130,
    "ready to detach": 135,
    unknown: 199,
    recovered: 200,
    "preparing for recovery": 205,
    "prepared for recovery": 210,
    "reinitializing replication configuration": 215,
    "replication configuration reinitialized": 220,
    "recovery in progress": 225,
    "recovering deltas": 230,
    "retrying the recovery": 250,
    "recovery failed": 255,
  },
  witnesses: [
    sqlReplication,
    { by: "community", title: "centreon-plugins: apps/microsoft/sccm, databasereplicationstatus" },
  ],
  confidence: 88,
  otherwise: "every number but 125 leaves the window not proven; one that is not listed is shown as it is",
});

/** The state of each replication group between two sites, for each direction. */
export const replicationLinkStatus = relation({
  name: "dbo.RCM_ReplicationLinkStatus",
  at: "site database",
  says: "one row for a replication group and a direction; at a central site perhaps also those of other sites",
  right: select("dbo.RCM_ReplicationLinkStatus"),
  columns: {
    ReplicationID: { type: "whole", says: "the group: ReplicationData.ID", confidence: 99 },
    SiteSending: { type: "text", says: "code of the site that sends", confidence: 97 },
    SiteReceiving: { type: "text", says: "code of the site that receives", confidence: 97 },
    Status: { type: "whole", says: "the state of the link", confidence: 95, ifNull: "unknown" },
    UpdateTime: {
      type: "time",
      says: "when the state was reckoned, in UTC; not when anything was sent",
      confidence: 99,
      ifNull: "the state was never reckoned",
    },
  },
  witnesses: [sqlReplication, memLabs],
  confidence: 99,
  otherwise: notProven,
});

/** States of a link in the current branch. */
export const linkStates = numbers({
  of: "dbo.RCM_ReplicationLinkStatus.Status",
  values: {
    deleted: 0,
    tombstoned: 1,
    active: 2,
    "active between versions": 3,
    initializing: 4,
    "not started": 5,
    error: 6,
    unknown: 7,
    degraded: 8,
    failed: 9,
  },
  witnesses: [sqlReplication, memLabs, powerBiTemplate],
  confidence: 90,
  otherwise: "a number that is not listed is unknown, and leaves the window not proven",
});

/** A verdict on a link that is older than this is none: the site reckons every few minutes. */
export const linkVerdictMinutes = 30;

/** Replication groups. */
export const replicationData = relation({
  name: "dbo.ReplicationData",
  at: "site database",
  says: "the replication groups",
  right: select("dbo.ReplicationData"),
  columns: {
    ID: { type: "whole", says: "the group's number", confidence: 99 },
    ReplicationGroup: { type: "text", says: "the group's name", confidence: 99 },
    ReplicationPattern: {
      type: "text",
      says: "global, site, global_proxy or cloud; the case differs",
      confidence: 97,
    },
  },
  witnesses: [memLabs, communityCenter],
  confidence: 99,
  otherwise: notProven,
});

/** Groups that were copied as a whole, and how far each copy has come. */
export const initialisationTracking = relation({
  name: "dbo.RCM_DrsInitializationTracking",
  at: "site database",
  says: "one row for each time that a group was copied as a whole; rows stay as history",
  right: select("dbo.RCM_DrsInitializationTracking"),
  columns: {
    RequestTrackingGUID: { type: "guid", says: "the request", confidence: 98 },
    ReplicationGroup: { type: "text", says: "the group's name, not its number", confidence: 97 },
    SiteRequesting: { type: "text", says: "code of the site that receives the copy", confidence: 99 },
    SiteFulfilling: { type: "text", says: "code of the site that sends it", confidence: 99 },
    InitializationStatus: { type: "whole", says: "how far it has come", confidence: 99 },
    CreatedTime: { type: "time", says: "when it was asked for, in UTC", confidence: 93 },
  },
  witnesses: [initialisationInternals],
  confidence: 99,
  otherwise: notProven,
});

/** How far a copy of a group has come. The newest row of a group and two sites counts, 7 aside. */
export const initialisationStates = numbers({
  of: "dbo.RCM_DrsInitializationTracking.InitializationStatus",
  values: {
    unknown: 0,
    required: 1,
    requested: 2,
    "pending creation": 3,
    "package created": 4,
    "pending application": 5,
    active: 6,
    superseded: 7,
    missing: 8,
    failed: 99,
  },
  witnesses: [initialisationInternals],
  confidence: 99,
  otherwise: "a number that is not listed counts as not done, and leaves the window not proven",
});

/** What a site has sent to another, group by group. */
export const sentMessages = relation({
  name: "dbo.DRS_MessageActivity_Send",
  at: "site database",
  says: "the newest send of each replication group to each site",
  right: select("dbo.DRS_MessageActivity_Send"),
  columns: {
    ReplicationID: { type: "whole", says: "the group: ReplicationData.ID", confidence: 95 },
    SiteCode: { type: "text", says: "code of the site that it was sent to", confidence: 97 },
    LastVersionSent: {
      type: "whole",
      says: "the version of change tracking up to which changes were sent",
      confidence: 95,
      ifNull: "nothing was sent yet",
    },
    LastSendResult: {
      type: "whole",
      says: "0 and above good; -3: the group has to be copied as a whole",
      confidence: 97,
      ifNull: "nothing was sent yet",
    },
    LastSendStartTime: {
      type: "time",
      says: "when the send began, in UTC",
      confidence: 97,
      ifNull: "nothing was sent yet",
    },
    LastSyncProcessedTime: {
      type: "time",
      says: "when the send was processed, in UTC",
      confidence: 92,
      ifNull: "it is not processed yet",
    },
  },
  witnesses: [synchronisationInternals, memLabs],
  confidence: 97,
  otherwise: "points are judged by their age and by the versions of the tables alone",
});

/** How a send has ended. */
export const sendResults = numbers({
  of: "dbo.DRS_MessageActivity_Send.LastSendResult",
  isOpen: true,
  values: { "the group has to be copied as a whole": -3 },
  witnesses: [synchronisationInternals],
  confidence: 97,
  otherwise: "what is negative proves nothing: the group's send does not count",
});

/** From this state of a site on it is being recovered, or that has failed. */
export const recoveryFrom = 200;

/** Which table belongs to which group. */
export const articleData = relation({
  name: "dbo.ArticleData",
  at: "site database",
  says: "the tables of each replication group",
  right: select("dbo.ArticleData"),
  columns: {
    ArticleName: { type: "text", says: "the table's name", confidence: 97 },
    ReplicationID: { type: "whole", says: "the group: ReplicationData.ID", confidence: 97 },
  },
  witnesses: [memLabs],
  confidence: 97,
  otherwise: "points are judged by the highest version of all tables",
});

/** The site code that the database itself gives. */
export const ownSiteCode = {
  id: "dbo.fnGetSiteCode()",
  kind: "function",
  says: "the code of the database's own site",
  witnesses: [siteDataReinit],
  confidence: 95,
  otherwise: "the code of the policy's site, or of the partner as it is named there",
} as const;

/** What the site wishes of change tracking, and of Service Broker's port. */
export const replicationSettings = relation({
  name: "dbo.vRcmSqlControlProperties",
  at: "site database",
  says: "the settings of replication by name",
  right: select("dbo.vRcmSqlControlProperties"),
  columns: {
    ID: { type: "whole", says: "RCMSQlControl.ID", confidence: 85 },
    Name: {
      type: "text",
      says: "`SQL Server Service Broker Port`, `Retention Period` and others",
      confidence: 88,
    },
    Value: { type: "text", says: "the setting", confidence: 88 },
  },
  witnesses: [diagnosticScript],
  confidence: 88,
  otherwise: "the port is looked for in the site's definition; else the check is not judged",
});

/** Names of settings there. */
export const replicationSettingNames = numbers({
  of: "dbo.vRcmSqlControlProperties.Name",
  isOpen: true,
  values: { "port of Service Broker": "SQL Server Service Broker Port" },
  witnesses: [diagnosticScript],
  confidence: 88,
  otherwise: "the port is looked for in the site's definition; else the check is not judged",
});
