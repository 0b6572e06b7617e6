import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FileOffer, Offer } from "../../src/core/model/offer.ts";
import type { TreeEntry } from "../../src/store/repository.ts";
import { pageBytes } from "../../test/support/database-pages.ts";

const pages = 640;
const hidden = 2;

/**
 * The entries of one of the two snapshots: every way in which the format keeps a file, and as little as can
 * be.
 */
export function goldenOffers(version: 1 | 2): readonly Offer[] {
  const only = version === 1 ? { "only-in-the-first.txt": bytes("forgotten by the second\n") } : {};
  const contents = {
    "empty.txt": bytes(""),
    "small.txt": bytes(`This is version ${version}.\n`),
    "deep/er/Grüße – 文件.txt": bytes("A name that is not ASCII.\n"),
    "many-chunks.log": bytes(Array.from({ length: 12_000 }, (_, at) => logLine(at)).join("")),
    "CM_PS1.mdf": databaseFile(version),
    ...only,
  };
  const files = Object.entries(contents).map(([path, content], at) => fileOffer(path, content, at + version));
  return [
    ...files,
    { type: "folder", path: "empty folder", modifiedAt: 1_700_000_000_000, attributes: hidden },
  ];
}

/**
 * The same with large content as files below a folder, as drivers offer it: of content in memory no pages are
 * looked for.
 */
export function goldenFiles(version: 1 | 2, folder: string): readonly Offer[] {
  return goldenOffers(version).map((offer, at) => {
    if (offer.type === "folder") return offer;
    const file = join(folder, String(at));
    writeFileSync(file, contentOf(offer));
    return { ...offer, locator: { file } };
  });
}

/** An offer as the repository's tree is to tell it. */
export function goldenEntry(offer: Offer): TreeEntry {
  const { path, type, modifiedAt, attributes } = offer;
  const common = { path, modifiedAt, ...(attributes === undefined ? {} : { attributes }) };
  if (type === "folder") return { ...common, type, size: 0 };
  const sha256 = createHash("sha256").update(contentOf(offer)).digest("hex");
  return { ...common, type, size: offer.size, sha256 };
}

function contentOf({ locator }: FileOffer): Uint8Array {
  if ("file" in locator) throw new Error("The golden files are made in memory.");
  return locator.bytes;
}

function fileOffer(path: string, content: Uint8Array, at: number): Offer {
  // Before 1970 for one of them: times are signed.
  const modifiedAt = at === 2 ? -86_400_000 : 1_600_000_000_000 + at * 1000;
  return { type: "file", path, modifiedAt, size: content.length, locator: { bytes: content } };
}

function logLine(at: number): string {
  return `${String(at).padStart(6, "0")} the task ended well and nobody had to look\n`;
}

/** Pages as SQL Server lays them out, nearly all alike: above 4 MiB, so that it is cut at its pages. */
function databaseFile(version: number): Uint8Array {
  const file = Buffer.alloc(pages * pageBytes, "a row of text. ");
  for (let page = 0; page < pages; page++) {
    const at = page * pageBytes;
    file.fill(0, at, at + 96);
    file[at] = 1;
    file[at + 1] = 1;
    file.writeUInt32LE(page, at + 32);
    file.writeUInt16LE(1, at + 36);
    if (version === 2 && page % 200 === 7) file.write("another row.   ", at + 4096);
  }
  return file;
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text);
}
