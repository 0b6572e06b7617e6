import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkDataFile } from "../../../../src/drivers/access/formats/data-file.ts";
import { makeDataFile } from "../../../support/data-file.ts";
import { SeededRandom } from "../../../support/seeded-random.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const pageBytes = 8192;
const none = { count: 0, first: [] };

test("of 50,000 pages ten damages in pages in use are found, and nothing that free pages hold", async () => {
  const random = new SeededRandom(50_000);
  const { bytes, used, free } = makeDataFile(50_000, random);
  const path = join(temporaryFolder(), "CM_PS1.mdf");
  writeFileSync(path, bytes);
  const told: number[] = [];
  const check = await checkDataFile(path, { onPages: (pages) => told.push(pages) });
  const inUse = 50_000 - free.length;
  expect(check).toEqual({ pages: 50_000, inUse, unproven: 0, changed: none, foreign: none });
  expect(free.length).toBeGreaterThan(10_000);
  expect(told.at(-1)).toBe(50_000);
  const damaged = new Set<number>();
  while (damaged.size < 10) damaged.add(random.pick(used));
  for (const page of damaged) bytes[page * pageBytes + random.below(pageBytes)]! ^= 1 << random.below(8);
  writeFileSync(path, bytes);
  const { changed, foreign } = await checkDataFile(path);
  const all = [...changed.first, ...foreign.first].toSorted((left, right) => left - right);
  expect(all).toEqual([...damaged].toSorted((left, right) => left - right));
  expect(changed.count + foreign.count).toBe(10);
}, 60_000);
