import { join } from "node:path";

import type { LabSize } from "../hierarchy.ts";
import { onHost, writeDated } from "../lab-folder.ts";
import { chanceFrom } from "../seeded-chance.ts";
import { dayMs } from "../windows-formats.ts";

/** Whose Updates Publisher has a catalogue of its own on the administrators' computer. */
export const publisherUsers = ["anna", "ben", "chris"] as const;

const pageBytes = 4096;

/** Where Updates Publisher 2011 keeps the database of a user. */
export function publisherDatabase(lab: string, user: string): string {
  const profile = onHost(lab, "admin07.lab", `C:\\Users\\${user}`);
  const application = [
    "AppData",
    "Local",
    "Microsoft",
    "System Center Updates Publisher 2011",
    "5.00.1727.0000",
  ];
  return join(profile, ...application, "Scupdb.sdf");
}

/** Gives every user a SQL CE file; the rest of a profile is there too, so that discovery has to look. */
export function createPublisherDatabases(lab: string, size: LabSize, nowMs: number): void {
  for (const [index, user] of publisherUsers.entries()) {
    const pages = Math.floor(size.userFileBytes / pageBytes) + index * 3;
    writeDated({
      path: publisherDatabase(lab, user),
      bytes: compactDatabase(user, pages),
      modifiedMs: nowMs - (index + 2) * dayMs,
    });
    const desktop = onHost(lab, "admin07.lab", `C:\\Users\\${user}\\Desktop\\read me.txt`);
    writeDated({ path: desktop, bytes: `Profile of ${user}\r\n`, modifiedMs: nowMs - 200 * dayMs });
  }
  const guest = onHost(lab, "admin07.lab", "C:\\Users\\Public\\Documents\\desktop.ini");
  writeDated({ path: guest, bytes: "[.ShellClassInfo]\r\n", modifiedMs: nowMs - 900 * dayMs });
}

/** Pages as SQL Server Compact has them: a checksum, the page's number, rows, and empty pages in between. */
function compactDatabase(user: string, pages: number): Buffer {
  const chance = chanceFrom(`scup ${user}`);
  const file = Buffer.alloc(pages * pageBytes);
  for (let page = 0; page < pages; page++) {
    const body = file.subarray(page * pageBytes, (page + 1) * pageBytes);
    body.writeUInt32LE(chance.below(0xffffffff), 0);
    body.writeUInt32LE(page, 4);
    if (page % 5 !== 4) body.write(updateRows(chance.below(90_000)), 32, "utf16le");
  }
  // The version of the engine: SQL Server Compact 3.5.
  file.writeUInt32LE(0x00357b9d, 16);
  return file;
}

function updateRows(first: number): string {
  return Array.from(
    { length: 28 },
    (_, row) => `Update ${first + row} severity ${row % 4} vendor Contoso;`,
  ).join("");
}
