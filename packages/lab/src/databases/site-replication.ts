import { sites } from "../hierarchy.ts";
import { chanceFrom } from "../seeded-chance.ts";
import type { LivingColumn } from "../sql/living-columns.ts";
import { dayMs, hourMs, sqlDatetime } from "../windows-formats.ts";
import type { Cell, TableContent } from "./fill-table.ts";
import { siteNumber, type SiteFacts } from "./site-facts.ts";

/** A replication group with the tables that it carries. */
interface Group {
  readonly id: number;
  readonly name: string;
  readonly pattern: "global" | "site" | "global_proxy";
  readonly articles: readonly string[];
}

const groups: readonly Group[] = (
  [
    [
      "Configuration Data",
      "global",
      ["Collections", "CollectionRules_Direct", "CI_ConfigurationItems", "SMSPackages_G"],
    ],
    ["Alerts", "global", ["Alert_G"]],
    ["Secondary_Site_Replication_Configuration", "global_proxy", ["SecondarySite_G"]],
    ["Hardware_Inventory_1", "site", ["HinvChangeLog"]],
    ["General_Site_Data", "site", ["System_DISC"]],
    ["Status_Messages", "site", ["StatusMessages"]],
  ] as const
).map(([name, pattern, articles], index) => ({ id: index + 1, name, pattern, articles }));

/** A group on its way from one site to another. */
interface Link {
  readonly group: Group;
  readonly from: string;
  readonly to: string;
}

/** Global data goes both ways between a parent and a child, a site's own to its parent only. */
function linksOf(siteCode: string): readonly Link[] {
  const pairs = sites.flatMap((it): readonly (readonly [string, string, Group["pattern"]])[] =>
    it.parent === ""
      ? []
      : [
          [it.parent, it.code, "global"],
          [it.code, it.parent, "global"],
          [it.code, it.parent, "site"],
        ],
  );
  return groups.flatMap((group) =>
    pairs
      .filter(([from, to, pattern]) => pattern === group.pattern && (from === siteCode || to === siteCode))
      .map(([from, to]) => ({ group, from, to })),
  );
}

/** Every link of this site: all replicate well when the lab is made. */
export function replicationTables(facts: SiteFacts): readonly TableContent[] {
  const { siteCode } = facts;
  const links = linksOf(siteCode);
  return [
    serverData(facts),
    {
      name: "ReplicationData",
      columns: `ID int, ReplicationGroup nvarchar(255), ReplicationPattern nvarchar(32), IsPush bit,
        ReplicationPriority int, SyncInterval int, TransportType int, Flags int`,
      rows: groups.map(({ id, name, pattern }) => [id, name, pattern, 0, 1, minutesOf(pattern), 0, 0]),
    },
    {
      name: "ArticleData",
      columns: "ArticleName nvarchar(255), Type int, ReplicationID int",
      rows: groups.flatMap(({ id, articles }) => articles.map((article) => [article, 1, id])),
    },
    linkStatus(facts.nowMs, links),
    linkSummary(facts),
    initialisations(facts.nowMs, links),
    sends(facts.nowMs, sent(siteCode, links)),
    sendHistory(facts.nowMs, sent(siteCode, links)),
  ];
}

function sent(siteCode: string, links: readonly Link[]): readonly Link[] {
  return links.filter((it) => it.from === siteCode);
}

/** Every so many minutes a group is synchronised. */
function minutesOf(pattern: Group["pattern"]): number {
  return pattern === "site" ? 5 : 1;
}

/** Sites that have left the hierarchy keep their rows: a primary and a secondary. */
const former: readonly (readonly Cell[])[] = [
  [16_777_217, "PS0", 110, "Peer", "sql00.lab", ""],
  [16_777_218, "S01", 110, "Proxy", "cm11.lab", "CONFIGMGRSEC"],
];

function serverData({ variant }: SiteFacts): TableContent {
  return {
    name: "ServerData",
    columns: `ID int, SiteCode nvarchar(3), ${variant.siteStatusColumn} int, ServerRole nvarchar(64),
      Name nvarchar(255), SQLInstance nvarchar(255)`,
    rows: [...former, ...sites.map((it) => [siteNumber(it.code), it.code, 125, "Peer", it.sql, ""])],
  };
}

function linkStatus(nowMs: number, links: readonly Link[]): TableContent {
  return {
    name: "RCM_ReplicationLinkStatus",
    columns: `ReplicationID int, SiteSending nvarchar(3), SiteReceiving nvarchar(3), Status int,
      StatusName nvarchar(64), UpdateTime datetime, SnapshotApplied bit, SnapshotAppliedTime datetime`,
    rows: links.map(({ group, from, to }) => [
      group.id,
      from,
      to,
      2,
      "ACTIVE",
      ago(nowMs, reckonedAgo(group)),
      1,
      sqlDatetime(nowMs - 300 * dayMs),
    ]),
  };
}

function linkSummary({ siteCode, nowMs }: SiteFacts): TableContent {
  const links = sites.filter((it) => it.parent !== "" && (it.code === siteCode || it.parent === siteCode));
  return {
    name: "RCM_ReplicationLinkSummary_Child",
    columns: `ParentSiteCode nvarchar(3), ChildSiteCode nvarchar(3), OverallLinkStatus int,
      GlobalParentToChildLinkStatus int, GlobalChildToParentLinkStatus int, SiteChildToParentLinkStatus int,
      LastSendTimeParentToChild datetime, LastSendTimeChildToParent datetime, LastSiteSyncTime datetime`,
    rows: links.map((it) => {
      const times = [summaryAgo.down, summaryAgo.up, summaryAgo.site].map((seconds) => ago(nowMs, seconds));
      return [it.parent, it.code, 2, 2, 2, 2, ...times];
    }),
  };
}

/** Each pair was asked for twice: the first request was superseded by the second, which was fulfilled. */
function initialisations(nowMs: number, links: readonly Link[]): TableContent {
  const chance = chanceFrom("requests of initialisation");
  const row = ({ group, from, to }: Link, isDone: boolean): readonly Cell[] => {
    const createdMs = wholeSecond(nowMs) - (isDone ? 300 : 301) * dayMs;
    const progress = isDone ? [6, 100] : [7, 21];
    const times = [sqlDatetime(createdMs), sqlDatetime(createdMs + 2 * hourMs)];
    return [chance.guid().toUpperCase(), group.name, to, from, ...progress, 0, 1, ...times];
  };
  return {
    name: "RCM_DrsInitializationTracking",
    columns: `RequestTrackingGUID uniqueidentifier, ReplicationGroup nvarchar(255), SiteRequesting nvarchar(3),
      SiteFulfilling nvarchar(3), InitializationStatus int, InitializationPercent int, IsPartialInit bit,
      TryCount int, CreatedTime datetime, ModifiedTime datetime`,
    rows: links.flatMap((link) => [row(link, false), row(link, true)]),
  };
}

/** What a site knows of the newest send of each group to each of its partners. */
function sends(nowMs: number, links: readonly Link[]): TableContent {
  return {
    name: "DRS_MessageActivity_Send",
    columns: `ReplicationID int, SiteCode nvarchar(3), Active bit, LastVersionSent bigint,
      LastSendStartTime datetime, LastSendEndTime datetime, LastSendResult int, LastSyncProcessedTime datetime`,
    rows: links.map(({ group, to }) => {
      const { start, end, processed } = sendAgo;
      return [group.id, to, 1, upToDate, ago(nowMs, start), ago(nowMs, end), 0, ago(nowMs, processed)];
    }),
  };
}

/** The sends of the last hours before the lab was made; the very last one had not come to its end. */
function sendHistory(nowMs: number, links: readonly Link[]): TableContent {
  const chance = chanceFrom("history of sends");
  const row = ({ group, to }: Link, hoursAgo: number): readonly Cell[] => {
    const startMs = nowMs - hoursAgo * hourMs - 20_000;
    const at = [1_500, 6_000, 9_000].map((ms) => sqlDatetime(startMs + ms));
    const ends = hoursAgo === 0 ? [at[0]!, null, null] : at;
    const counts = [1 + chance.below(400), 1 + chance.below(9)];
    return [group.id, chance.guid().toUpperCase(), to, ...counts, sqlDatetime(startMs), ...ends];
  };
  return {
    name: "DrsSendHistory",
    columns: `ReplicationGroupID int, SyncID uniqueidentifier, TargetSite nvarchar(3), ChangeCount int,
      MessageCount int, StartTime datetime, EndTime datetime, ProcessedTime datetime, SyncCompleteTime datetime`,
    rows: links.flatMap((link) => [2, 1, 0].map((hoursAgo) => row(link, hoursAgo))),
  };
}

/** Stands for the newest version of the database, of which nothing is left to send. */
export const upToDate = -1;
/** How many seconds ago each step of the newest send was, as long as a link works. */
export const sendAgo = { start: 55, end: 52, processed: 44 } as const;
const summaryAgo = { down: 52, up: 53, site: 214 } as const;

/** Groups are reckoned one after the other, each every few minutes. */
function reckonedAgo({ id }: Group): number {
  return (id + 1) * 60;
}

/** How a time that is always so long ago is written down in a lab that was made at an instant. */
export function ago(madeMs: number, seconds: number): string {
  return sqlDatetime(wholeSecond(madeMs) - seconds * 1000);
}

/** An instant that datetime keeps as it is: it knows no single milliseconds. */
function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

/** What goes on while the site lives: statuses are reckoned and changes are sent, every few minutes. */
export function livingReplication(nowMs: number): readonly LivingColumn[] {
  const time = (table: string, column: string, seconds: number): LivingColumn => ({
    table,
    column,
    stored: ago(nowMs, seconds),
    means: { secondsAgo: seconds },
  });
  const [send, summary] = ["DRS_MessageActivity_Send", "RCM_ReplicationLinkSummary_Child"];
  return [
    ...groups.map((group) => time("RCM_ReplicationLinkStatus", "UpdateTime", reckonedAgo(group))),
    time(send, "LastSendStartTime", sendAgo.start),
    time(send, "LastSendEndTime", sendAgo.end),
    time(send, "LastSyncProcessedTime", sendAgo.processed),
    { table: send, column: "LastVersionSent", stored: upToDate, means: "newest version" },
    time(summary, "LastSendTimeParentToChild", summaryAgo.down),
    time(summary, "LastSendTimeChildToParent", summaryAgo.up),
    time(summary, "LastSiteSyncTime", summaryAgo.site),
  ];
}
