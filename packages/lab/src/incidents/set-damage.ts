import { existsSync } from "node:fs";
import { basename } from "node:path";

import { LabError } from "../lab-error.ts";
import { chanceFrom } from "../seeded-chance.ts";
import { databaseCopy } from "../site/task-set.ts";
import { dataPagesOf, isPageSound } from "../sql/data-file/read-data-file.ts";
import { bodyBytes, pageBytes, reservedBytes } from "../sql/database-file.ts";
import { flipBits } from "./flip-bits.ts";
import { keep, takeBack } from "./keepsakes.ts";

const name = "task-set-damaged-page";

interface Damage {
  readonly page: number;
  /** Where in the file, and which bits. */
  readonly at: number;
  readonly bits: number;
}

/** Changes one byte behind the header of a page of data that is in use, so that its checksum is wrong. */
export function damagePage(lab: string): string {
  const file = databaseCopy(lab);
  if (!existsSync(file)) {
    throw new LabError(
      `The task's set has no ${basename(file)}. Let the task run: \`sitekeep lab age\` by a day.`,
    );
  }
  const pages = dataPagesOf(file);
  const chance = chanceFrom(`${name} ${pages.length}`);
  const page = chance.pick(pages);
  const at = page * pageBytes + reservedBytes + chance.below(bodyBytes);
  const damage: Damage = { page, at, bits: 1 + chance.below(255) };
  flipBits(file, at, damage.bits);
  keep(lab, name, damage);
  return `Byte ${at % pageBytes} of page ${page} of ${basename(file)} in the task's set has changed.`;
}

export function mendPage(lab: string): string {
  const kept = takeBack<Damage>(lab, name);
  if (kept === undefined) return "No page was damaged.";
  const file = databaseCopy(lab);
  // The task may have run meanwhile, and made its set anew.
  if (!existsSync(file) || isPageSound(file, kept.page)) {
    return `Page ${kept.page} is not damaged any more: the task has made its set anew.`;
  }
  flipBits(file, kept.at, kept.bits);
  return `Page ${kept.page} of ${basename(file)} is as it was.`;
}
