import { site } from "../hierarchy.ts";
import { packageTypes } from "../site/package-catalogue.ts";
import type { ContentRecord, PackageRecord } from "../site/packages.ts";
import { sqlDatetime } from "../windows-formats.ts";
import type { Cell, TableContent } from "./fill-table.ts";

/** Packages, applications and their contents, as the views of every site's database show them. */
export function contentTables(packages: readonly PackageRecord[], nowMs: number): readonly TableContent[] {
  const contents = contentsOf(packages);
  return [
    {
      name: "v_Package",
      columns: packageColumns,
      rows: [...packages.map((it) => shapeOf(it)), ...withoutFiles(nowMs)].map((it) => packageRow(it)),
    },
    { name: "v_ContentInfo", columns: contentInfoColumns, rows: contents.map((it) => contentInfoRow(it)) },
    {
      name: "v_CIContents_All",
      columns: "CI_ID int, ContentCI_ID int, Content_ID int, Content_UniqueID nvarchar(512)",
      rows: contents.map((it) => [it.id + 400_000, it.id + 500_000, it.id, it.uniqueId]),
    },
    {
      name: "v_CIContentPackage",
      columns: "CI_ID int, PkgID nvarchar(8)",
      rows: contents.map((it) => [it.id + 400_000, it.packageId]),
    },
    { name: "v_Content", columns: contentColumns, rows: contents.map((it) => contentRow(it)) },
  ];
}

const packageColumns = `PackageID nvarchar(8), Name nvarchar(256), Version nvarchar(64), Language nvarchar(64),
  Manufacturer nvarchar(256), PreDownloadRule nvarchar(512), Description nvarchar(512), PkgSourceFlag int,
  PkgSourcePath nvarchar(512), StoredPkgPath nvarchar(512), SourceVersion int, SourceDate datetime, ShareType int,
  ShareName nvarchar(256), SourceSite nvarchar(3), LastRefreshTime datetime, PkgFlags int, ActionInProgress int,
  ImageFlags int, PackageType int, SecurityKey nvarchar(64), ObjectTypeID int`;

/** A package as its row tells of it. */
interface PackageShape {
  readonly packageId: string;
  readonly name: string;
  readonly manufacturer: string;
  readonly type: number;
  readonly version: number;
  readonly source: string | null;
  readonly sourceSite: string;
  readonly dateMs: number;
}

/** An application's package has no source of its own: the sources are those of its contents. */
function shapeOf(it: PackageRecord): PackageShape {
  const { packageId, name, manufacturer, version, sourceDateMs: dateMs } = it;
  const source = it.kind === "application" ? "" : it.source;
  const of = { packageId, name, manufacturer, version, source, dateMs };
  return { ...of, type: packageTypes[it.kind], sourceSite: site.code };
}

const taskSequence = 4;

/** What other sites made is known everywhere, its sources lie on their drives; a task sequence has none. */
function withoutFiles(nowMs: number): readonly PackageShape[] {
  const rows: readonly (readonly [string, string, number, string | null])[] = [
    [
      "CAS0000A",
      "Corporate certificates",
      packageTypes.package,
      "\\\\cas01.lab\\Sources$\\Packages\\Certificates",
    ],
    ["CAS0000B", "Windows 11 reference", packageTypes.osImage, "E:\\Sources\\OS\\reference\\install.wim"],
    ["CAS0000C", "Contoso Badge", packageTypes.application, ""],
    [
      "PS200003",
      "Branch printers",
      packageTypes.package,
      "\\\\cm02.lab\\Sources$\\Packages\\Branch printers",
    ],
    ["PS100020", "Deploy Windows 11", taskSequence, null],
  ];
  return rows.map(([packageId, name, type, source]) => {
    const of = { packageId, name, type, source, manufacturer: "Contoso", version: 1, dateMs: nowMs };
    return { ...of, sourceSite: packageId.slice(0, 3) };
  });
}

function packageRow(it: PackageShape): readonly Cell[] {
  const date = sqlDatetime(it.dateMs);
  const flag = it.source === null || it.source === "" ? 1 : 2;
  return [
    it.packageId,
    it.name,
    "",
    "",
    it.manufacturer,
    null,
    "",
    flag,
    it.source,
    "",
    it.version,
    date,
    1,
    null,
    it.sourceSite,
    date,
    0,
    0,
    null,
    it.type,
    null,
    2,
  ];
}

/** A content of an application or of updates; packages of the classic kinds have none in these views. */
interface ContentShape extends Pick<ContentRecord, "uniqueId" | "version" | "hash" | "bytes"> {
  readonly id: number;
  readonly packageId: string;
  readonly name: string;
  readonly source: string;
  readonly sourceSite: string;
}

function contentsOf(packages: readonly PackageRecord[]): readonly ContentShape[] {
  const own = packages
    .filter((it) => it.kind === "application" || it.kind === "updates")
    .flatMap((it) =>
      it.contents.map((content, index) => ({
        ...content,
        packageId: it.packageId,
        name: it.kind === "application" ? `${it.name} - DeploymentType` : it.name,
        source: it.kind === "application" ? content.source : webSource(content.uniqueId, index),
        sourceSite: site.code,
      })),
    );
  return [...own, contentOfParent].map((it, index) => ({ ...it, id: 16_777_555 + index }));
}

/** The catalogue knows no folder of an update: it knows where its file is on the web, or not even that. */
function webSource(uniqueId: string, index: number): string {
  return index === 0 ? "" : `http://download.windowsupdate.com/d/msdownload/update/software/${uniqueId}.cab`;
}

const contentOfParent = {
  packageId: "CAS0000C",
  uniqueId: "Content_0f7c3a52-6f0e-4d1b-9a53-1f4f2f1c77aa",
  version: 1,
  hash: "5F70BF18A086007016E948B04AED3B82103A36BEA41755B6CDDFAF10ACE3C6EF",
  bytes: 81_920,
  name: "Contoso Badge - DeploymentType",
  source: "\\\\cas01.lab\\Sources$\\Applications\\Contoso Badge\\",
  sourceSite: "CAS",
} as const;

const contentInfoColumns = `Content_ID int, Content_UniqueID nvarchar(512), ContentVersion int,
  ContentSource nvarchar(512), ContentHash nvarchar(256), ContentFlags int, SourceSize int,
  DisplayName nvarchar(512)`;

function contentInfoRow(it: ContentShape): readonly Cell[] {
  return [it.id, it.uniqueId, it.version, it.source, it.hash, 0, kilobytes(it), it.name];
}

const contentColumns = `PkgID nvarchar(8), Content_ID int, Content_UniqueID nvarchar(512), ContentVersion int,
  SourceSize bigint, ContentHash nvarchar(256), ContentHashVersion int, ContentDescription nvarchar(512),
  SourceSite nvarchar(3), ContentFlags int, ContentSource nvarchar(512), ContentType int, RelatedContentID int,
  ModelName nvarchar(256), SecurityKey nvarchar(64), ObjectTypeID int`;

function contentRow(it: ContentShape): readonly Cell[] {
  const content = [it.packageId, it.id, it.uniqueId, it.version, kilobytes(it), it.hash, 4, it.name];
  return [...content, it.sourceSite, 0, it.source, 1, null, null, null, 31];
}

function kilobytes({ bytes }: ContentShape): number {
  return Math.ceil(bytes / 1024);
}
