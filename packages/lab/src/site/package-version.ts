import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

import { site } from "../hierarchy.ts";
import type { Chance } from "../seeded-chance.ts";
import { quoted, writeToSite } from "../site-writes.ts";
import { readIniSection, sqlDatetime } from "../windows-formats.ts";
import { patchBigFile } from "./big-file.ts";
import {
  attributes,
  distribute,
  libraryFolder,
  withdraw,
  writeSourceFile,
  type ContentFile,
} from "./content-library.ts";
import {
  readPackageRecords,
  sourceFolder,
  writeLibraryEntry,
  writePackageRecords,
  type ContentRecord,
  type PackageRecord,
} from "./packages.ts";

/**
 * Somebody edits the source of a package and updates its distribution: the site counts its version up, the
 * library gets the new content and drops the old one. Returns a sentence.
 */
export async function newPackageVersion(lab: string, nowMs: number, chance: Chance): Promise<string> {
  const records = readPackageRecords(lab);
  const old = chance.pick(records.filter(isEdited));
  const content = old.contents[0]!;
  const edit = editSource(lab, content, { nowMs, chance });
  const version = old.version + 1;
  const contentId = `${content.uniqueId}.${version}`;
  const written = distribute(lab, contentId, filesOf(lab, content, edit.made), nowMs);
  withdraw(lab, content.contentId, nowMs);
  const record: PackageRecord = {
    ...old,
    version,
    sourceDateMs: nowMs,
    contents: [{ ...content, ...written, version }],
  };
  writeLibraryEntry(lab, record);
  writePackageRecords(
    lab,
    records.map((it) => (it === old ? record : it)),
  );
  await writeVersion(lab, record);
  return `Package ${record.packageId} (${record.name}) has version ${version}: ${edit.summary}.`;
}

/** What administrators make themselves, as long as there is something in it to change and to delete. */
function isEdited({ kind, contents }: PackageRecord): boolean {
  return (kind === "package" || kind === "application") && contents[0]!.files >= 8;
}

interface Edit {
  readonly made: readonly string[];
  readonly summary: string;
}

/** Changes two files and a large one where there is one, adds a file, and deletes one. */
function editSource(lab: string, content: ContentRecord, by: { nowMs: number; chance: Chance }): Edit {
  const { nowMs: modifiedMs, chance } = by;
  const folder = sourceFolder(lab, content.source);
  const paths = listPaths(folder);
  const read = (path: string): Buffer => readFileSync(join(folder, ...path.split("\\")));
  const revise = (path: string, bytes: Buffer): void =>
    writeSourceFile(folder, {
      path,
      bytes,
      attributes: knownAttributes(describedFolder(lab, content), path),
      modifiedMs,
    });
  const [first, second, removed] = pickThree(
    paths.filter((path) => !largeFile.test(path)),
    chance,
  );
  for (const path of [first, second]) {
    revise(path, Buffer.concat([read(path), Buffer.from(`\r\n; revised ${chance.hex(8)}\r\n`)]));
  }
  const large = paths.filter((path) => largeFile.test(path));
  for (const path of large) revise(path, patchBigFile(read(path), 40, chance));
  rmSync(join(folder, ...removed.split("\\")));
  const made = `changes\\release-${chance.hex(4)}.txt`;
  const news = Buffer.from(`What is new: ${chance.hex(200)}\r\n`);
  writeSourceFile(folder, { path: made, bytes: news, attributes: attributes.archive, modifiedMs });
  return { made: [made], summary: `${2 + large.length} files changed, ${made} added, ${removed} removed` };
}

const largeFile = /\.(msi|wim|cab)$/;

function pickThree(paths: readonly string[], chance: Chance): readonly [string, string, string] {
  const left = [...paths];
  const take = (): string => left.splice(chance.below(left.length), 1)[0]!;
  return [take(), take(), take()];
}

/** The source folder as the site takes it up: known files keep the attributes that DataLib has for them. */
function* filesOf(lab: string, content: ContentRecord, made: readonly string[]): Generator<ContentFile> {
  const folder = sourceFolder(lab, content.source);
  const described = describedFolder(lab, content);
  for (const path of listPaths(folder)) {
    const file = join(folder, ...path.split("\\"));
    yield {
      path,
      bytes: readFileSync(file),
      attributes: made.includes(path) ? attributes.archive : knownAttributes(described, path),
      modifiedMs: statSync(file).mtimeMs,
    };
  }
}

function describedFolder(lab: string, content: ContentRecord): string {
  return join(libraryFolder(lab, "E"), "DataLib", content.contentId);
}

function knownAttributes(described: string, path: string): number {
  const entry = readIniSection(readFileSync(`${join(described, ...path.split("\\"))}.INI`, "utf8"), "File");
  return Number.parseInt(new Map(entry).get("Attributes")!, 16);
}

function listPaths(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "\\"))
    .sort();
}

async function writeVersion(
  lab: string,
  { packageId, version, sourceDateMs, contents }: PackageRecord,
): Promise<void> {
  const at = sqlDatetime(sourceDateMs);
  const content = contents[0]!;
  const unique = quoted(content.uniqueId);
  await writeToSite(lab, {
    host: site.sqlServer,
    database: site.database,
    statements: [
      `UPDATE v_Package SET SourceVersion = ${version}, SourceDate = '${at}', LastRefreshTime = '${at}' WHERE PackageID = '${packageId}'`,
      `UPDATE v_ContentInfo SET ContentVersion = ${version}, ContentHash = '${content.hash}' WHERE Content_UniqueID = ${unique}`,
      `UPDATE v_Content SET ContentVersion = ${version}, ContentHash = '${content.hash}' WHERE Content_UniqueID = ${unique}`,
    ],
    tables: [],
  });
}
