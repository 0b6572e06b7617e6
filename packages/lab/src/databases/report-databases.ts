import type { DatabaseSync } from "node:sqlite";

import { chanceFrom } from "../seeded-chance.ts";
import { reportDefinition, reportTitles } from "../site/report-server.ts";
import { dayMs, sqlDatetime } from "../windows-formats.ts";
import { fillTables, type Cell } from "./fill-table.ts";

/** The catalogue of the report server: folders, reports with their definitions, its encrypted key. */
export function fillReportServer(db: DatabaseSync, nowMs: number): void {
  const chance = chanceFrom("catalogue");
  const report = (index: number): readonly Cell[] => {
    const title = `${reportTitles[index % reportTitles.length]!} ${Math.floor(index / reportTitles.length)}`;
    const changed = sqlDatetime(nowMs - chance.below(300) * dayMs);
    const definition = Buffer.from(reportDefinition(title, index));
    return [chance.guid().toUpperCase(), `/ConfigMgr_PS1/${title}`, title, 2, definition, changed];
  };
  const folder: readonly Cell[] = [
    chance.guid().toUpperCase(),
    "/ConfigMgr_PS1",
    "ConfigMgr_PS1",
    1,
    null,
    sqlDatetime(nowMs),
  ];
  fillTables(db, [
    {
      name: "Catalog",
      columns: `ItemID uniqueidentifier, Path nvarchar(425), Name nvarchar(425), Type int,
        Content "varbinary(max)", ModifiedDate datetime`,
      rows: [folder, ...Array.from({ length: 48 }, (_, index) => report(index))],
    },
    {
      name: "Keys",
      columns: `MachineName nvarchar(256), InstallationID uniqueidentifier, InstanceName nvarchar(32),
        SymmetricKey "varbinary(max)"`,
      rows: [["SSRS01", chance.guid().toUpperCase(), "SSRS", chance.bytes(140)]],
    },
    {
      name: "Subscriptions",
      columns: `SubscriptionID uniqueidentifier, Report_OID uniqueidentifier, LastStatus nvarchar(260)`,
      rows: Array.from({ length: 12 }, () => [
        chance.guid().toUpperCase(),
        chance.guid().toUpperCase(),
        "Ready",
      ]),
    },
  ]);
}

/** Only the structure of the temporary database matters; it holds sessions that nobody misses. */
export function fillReportServerTemp(db: DatabaseSync): void {
  fillTables(db, [
    { name: "SessionData", columns: "SessionID nvarchar(32), ReportPath nvarchar(464)", rows: [] },
    { name: "ChunkData", columns: 'ChunkID uniqueidentifier, Content "varbinary(max)"', rows: [] },
  ]);
}

/** The catalogue of Windows Server Update Services. */
export function fillUpdateServices(db: DatabaseSync, rows: number): void {
  const chance = chanceFrom("update services");
  fillTables(db, [
    {
      name: "tbUpdate",
      columns: `LocalUpdateID int PRIMARY KEY, UpdateID uniqueidentifier, LegacyName nvarchar(255)`,
      rows: Array.from({ length: rows }, (_, index) => [
        index + 1,
        chance.guid().toUpperCase(),
        `KB50${index}`,
      ]),
    },
  ]);
}
