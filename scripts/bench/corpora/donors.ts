import { opendirSync, statSync } from "node:fs";
import { join } from "node:path";

/** A file of this machine that lends its bytes. */
export interface Donor {
  readonly file: string;
  readonly size: number;
}

/** Where software lies on most machines; what is absent is passed over. */
export const donorFolders = [
  "node_modules",
  "/usr/lib",
  "/usr/share",
  "/usr/bin",
  "/usr/include",
  "/usr/local",
];

/** Lists the regular, readable files below the folders, each once, in the order of their names. */
export function findDonors(folders: readonly string[] = donorFolders): readonly Donor[] {
  const donors: Donor[] = [];
  for (const folder of folders) collect(folder, donors);
  return donors;
}

function collect(folder: string, donors: Donor[]): void {
  for (const entry of entriesOf(folder)) {
    const file = join(folder, entry.name);
    if (entry.isDirectory()) collect(file, donors);
    else if (entry.isFile()) {
      const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (size > 0) donors.push({ file, size });
    }
  }
}

function entriesOf(folder: string) {
  try {
    const entries = [];
    const handle = opendirSync(folder);
    for (let entry = handle.readSync(); entry; entry = handle.readSync()) entries.push(entry);
    handle.closeSync();
    return entries.sort((left, right) => (left.name < right.name ? -1 : 1));
  } catch {
    return []; // Absent, or not for us to read.
  }
}
