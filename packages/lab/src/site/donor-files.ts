import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Chance } from "../seeded-chance.ts";

/** A file that lends its bytes to a package, so that packages hold what real software holds. */
export interface Donor {
  /** The library or folder it belongs to: files of one group stay together in one package. */
  readonly group: string;
  /** Path inside the package, with `/`. */
  readonly path: string;
  read(): Buffer;
}

export interface DonorLimits {
  readonly count: number;
  readonly bytesMax: number;
}

const fileBytesMax = 300 * 1024;
/** Few enough that a small lab has a group for every package. */
const filesOfOneInventedGroup = 12;
/** What Windows can't name, or what only a package manager wants. */
const unfit = /[<>:"|?*\\]|[. ]$|^\.(?!\w)/;

/**
 * Lists files that are lying around where the program runs: the libraries installed beside it, or its own
 * folder. What is missing up to `count` is made up, so a bundled program gets a full lab as well.
 */
export function findDonors(limits: DonorLimits, chance: Chance): readonly Donor[] {
  const found: Donor[] = [];
  let bytes = 0;
  // No library may fill a package alone, and a small lab shall still have files in every package.
  const groupMax = Math.ceil(limits.count / 24);
  for (const donor of filesBelow(donorRoot(), groupMax)) {
    if (found.length >= limits.count || bytes >= limits.bytesMax) break;
    found.push(donor);
    bytes += donor.size;
  }
  while (found.length < limits.count) found.push(inventedFile(found.length, chance));
  return found;
}

function donorRoot(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules");
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return start;
  }
}

function* filesBelow(root: string, groupMax: number): Generator<Donor & { readonly size: number }> {
  for (const group of groupsOf(root)) {
    let left = groupMax;
    for (const path of walk(root, group)) {
      const size = statSync(join(root, path)).size;
      if (size > fileBytesMax) continue;
      if (left-- === 0) break;
      yield { group, path, size, read: () => readFileSync(join(root, path)) };
    }
  }
}

/** Folders directly below the root; a scope (`@scope`) counts as the folders in it. */
function groupsOf(root: string): readonly string[] {
  return foldersIn(root).flatMap((name) =>
    name.startsWith("@") ? foldersIn(join(root, name)).map((inner) => `${name}/${inner}`) : [name],
  );
}

function foldersIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .sort();
}

function* walk(root: string, folder: string): Generator<string> {
  const entries = readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => !unfit.test(entry.name))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const seen = new Set<string>();
  for (const entry of entries) {
    // Two names that differ only in case are one file on Windows.
    if (seen.has(entry.name.toLowerCase())) continue;
    seen.add(entry.name.toLowerCase());
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(root, path);
    else if (entry.isFile()) yield path;
  }
}

function inventedFile(index: number, chance: Chance): Donor {
  const words = ["install", "client", "update", "policy", "agent", "network", "register", "service"];
  const lines = Array.from({ length: 20 + chance.below(200) }, (_, line) =>
    [line, chance.pick(words), chance.pick(words), chance.hex(8)].join(" "),
  );
  const bytes = Buffer.from(lines.join("\r\n"));
  const group = `module-${Math.floor(index / filesOfOneInventedGroup)}`;
  return { group, path: `${group}/part-${index}.txt`, read: () => bytes };
}
