import type { DatabaseSync } from "node:sqlite";

import type { LabVariant } from "../lab-variant.ts";
import { chanceFrom } from "../seeded-chance.ts";
import { reportDefinition, reportTitles } from "../site/report-definition.ts";
import { dataSource } from "../site/report-server.ts";
import { crlf, dayMs, sqlDatetime } from "../windows-formats.ts";
import { fillTables, type Cell } from "./fill-table.ts";

/** What an item of the catalogue is. */
const itemTypes = {
  folder: 1,
  report: 2,
  resource: 3,
  linkedReport: 4,
  dataSource: 5,
  dataSet: 8,
  powerBi: 13,
} as const;

const catalogColumns = `ItemID uniqueidentifier, Path nvarchar(425), Name nvarchar(425), ParentID uniqueidentifier,
  Type int, Content "varbinary(max)", LinkSourceID uniqueidentifier, Description nvarchar(512), Hidden bit,
  CreatedByID uniqueidentifier, CreationDate datetime, ModifiedByID uniqueidentifier, ModifiedDate datetime,
  MimeType nvarchar(260), PolicyID uniqueidentifier`;

interface CatalogItem {
  readonly id: string;
  readonly name: string;
  readonly type: number;
  readonly content?: string | Uint8Array;
  readonly linkedTo?: string;
  readonly mimeType?: string;
  readonly modifiedMs: number;
}

/** Reports, and what lies beside them: their source, a shared data set, a picture, a link to a report. */
function catalogItems(nowMs: number): readonly CatalogItem[] {
  const chance = chanceFrom("catalogue");
  const guid = (): string => chance.guid().toUpperCase();
  const modifiedMs = nowMs - 150 * dayMs;
  const reports = Array.from({ length: 48 }, (_, index): CatalogItem => {
    const name = `${reportTitles[index % reportTitles.length]!} ${Math.floor(index / reportTitles.length)}`;
    const content = reportDefinition(name, index);
    return {
      id: guid(),
      name,
      type: itemTypes.report,
      content,
      modifiedMs: nowMs - chance.below(300) * dayMs,
    };
  });
  return [
    { id: guid(), name: "Site database", type: itemTypes.dataSource, content: dataSource, modifiedMs },
    { id: guid(), name: "Buildings", type: itemTypes.dataSet, content: sharedDataSet, modifiedMs },
    {
      id: guid(),
      name: "Logo.png",
      type: itemTypes.resource,
      content: chance.bytes(900),
      mimeType: "image/png",
      modifiedMs,
    },
    {
      id: guid(),
      name: "Licences for purchasing",
      type: itemTypes.linkedReport,
      linkedTo: reports[5]!.id,
      modifiedMs,
    },
    ...reports,
  ];
}

/** A report of Power BI, which the catalogue keeps elsewhere than in its row. */
function powerBiReport(nowMs: number): CatalogItem {
  const id = chanceFrom("power bi").guid().toUpperCase();
  return { id, name: "Site at a glance", type: itemTypes.powerBi, modifiedMs: nowMs - 20 * dayMs };
}

const sharedDataSet = crlf([
  '<SharedDataSet xmlns="http://schemas.microsoft.com/sqlserver/reporting/2010/01/shareddatasetdefinition">',
  '  <DataSet Name=""><Query><DataSourceReference>/ConfigMgr_PS1/Site database</DataSourceReference>',
  "  <CommandText>SELECT DISTINCT dbo.fn_Contoso_Building(Netbios_Name0) FROM v_R_System</CommandText></Query></DataSet>",
  "</SharedDataSet>",
]);

/** The catalogue of the report server: folders, reports with their definitions, its encrypted key. */
export function fillReportServer(db: DatabaseSync, nowMs: number, { reportServer }: LabVariant): void {
  const chance = chanceFrom("report server database");
  const [root, folder, author] = [chance.guid(), chance.guid(), chance.guid()].map((it) => it.toUpperCase());
  const at = sqlDatetime(nowMs - 200 * dayMs);
  const own = [author!, at, author!, at, null, null] as const;
  const items = [...catalogItems(nowMs), ...(reportServer === "PBIRS" ? [powerBiReport(nowMs)] : [])];
  fillTables(db, [
    {
      name: "Catalog",
      columns: catalogColumns,
      rows: [
        [root!, "", "", null, itemTypes.folder, null, null, null, 0, ...own],
        [folder!, "/ConfigMgr_PS1", "ConfigMgr_PS1", root!, itemTypes.folder, null, null, null, 0, ...own],
        ...items.map((it): readonly Cell[] => [
          it.id, `/ConfigMgr_PS1/${it.name}`, it.name, folder!, it.type,
          it.content === undefined ? null : Buffer.from(it.content), it.linkedTo ?? null, null, 0, author!, at, author!,
          sqlDatetime(it.modifiedMs), it.mimeType ?? null, null,
        ]), // prettier-ignore
      ],
    },
    {
      name: "DataSource",
      columns: `DSID uniqueidentifier, ItemID uniqueidentifier, Name nvarchar(260), Extension nvarchar(260),
        CredentialRetrieval int, ConnectionString "varbinary(max)", UserName "varbinary(max)", Password "varbinary(max)"`,
      // Sealed by the symmetric key: without it they have to be entered again.
      rows: [
        [items[0]!.id, items[0]!.id, null, "SQL", 2, chance.bytes(96), chance.bytes(48), chance.bytes(48)],
      ],
    },
    {
      name: "Keys",
      columns: `MachineName nvarchar(256), InstallationID uniqueidentifier, InstanceName nvarchar(32),
        SymmetricKey "varbinary(max)"`,
      rows: [["SSRS01", chance.guid().toUpperCase(), reportServer, chance.bytes(140)]],
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
