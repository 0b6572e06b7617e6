import { contentInfoView, contentView, packageView } from "./site-content.ts";
import type { Statement } from "../facts/statement.ts";

/** Statements for one thing: the first that names what this version has. */
export type Statements = readonly [Statement, ...Statement[]];

const packages = { doing: "list the source folders of packages", parameters: ["siteCode"] } as const;
const contents = { doing: "list the source folders of applications", parameters: ["siteCode"] } as const;

/** Three characters, with which the ids of the site's packages begin. */
const siteCode = /^\s*\w{3}\s*$/;
const packageId = /^\s*\w{8}\s*$/;

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
    answers: {
      package: "text",
      title: "text or NULL",
      path: "text",
      site: siteCode,
      type: "whole",
      own: siteCode,
    },
  },
  {
    ...packages,
    name: "package-sources-by-id",
    query: `SELECT PackageID AS package, Name AS title, PkgSourcePath AS path, @siteCode AS own
FROM dbo.v_Package WHERE PkgSourcePath <> N'';`,
    reads: [packageView],
    answers: { package: packageId, title: "text or NULL", path: "text", own: siteCode },
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
    answers: { package: "text", content: "text", path: "text", site: siteCode, own: siteCode },
  },
  ...["Content_UniqueID AS content, ", "ContentUniqueID AS content, ", ""].map((key, at) => ({
    ...contents,
    name: `content-sources-alone-${at + 1}`,
    query: `SELECT ${key}ContentSource AS path, @siteCode AS own
FROM dbo.v_ContentInfo WHERE ${isFolder};`,
    reads: [contentInfoView],
    answers: { ...(key !== "" && { content: "text" as const }), path: "text", own: siteCode } as const,
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
