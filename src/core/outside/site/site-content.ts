import { numbers } from "../facts/numbers.ts";
import { relation } from "../facts/relation.ts";
import { select } from "../facts/right.ts";
import { applicationViews, communityCenter, packageClass } from "../facts/witnesses.ts";

/** Packages, images and update packages: those of the whole hierarchy are in each site's database. */
export const packageView = relation({
  name: "dbo.v_Package",
  at: "site database",
  says: "packages of all sites of the hierarchy",
  right: select("dbo.v_Package"),
  columns: {
    PackageID: {
      type: "text",
      says: "the package; its first three characters are its source site",
      confidence: 97,
    },
    Name: { type: "text", says: "the package's name", confidence: 97 },
    PkgSourcePath: {
      type: "text",
      says: "its source: a folder, or a .wim file for images of type 257 and 258",
      confidence: 97,
      ifNull: "it has no source",
    },
    SourceSite: { type: "text", says: "the site that reads the source", confidence: 97 },
    PackageType: { type: "whole", says: "what it is", confidence: 97 },
  },
  witnesses: [communityCenter],
  confidence: 97,
  otherwise: "the sources that it would have shown are not found, which is told; others are captured",
});

/** Packages whose source is one file. */
export const imageTypes = numbers({
  of: "dbo.v_Package.PackageType",
  isOpen: true,
  values: { "operating system image": 257, "boot image": 258 },
  witnesses: [packageClass],
  confidence: 95,
  otherwise: "the source is looked at: a file is captured as a file, a folder as a folder",
});

/** Contents of applications and others, each with the package that it belongs to. */
export const contentView = relation({
  name: "dbo.v_Content",
  at: "site database",
  says: "contents with their package and their site",
  right: select("dbo.v_Content"),
  columns: {
    PkgID: { type: "text", says: "the package", confidence: 93 },
    Content_UniqueID: { type: "text", says: "the content", confidence: 97 },
    ContentSource: {
      type: "text",
      says: "its source folder; of software updates an address on the web",
      confidence: 93,
      ifNull: "it has none",
    },
    SourceSite: { type: "text", says: "the site that reads the source", confidence: 93 },
  },
  witnesses: [communityCenter],
  confidence: 93,
  otherwise: "v_ContentInfo is asked, which names no site",
});

/** Contents alone. */
export const contentInfoView = relation({
  name: "dbo.v_ContentInfo",
  at: "site database",
  says: "contents of applications and others",
  right: select("dbo.v_ContentInfo"),
  columns: {
    Content_UniqueID: { type: "text", says: "the content", confidence: 97 },
    ContentUniqueID: {
      type: "text",
      says: "the content",
      confidence: 30,
      insteadOf: "Content_UniqueID",
      witnesses: [],
    },
    ContentSource: {
      type: "text",
      says: "its source folder; of software updates an address on the web",
      confidence: 97,
      ifNull: "it has none",
    },
  },
  witnesses: [applicationViews],
  confidence: 97,
  otherwise: "the sources of applications are not found, which is told; others are captured",
});
