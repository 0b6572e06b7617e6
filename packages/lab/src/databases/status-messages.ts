import { sites } from "../hierarchy.ts";
import { quoted } from "../site-writes.ts";
import { hourMs, sqlDatetime } from "../windows-formats.ts";
import type { Cell, TableContent } from "./fill-table.ts";
import type { SiteFacts } from "./site-facts.ts";

/** SMS severities, as signed 32-bit numbers. */
export const severities = {
  information: 1_073_741_824,
  warning: -2_147_483_648,
  error: -1_073_741_824,
} as const;

/** A status message as a component of a site sends it. */
export interface SiteMessage {
  readonly recordId: bigint;
  readonly siteCode: string;
  readonly component: string;
  readonly id: number;
  readonly atMs: number;
  readonly severity?: number;
}

/** Messages that say what a component has reached. */
const milestone = 256;

function rowOf(message: SiteMessage): readonly Cell[] {
  const { recordId, siteCode, component, id, atMs, severity = severities.information } = message;
  const self = sites.find((it) => it.code === siteCode)!;
  const top = self.parent === "" ? self.code : self.parent;
  const facts = [recordId, "SMS Server", severity, id, 0, 0, 0, 0, milestone, null, sqlDatetime(atMs)];
  return [...facts, siteCode, top, self.server, component, 4804, 4804 + Number(recordId % 64n)];
}

/** A statement that puts a message in. */
export function insertMessage(message: SiteMessage): string {
  const cells = rowOf(message).map((it) => (typeof it === "string" ? quoted(it) : String(it ?? "NULL")));
  return `INSERT INTO v_StatusMessage VALUES (${cells.join(", ")})`;
}

/** What the components of a site have said: those of the last backup, and of others each hour. */
export function statusMessages({ siteCode, taskRun, nowMs }: SiteFacts): TableContent {
  const said: (readonly [component: string, id: number, atMs: number])[] = [
    ["SMS_SITE_BACKUP", 500, taskRun.startMs],
    ["SMS_SITE_BACKUP", 5055, taskRun.begunMs],
    ["SMS_SITE_BACKUP", 5056, taskRun.snapshotMs],
    ["SMS_SITE_BACKUP", 5035, taskRun.finishMs],
  ];
  const others = ["SMS_DISTRIBUTION_MANAGER", "SMS_POLICY_PROVIDER", "SMS_WSUS_SYNC_MANAGER"];
  for (let hour = 1; hour <= 60; hour++)
    said.push([others[hour % 3]!, 500 + (hour % 5), nowMs - hour * hourMs]);
  return {
    name: "v_StatusMessage",
    columns: `RecordID bigint, ModuleName nvarchar(128), Severity int, MessageID int, ReportFunction int,
      SuccessfulTransaction int, PartOfTransaction int, PerClient int, MessageType int, Win32Error int,
      Time datetime, SiteCode nvarchar(3), TopLevelSiteCode nvarchar(3), MachineName nvarchar(128),
      Component nvarchar(128), ProcessID int, ThreadID int`,
    rows: said
      .toSorted((left, right) => left[2] - right[2])
      .map(([component, id, atMs], index) =>
        rowOf({ recordId: 72_057_594_037_927_936n + BigInt(index), siteCode, component, id, atMs }),
      ),
  };
}
