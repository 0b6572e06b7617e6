import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";

import { chanceFrom } from "../seeded-chance.ts";
import { libraryFolder, objectPath } from "../site/content-library.ts";
import { flipBits } from "./flip-bits.ts";
import { asideFile, keep, takeBack } from "./keepsakes.ts";

/** Flips one bit of one object. Returns its name; flipping it again undoes it. */
export function flipBit(lab: string): string {
  const file = chooseObject(lab, "flipped-bit");
  const at = Math.floor(statSync(file).size / 2);
  flipBits(file, at, 1);
  keep(lab, "flipped-bit", { hash: basename(file), at });
  return `Bit 0 of byte ${at} of object ${basename(file)} has flipped.`;
}

export function unflipBit(lab: string): string {
  const kept = takeBack<{ hash: string; at: number }>(lab, "flipped-bit");
  if (kept === undefined) return "No bit was flipped.";
  const file = objectPath(lab, kept.hash);
  // A change may have withdrawn the content meanwhile, and the object with it.
  if (!existsSync(file)) return `Object ${kept.hash} has left the library; nothing is damaged any more.`;
  flipBits(file, kept.at, 1);
  return `Object ${kept.hash} is as it was.`;
}

/** Takes one object out of FileLib; what describes it stays. */
export function loseObject(lab: string): string {
  const file = chooseObject(lab, "missing-object");
  renameSync(file, asideFile(lab, "missing-object"));
  keep(lab, "missing-object", { hash: basename(file) });
  return `Object ${basename(file)} has vanished from FileLib.`;
}

export function findObject(lab: string): string {
  const kept = takeBack<{ hash: string }>(lab, "missing-object");
  if (kept === undefined) return "No object was missing.";
  const file = objectPath(lab, kept.hash);
  if (!existsSync(`${file}.INI`)) {
    rmSync(asideFile(lab, "missing-object"));
    return `Nothing describes object ${kept.hash} any more; it stays away.`;
  }
  renameSync(asideFile(lab, "missing-object"), file);
  return `Object ${kept.hash} is back.`;
}

function chooseObject(lab: string, seed: string): string {
  const fileLib = join(libraryFolder(lab, "E"), "FileLib");
  const objects = readdirSync(fileLib, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes("."))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => statSync(file).size > 1000)
    .sort();
  return chanceFrom(`${seed} ${objects.length}`).pick(objects);
}
