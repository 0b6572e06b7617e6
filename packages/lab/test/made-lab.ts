import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { createLab } from "../src/create-lab.ts";

/** A Sunday, two hours after the site's backup task has finished. */
export const labNowMs = Date.UTC(2026, 10, 22, 1, 0);

/**
 * Makes one small lab for the tests of a file, and removes it afterwards. The folder is known from the first
 * test on.
 */
export function withLab(): { readonly folder: string } {
  const made = { folder: "" };
  beforeAll(async () => {
    made.folder = mkdtempSync(join(tmpdir(), "lab-"));
    await createLab({ folder: made.folder, nowMs: labNowMs, size: "small", onStep: () => undefined });
  });
  afterAll(() => rmSync(made.folder, { recursive: true, force: true }));
  return made;
}
