import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const filesPerFolder = 99;

/** Makes a tree of so many entries: folders of 99 files, each of some bytes that no other has. */
export function makeManyEntries(folder: string, entries: number): void {
  for (let made = 0; made < entries;) {
    const inner = join(folder, `folder-${made}`);
    mkdirSync(inner, { recursive: true });
    for (made += 1; made % (filesPerFolder + 1) !== 0 && made < entries; made++) {
      const file = join(inner, `entry-${made}.ini`);
      writeFileSync(file, `[Users]\r\nPS1${made}.1=\r\n`);
      utimesSync(file, 1_700_000_000 + made, 1_700_000_000 + made);
    }
  }
}
