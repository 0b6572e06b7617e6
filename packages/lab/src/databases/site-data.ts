import { chanceFrom } from "../seeded-chance.ts";
import { dayMs, hourMs, sqlDatetime } from "../windows-formats.ts";
import { site, type LabSize } from "../hierarchy.ts";
import { userStates } from "../site/user-state.ts";
import type { Cell, TableContent } from "./fill-table.ts";

/** Tables that clients and administrators change all day, and that are replicated. */
export const trackedTables = [
  "System_DISC",
  "Collections",
  "CI_ConfigurationItems",
  "CollectionRules_Direct",
] as const;

/** The bulk of a site database: computers, collections, configuration items, inventory. */
export function dataTables(siteCode: string, size: LabSize, nowMs: number): readonly TableContent[] {
  const count = size.databaseRows;
  return [
    computers(siteCode, count, nowMs),
    collections(siteCode, Math.ceil(count / 8)),
    configurationItems(siteCode, Math.ceil(count / 2), nowMs),
    members(siteCode, count * 2),
    stateMigrations(siteCode, size, nowMs),
    inventory(siteCode, size.databasePadBytes),
  ];
}

function* times<T>(count: number, row: (index: number) => T): Generator<T> {
  for (let index = 0; index < count; index++) yield row(index);
}

function computers(siteCode: string, count: number, nowMs: number): TableContent {
  const chance = chanceFrom(`computers ${siteCode}`);
  return {
    name: "System_DISC",
    columns: `ItemKey int PRIMARY KEY, Netbios_Name0 nvarchar(256),
      SMS_Unique_Identifier0 nvarchar(256), Operating_System_Name_and0 nvarchar(256),
      Last_Logon_Timestamp0 datetime, Client0 int`,
    rows: times(count, (index) => [
      16_777_216 + index,
      `${siteCode}-W${String(index).padStart(5, "0")}`,
      `GUID:${chance.guid().toUpperCase()}`,
      chance.pick(["Microsoft Windows NT Workstation 10.0", "Microsoft Windows NT Server 10.0"]),
      sqlDatetime(nowMs - chance.below(500) * hourMs),
      1,
    ]),
  };
}

function collections(siteCode: string, count: number): TableContent {
  return {
    name: "Collections",
    columns: `CollectionID int PRIMARY KEY, SiteID nvarchar(8), CollectionName nvarchar(255),
      Flags int`,
    rows: times(count, (index) => [
      16_777_000 + index,
      `${siteCode}${index.toString(16).toUpperCase().padStart(5, "0")}`,
      `Computers of building ${index}`,
      index % 4,
    ]),
  };
}

function configurationItems(siteCode: string, count: number, nowMs: number): TableContent {
  const chance = chanceFrom(`items ${siteCode}`);
  return {
    name: "CI_ConfigurationItems",
    columns: `CI_ID int PRIMARY KEY, CI_UniqueID nvarchar(512), CIType_ID int, CIVersion int,
      MinCatalogVersion int, DateLastModified datetime, SDMPackageDigest "varbinary(max)"`,
    rows: times(count, (index) => [
      16_780_000 + index,
      `ScopeId_${siteCode}/${chance.guid()}`,
      chance.pick([1, 3, 8, 8, 10, 21]),
      1 + chance.below(4),
      chance.below(214),
      sqlDatetime(nowMs - chance.below(400) * dayMs),
      chance.bytes(64 + chance.below(200)),
    ]),
  };
}

function members(siteCode: string, count: number): TableContent {
  const chance = chanceFrom(`members ${siteCode}`);
  return {
    name: "CollectionRules_Direct",
    columns: `RuleID int PRIMARY KEY, CollectionID int, MachineID int, InstanceName nvarchar(256)`,
    rows: times(count, (index) => [
      index + 1,
      16_777_000 + chance.below(Math.max(1, Math.ceil(count / 16))),
      16_777_216 + chance.below(Math.max(1, Math.floor(count / 2))),
      `${siteCode}-W${String(chance.below(count)).padStart(5, "0")}`,
    ]),
  };
}

/** One row for each store on the state migration point; the oldest was released and not deleted yet. */
function stateMigrations(siteCode: string, size: LabSize, nowMs: number): TableContent {
  const stores = siteCode === site.code ? userStates(size, nowMs) : [];
  return {
    name: "v_StateMigration",
    columns: `MigrationID nvarchar(64), MigrationType int, MigrationStatus int, MigrationBehavior int,
      SourceName nvarchar(256), SourceMACAddresses nvarchar(256), RestoreName nvarchar(256),
      RestoreMACAddresses nvarchar(256), StoreCreationDate datetime, StoreReleaseDate datetime,
      StoreDeletionDate datetime, StorePath nvarchar(512), StoreSize bigint, SMPServerName nvarchar(256),
      SiteCode nvarchar(3)`,
    rows: stores.map((store, index) => {
      const isReleased = index === stores.length - 1;
      return [
        `SMP${index}`,
        1,
        isReleased ? 2 : 1,
        0,
        `PS1-W0000${index}`,
        null,
        `PS1-W0010${index}`,
        null,
        sqlDatetime(store.createdMs),
        isReleased ? sqlDatetime(nowMs - dayMs) : null,
        null,
        store.sharePath,
        store.bytes,
        "smp01.lab",
        siteCode,
      ];
    }),
  };
}

const inventoryRowBytes = 24_000;

/** Documents of inventory, half of them well compressible, as large tables have them. */
function inventory(siteCode: string, bytes: number): TableContent {
  const chance = chanceFrom(`inventory ${siteCode}`);
  const row = (index: number): readonly Cell[] => {
    const random = chance.bytes(inventoryRowBytes / 2);
    const text = Buffer.from(`<instance class="SMS_Processor" id="${index % 97}"/>`.repeat(240)).subarray(
      0,
      12_000,
    );
    return [index + 1, 16_777_216 + index, Buffer.concat([text, random])];
  };
  return {
    name: "HinvChangeLog",
    columns: 'ChangeID int PRIMARY KEY, ItemKey int, Document "varbinary(max)"',
    rows: times(Math.ceil(bytes / inventoryRowBytes), row),
  };
}
