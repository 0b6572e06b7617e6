import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { LabSize } from "../hierarchy.ts";
import { onHost } from "../lab-folder.ts";
import { chanceFrom, type Chance } from "../seeded-chance.ts";
import { dayMs } from "../windows-formats.ts";
import { bigFile } from "./big-file.ts";
import {
  attributes,
  distribute,
  writePackageIni,
  writeSourceFile,
  type ContentFile,
} from "./content-library.ts";
import { findDonors, type Donor } from "./donor-files.ts";
import { packagePlans, type PackageKind, type PackagePlan } from "./package-catalogue.ts";

/** One content of a package, as the site knows it. */
export interface ContentRecord {
  readonly contentId: string;
  /** `Content_<guid>` for applications, a GUID for updates, the package itself otherwise. */
  readonly uniqueId: string;
  readonly version: number;
  readonly hash: string;
  readonly bytes: number;
  readonly files: number;
  /** The source as the site addresses it: a UNC path. */
  readonly source: string;
}

/** A package with its contents; the lab remembers them in `content.json` and puts them in the database. */
export interface PackageRecord {
  readonly packageId: string;
  readonly name: string;
  readonly manufacturer: string;
  readonly kind: PackageKind;
  readonly version: number;
  readonly source: string;
  readonly sourceDateMs: number;
  readonly contents: readonly ContentRecord[];
}

const share = "\\\\cm01.lab\\Sources$";

/** Makes the sources of every package and distributes them. Source and library hold equal bytes. */
export function createPackages(lab: string, size: LabSize, nowMs: number): readonly PackageRecord[] {
  const chance = chanceFrom("packages");
  const shares = sharesOf(findDonors({ count: size.contentFiles, bytesMax: size.contentBytesMax }, chance));
  const images = new Map<string, Buffer>();
  const records = packagePlans.map((plan, index) =>
    createPackage(lab, {
      plan,
      donors: shares[index]!,
      sourceDateMs: nowMs - (packagePlans.length - index) * 9 * dayMs,
      chance,
      big: bigFileOf(plan, size, images),
    }),
  );
  writePackageRecords(lab, records);
  return records;
}

/** The folder behind a source path of the site. */
export function sourceFolder(lab: string, unc: string): string {
  return onHost(lab, "cm01.lab", `D:\\Sources${unc.slice(share.length)}`);
}

/** Distributes the contents of a package that has been changed or made, and writes its PkgLib entry. */
export function writeLibraryEntry(lab: string, record: PackageRecord): void {
  const classic = record.kind !== "application" && record.kind !== "updates";
  writePackageIni(lab, {
    packageId: record.packageId,
    contentIds: record.contents.map((it) => it.contentId),
    ...(classic ? { version: record.version } : {}),
    nowMs: record.sourceDateMs,
  });
}

export function readPackageRecords(lab: string): readonly PackageRecord[] {
  return JSON.parse(readFileSync(recordsFile(lab), "utf8")) as readonly PackageRecord[];
}

export function writePackageRecords(lab: string, records: readonly PackageRecord[]): void {
  writeFileSync(recordsFile(lab), JSON.stringify(records, undefined, 1));
}

function recordsFile(lab: string): string {
  return join(lab, "hosts", "cm01", "content.json");
}

interface PackageOrder {
  readonly plan: PackagePlan;
  readonly donors: readonly Donor[];
  readonly sourceDateMs: number;
  readonly chance: Chance;
  readonly big: readonly ContentFile[];
}

function createPackage(lab: string, order: PackageOrder): PackageRecord {
  const { plan, donors, sourceDateMs, chance } = order;
  const source = `${share}\\${plan.folder}`;
  const contents = Array.from({ length: plan.contents }, (_, part) => {
    const uniqueId = uniqueIdOf(plan, chance);
    const folder = plan.contents > 1 ? `${source}\\${uniqueId}` : source;
    const contentId = plan.kind === "updates" ? uniqueId : `${uniqueId}.${plan.version}`;
    const mine = donors.filter((_, index) => index % plan.contents === part);
    const files = filesOf(order, mine, part === 0);
    const written = distribute(lab, contentId, copied(lab, folder, files), sourceDateMs);
    return { ...written, uniqueId, version: plan.version, source: folder };
  });
  const { packageId, name, manufacturer, kind, version } = plan;
  const of = { packageId, name, manufacturer, kind, version, sourceDateMs, contents };
  const record = { ...of, source: isImage(kind) ? `${source}\\${plan.bigFile!.name}` : source };
  writeLibraryEntry(lab, record);
  return record;
}

/** The source of an image is the file itself, and its content is nothing but that. */
function isImage(kind: PackageKind): boolean {
  return kind === "osImage" || kind === "bootImage";
}

function uniqueIdOf(plan: PackagePlan, chance: Chance): string {
  if (plan.kind === "application") return `Content_${chance.guid()}`;
  return plan.kind === "updates" ? chance.guid() : plan.packageId;
}

function* copied(lab: string, unc: string, files: Iterable<ContentFile>): Generator<ContentFile> {
  const folder = sourceFolder(lab, unc);
  for (const file of files) {
    writeSourceFile(folder, file);
    yield file;
  }
}

function* filesOf(order: PackageOrder, donors: readonly Donor[], first: boolean): Generator<ContentFile> {
  const { sourceDateMs, chance } = order;
  for (const donor of donors) {
    const readOnly = /licen[cs]e/i.test(donor.path);
    yield {
      path: donor.path.replaceAll("/", "\\"),
      bytes: donor.read(),
      attributes: readOnly ? attributes.readOnly : attributes.archive,
      modifiedMs: sourceDateMs - chance.below(90) * dayMs,
    };
  }
  if (first) yield* order.big;
  if (order.plan.packageId === "PS10000B") yield* oddFiles(sourceDateMs);
}

/** What a careful backup must not stumble over: no bytes, umlauts and blanks, long paths, hidden files. */
function* oddFiles(modifiedMs: number): Generator<ContentFile> {
  const file = (path: string, text: string, attribute: number): ContentFile => ({
    path,
    bytes: Buffer.from(text),
    attributes: attribute,
    modifiedMs,
  });
  yield file("logs\\empty.log", "", attributes.archive);
  yield file("Übersicht für Anwender.txt", "Grüße aus dem Labor\r\n", attributes.archive);
  yield file(
    `${"a folder in a folder\\".repeat(14)}deep.txt`,
    "Longer than 260 characters.\r\n",
    attributes.archive,
  );
  yield file("desktop.ini", "[.ShellClassInfo]\r\nIconIndex=0\r\n", attributes.hidden);
}

/** Versions of one product share their large file but for a few blocks, so copies are worth finding. */
function bigFileOf(plan: PackagePlan, size: LabSize, made: Map<string, Buffer>): readonly ContentFile[] {
  if (plan.bigFile === undefined) return [];
  const { name, magic } = plan.bigFile;
  const known = made.get(name);
  const bytes = known ?? bigFile(magic, Math.floor(plan.bigFile.size * size.bigFileBytes), chanceFrom(name));
  made.set(name, bytes);
  const own = Buffer.from(bytes);
  if (known !== undefined)
    chanceFrom(plan.packageId)
      .bytes(2048)
      .copy(own, Math.floor(own.length / 2));
  return [{ path: name, bytes: own, attributes: attributes.archive, modifiedMs: Date.UTC(2026, 8, 1) }];
}

/** Deals the groups of donors out so that each package gets about its weight in files. */
function sharesOf(donors: readonly Donor[]): readonly (readonly Donor[])[] {
  const shares: Donor[][] = packagePlans.map(() => []);
  const groups = Map.groupBy(donors, (donor) => donor.group);
  for (const group of groups.values()) {
    const load = packagePlans.map((plan, index) =>
      plan.weight === 0 ? Infinity : shares[index]!.length / plan.weight,
    );
    shares[load.indexOf(Math.min(...load))]!.push(...group);
  }
  return shares;
}
