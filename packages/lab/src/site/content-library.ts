import { createHash } from "node:crypto";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, sep } from "node:path";

import { onHost, writeDated } from "../lab-folder.ts";
import { filetimeOf, iniText, readIniSection } from "../windows-formats.ts";
import { treeHash } from "./tree-hash.ts";

/** FILE_ATTRIBUTE_* as the library writes them down. */
export const attributes = { archive: 0x20, readOnly: 0x21, hidden: 0x22 } as const;

/** One file of a content, as it lies in its source folder. */
export interface ContentFile {
  /** Path inside the content, with backslashes. */
  readonly path: string;
  readonly bytes: Buffer;
  readonly attributes: number;
  readonly modifiedMs: number;
}

/** What one distribution wrote, for the database rows that describe it. */
export interface Distributed {
  readonly contentId: string;
  readonly hash: string;
  readonly bytes: number;
  readonly files: number;
}

const server = "cm01.lab";

const objectName = /^[0-9A-F]{64}$/;

/** The primary drive holds everything; the second one a part of FileLib and nothing else. */
export function libraryFolder(lab: string, drive: "E" | "F"): string {
  return onHost(lab, server, `${drive}:\\SCCMContentLib`);
}

/**
 * Where an object lies. A quarter of them is on the second drive, chosen by name so that nobody has to
 * remember.
 */
export function objectPath(lab: string, hash: string): string {
  const drive = hash >= "C" ? "F" : "E";
  return join(libraryFolder(lab, drive), "FileLib", hash.slice(0, 4), hash);
}

/** Puts a content into the library: DataLib describes the tree, FileLib holds each different file once. */
export function distribute(
  lab: string,
  contentId: string,
  files: Iterable<ContentFile>,
  nowMs: number,
): Distributed {
  const dataLib = join(libraryFolder(lab, "E"), "DataLib");
  const hashed: { path: string; hash: string }[] = [];
  let bytes = 0;
  for (const file of files) {
    const hash = createHash("sha256").update(file.bytes).digest("hex").toUpperCase();
    keepObject(lab, { hash, bytes: file.bytes, contentId, nowMs });
    writeDated({
      path: `${join(dataLib, contentId, ...file.path.split("\\"))}.INI`,
      bytes: iniText([{ name: "File", entries: fileEntries(file, hash) }]),
      modifiedMs: nowMs,
    });
    hashed.push({ path: file.path, hash });
    bytes += file.bytes.length;
  }
  const hash = treeHash(hashed);
  const info = iniText([{ name: "Info", entries: [["Hash", hash]] }]);
  writeDated({ path: join(dataLib, `${contentId}.INI`), bytes: info, modifiedMs: nowMs });
  return { contentId, hash, bytes, files: hashed.length };
}

/** Takes a content out of the library again; objects that nobody else uses go with it. */
export function withdraw(lab: string, contentId: string, nowMs: number): void {
  const folder = join(libraryFolder(lab, "E"), "DataLib", contentId);
  for (const file of listedFiles(folder)) {
    const ini = readIniSection(readFileSync(file, "utf8"), "File");
    // An incident may have left an entry without it.
    const hash = ini.find(([key]) => key === "Hash")?.[1];
    if (hash !== undefined && objectName.test(hash)) releaseObject(lab, { hash, contentId, nowMs });
  }
  rmSync(folder, { recursive: true, force: true });
  rmSync(`${folder}.INI`, { force: true });
}

/** Writes `PkgLib\<package>.INI`, which names the contents that make the package. */
export function writePackageIni(
  lab: string,
  entry: { packageId: string; contentIds: readonly string[]; version?: number; nowMs: number },
): void {
  const contents = { name: "Packages", entries: entry.contentIds.map((id) => [id, ""] as const) };
  const info = { name: "Info", entries: [["Version", String(entry.version)] as const] };
  writeDated({
    path: join(libraryFolder(lab, "E"), "PkgLib", `${entry.packageId}.INI`),
    bytes: iniText(entry.version === undefined ? [contents] : [contents, info]),
    modifiedMs: entry.nowMs,
  });
}

/** Writes a file of a package source folder, with its read-only attribute where it has one. */
export function writeSourceFile(folder: string, file: ContentFile): void {
  const path = join(folder, ...file.path.split("\\"));
  if (existsSync(path)) chmodSync(path, 0o644);
  writeDated({ path, bytes: file.bytes, modifiedMs: file.modifiedMs });
  if (file.attributes === attributes.readOnly) chmodSync(path, 0o444);
}

function fileEntries(file: ContentFile, hash: string): readonly (readonly [string, string])[] {
  return [
    ["Hash", hash],
    ["Size", String(file.bytes.length)],
    ["Attributes", file.attributes.toString(16)],
    ["TimeModified", String(filetimeOf(Math.floor(file.modifiedMs / 1000) * 1000))],
  ];
}

interface ObjectUse {
  readonly hash: string;
  readonly contentId: string;
  readonly nowMs: number;
}

function keepObject(lab: string, use: ObjectUse & { readonly bytes: Buffer }): void {
  const path = objectPath(lab, use.hash);
  const users = usersOf(path);
  if (users.length > 0) return writeUsers(path, [...users, use.contentId], use.nowMs);
  writeDated({ path, bytes: use.bytes, modifiedMs: use.nowMs });
  writeDated({ path: `${path}.SIG`, bytes: signatureOf(use.bytes), modifiedMs: use.nowMs });
  writeUsers(path, [use.contentId], use.nowMs);
}

function releaseObject(lab: string, use: ObjectUse): void {
  const path = objectPath(lab, use.hash);
  const users = usersOf(path).filter((user) => user !== use.contentId);
  if (users.length > 0) return writeUsers(path, users, use.nowMs);
  for (const ending of ["", ".INI", ".SIG"]) rmSync(path + ending, { force: true });
}

function usersOf(objectFile: string): readonly string[] {
  if (!existsSync(`${objectFile}.INI`)) return [];
  return readIniSection(readFileSync(`${objectFile}.INI`, "utf8"), "Users").map(([id]) => id);
}

function writeUsers(objectFile: string, contentIds: readonly string[], nowMs: number): void {
  const entries = [...new Set(contentIds)].sort().map((id) => [id, ""] as const);
  writeDated({
    path: `${objectFile}.INI`,
    bytes: iniText([{ name: "Users", entries }]),
    modifiedMs: nowMs,
  });
}

/** A signature as remote differential compression leaves it: a header, then a short digest a block. */
function signatureOf(bytes: Buffer): Buffer {
  const blockBytes = 16 * 1024;
  const parts = [Buffer.from("RDCSIG\u0001\u0000", "latin1")];
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const digest = createHash("md5").update(bytes.subarray(at, at + blockBytes));
    parts.push(digest.digest().subarray(0, 8));
  }
  return Buffer.concat(parts);
}

function listedFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}${sep}${entry.name}`);
}
