import { packageTypes } from "../site/package-catalogue.ts";
import type { PackageRecord } from "../site/packages.ts";
import { sqlDatetime } from "../windows-formats.ts";
import type { Cell, TableContent } from "./fill-table.ts";

/** Packages, applications and their contents, as the views of the site database show them. */
export function contentTables(siteCode: string, packages: readonly PackageRecord[]): readonly TableContent[] {
  const contents = packages.flatMap((it, index) =>
    it.contents.map((content) => ({ of: it, index, content })),
  );
  return [
    { name: "v_Package", columns: packageColumns, rows: packages.map((it) => packageRow(siteCode, it)) },
    {
      name: "v_ContentInfo",
      columns: contentColumns,
      rows: contents.map(({ content }, index) => [
        16_777_300 + index,
        content.uniqueId,
        content.version,
        content.source,
        content.hash,
        4,
        Math.ceil(content.bytes / 1024),
      ]),
    },
    {
      name: "v_CIContents_All",
      columns: "CI_ID int, ContentCI_ID int, Content_ID int, Content_UniqueID nvarchar(512)",
      rows: contents.map(({ index, content }, at) => [
        16_780_000 + index,
        16_790_000 + at,
        16_777_300 + at,
        content.uniqueId,
      ]),
    },
    {
      name: "v_CIContentPackage",
      columns: "CI_ID int, PkgID nvarchar(8)",
      rows: contents.map(({ of, index }) => [16_780_000 + index, of.packageId]),
    },
    {
      name: "v_Content",
      columns: `PkgID nvarchar(8), Content_UniqueID nvarchar(512), SourceSize int, SourceVersion int`,
      rows: contents.map(({ of, content }) => [
        of.packageId,
        content.uniqueId,
        Math.ceil(content.bytes / 1024),
        content.version,
      ]),
    },
  ];
}

const packageColumns = `PackageID nvarchar(8), Name nvarchar(256), Version nvarchar(64), Manufacturer nvarchar(256),
  SourceSite nvarchar(3), PkgSourceFlag int, PkgSourcePath nvarchar(512), StoredPkgPath nvarchar(512),
  StoredPkgVersion int, SourceVersion int, SourceDate datetime, LastRefreshTime datetime, PackageType int,
  PackageSize int`;

const contentColumns = `Content_ID int, ContentUniqueID nvarchar(512), ContentVersion int,
  ContentSource nvarchar(512), ContentHash nvarchar(256), ContentHashVersion int, SourceSize int`;

/** An application's package has no source of its own: the sources are those of its contents. */
function packageRow(siteCode: string, it: PackageRecord): readonly Cell[] {
  const source = it.kind === "application" ? "" : it.source;
  const size = it.contents.reduce((sum, content) => sum + content.bytes, 0);
  const date = sqlDatetime(it.sourceDateMs);
  return [
    it.packageId,
    it.name,
    "",
    it.manufacturer,
    siteCode,
    source === "" ? 1 : 2,
    source,
    "",
    it.version,
    it.version,
    date,
    date,
    packageTypes[it.kind],
    Math.ceil(size / 1024),
  ];
}
