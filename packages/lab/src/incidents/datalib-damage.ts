import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";

import { writeDated } from "../lab-folder.ts";
import { libraryFolder } from "../site/content-library.ts";
import { keep, takeBack } from "./keepsakes.ts";

const name = "datalib-damaged";

/** What a disk, a copy or an editor makes of an entry. */
const damages: readonly ((bytes: Buffer) => Buffer)[] = [
  () => Buffer.alloc(0),
  (bytes) => Buffer.alloc(bytes.length),
  // Within the hash, which is the first thing that an entry tells.
  (bytes) => bytes.subarray(0, bytes.indexOf("Hash=") + 20),
  (bytes) => Buffer.from(`\uFEFF${bytes.toString("utf8")}`, "utf16le"),
];

interface Damaged {
  readonly path: string;
  readonly base64: string;
  readonly modifiedMs: number;
}

/** Damages four entries of DataLib: one is empty then, one of zeros, one cut, and one in UTF-16. */
export function damageEntries(lab: string): string {
  const dataLib = join(libraryFolder(lab, "E"), "DataLib");
  const entries = entriesOf(dataLib).slice(0, damages.length);
  const kept = entries.map((file): Damaged => ({
    path: relative(dataLib, file),
    base64: readFileSync(file, "base64"),
    modifiedMs: statSync(file).mtimeMs,
  }));
  keep(lab, name, { kept });
  for (const [at, { base64, modifiedMs }] of kept.entries())
    writeDated({ path: entries[at]!, bytes: damages[at]!(Buffer.from(base64, "base64")), modifiedMs });
  return `Entries of DataLib are not as they were written: ${kept.map(({ path }) => path).join(", ")}.`;
}

/** Puts them back, but those whose content has left the library meanwhile. */
export function mendEntries(lab: string): void {
  const dataLib = join(libraryFolder(lab, "E"), "DataLib");
  for (const { path, base64, modifiedMs } of takeBack<{ kept: readonly Damaged[] }>(lab, name)?.kept ?? []) {
    const file = join(dataLib, path);
    if (existsSync(file)) writeDated({ path: file, bytes: Buffer.from(base64, "base64"), modifiedMs });
  }
}

/** What describes a file, and not a content as a whole: the first of each content. */
function entriesOf(dataLib: string): readonly string[] {
  const contents = readdirSync(dataLib, { withFileTypes: true }).filter((it) => it.isDirectory());
  return contents
    .map(({ name: content }) => join(dataLib, content))
    .sort()
    .flatMap((folder) => {
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((it) => it.isFile());
      return files.map((it) => join(it.parentPath, it.name)).sort()[0] ?? [];
    });
}
