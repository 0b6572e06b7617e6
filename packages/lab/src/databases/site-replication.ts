import { sites } from "../hierarchy.ts";
import { hourMs, minuteMs, sqlDatetime } from "../windows-formats.ts";
import type { TableContent } from "./fill-table.ts";
import type { SiteFacts } from "./site-facts.ts";

const groups: readonly (readonly [name: string, pattern: string])[] = [
  ["Configuration Data", "global"],
  ["Alerts", "global"],
  ["Secondary_Site_Replication_Configuration", "global_proxy"],
  ["Hardware_Inventory_1", "site"],
  ["General_Site_Data", "site"],
  ["Status_Messages", "site"],
];

/** Every link of the hierarchy as this site sees it: all replicate well when the lab is made. */
export function replicationTables({ nowMs }: SiteFacts): readonly TableContent[] {
  const pairs = sites.flatMap((it) =>
    it.parent === ""
      ? []
      : [
          [it.parent, it.code],
          [it.code, it.parent],
        ],
  );
  const links = groups.flatMap((_, group) => pairs.map(([from, to]) => ({ group, from: from!, to: to! })));
  return [
    {
      name: "ServerData",
      columns: "SiteCode nvarchar(3), ServerRole nvarchar(64), Status int",
      rows: sites.map((it) => [it.code, it.type === 4 ? "CAS" : "Primary", 125]),
    },
    {
      name: "ReplicationData",
      columns: "ID int, ReplicationGroup nvarchar(255), ReplicationPattern nvarchar(32)",
      rows: groups.map(([name, pattern], index) => [index + 1, name, pattern]),
    },
    {
      name: "RCM_ReplicationLinkStatus",
      columns: `ReplicationID int, SiteSending nvarchar(3), SiteReceiving nvarchar(3), Status int,
        UpdateTime datetime`,
      rows: links.map(({ group, from, to }) => [
        group + 1,
        from,
        to,
        2,
        sqlDatetime(nowMs - (group + 2) * minuteMs),
      ]),
    },
    {
      name: "RCM_DrsInitializationTracking",
      columns: `ReplicationGroup nvarchar(255), SiteRequesting nvarchar(3), SiteFulfilling nvarchar(3),
        InitializationStatus int, CreatedTime datetime`,
      rows: links.map(({ group, from, to }) => [
        groups[group]![0],
        to,
        from,
        6,
        sqlDatetime(nowMs - 300 * 24 * hourMs),
      ]),
    },
  ];
}
