import { contentInfoView, contentView, packageView } from "./site-content.ts";
import type { Statement } from "./statement.ts";

/** Statements for one thing: the first that names what this version has. */
export type Statements = readonly [Statement, ...Statement[]];

const packages = { doing: "list the source folders of packages", parameters: ["siteCode"] } as const;
const contents = { doing: "list the source folders of applications", parameters: ["siteCode"] } as const;

/**
 * Sources of packages. The packages of all sites are there, so each row tells the own site beside its own.
 */
export const packageLists: Statements = [
  {
    ...packages,
    name: "package-sources",
    query: `SELECT PackageID AS package, Name AS title, PkgSourcePath AS path, SourceSite AS site, PackageType AS type,
@siteCode AS own FROM dbo.v_Package WHERE PkgSourcePath <> N'';`,
    reads: [packageView],
  },
  {
    ...packages,
    name: "package-sources-by-id",
    query: `SELECT PackageID AS package, Name AS title, PkgSourcePath AS path, @siteCode AS own
FROM dbo.v_Package WHERE PkgSourcePath <> N'';`,
    reads: [packageView],
  },
];

/** Contents of software updates come from an address on the web, and no folder is read for them. */
const isFolder = "ContentSource <> N'' AND ContentSource NOT LIKE N'http%'";

/** Applications are not in v_Package: their contents have their own views, of which only one names a site. */
export const contentLists: Statements = [
  {
    ...contents,
    name: "content-sources",
    query: `SELECT PkgID AS package, Content_UniqueID AS content, ContentSource AS path, SourceSite AS site,
@siteCode AS own FROM dbo.v_Content WHERE ${isFolder};`,
    reads: [contentView],
  },
  ...["Content_UniqueID AS content, ", "ContentUniqueID AS content, ", ""].map((key, at) => ({
    ...contents,
    name: `content-sources-alone-${at + 1}`,
    query: `SELECT ${key}ContentSource AS path, @siteCode AS own
FROM dbo.v_ContentInfo WHERE ${isFolder};`,
    reads: [contentInfoView],
  })),
];

/**
 * Whether a source is the own site's to read: by the site that the row names, else by the first three
 * characters of the package, which are its site. A row that tells neither is taken for an own one: too much
 * is captured sooner than too little.
 */
export function isOwnSource(row: Readonly<Record<string, string | undefined>>): boolean {
  const site = row["site"]?.trim() || row["package"]?.slice(0, 3);
  return !site || site.toUpperCase() === row["own"]?.toUpperCase();
}
