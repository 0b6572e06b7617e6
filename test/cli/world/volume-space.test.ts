import { statfsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { volumeSpaceOf } from "../../../src/cli/world/volume-space.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("a volume's space is what the system tells of it", async () => {
  const folder = temporaryFolder();
  const { blocks, bsize, bavail } = statfsSync(folder);
  const { totalBytes, freeBytes } = await volumeSpaceOf(folder);
  expect(totalBytes).toBe(blocks * bsize);
  // Others write to it, too.
  expect(Math.abs(freeBytes - bavail * bsize)).toBeLessThan(2 ** 30);
  expect(freeBytes).toBeLessThanOrEqual(totalBytes);
});

test("of a folder that is not there nothing is told", async () => {
  await expect(volumeSpaceOf(join(temporaryFolder(), "none"))).rejects.toMatchObject({ code: "ENOENT" });
});
