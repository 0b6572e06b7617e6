import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { createLab } from "../src/create-lab.ts";
import { readState, writeState } from "../src/lab-state.ts";
import { restingPorts, writeAdminMachineFile, writeMachineFile } from "../src/machine-file.ts";
import { writePolicy } from "../src/policy-file.ts";

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
    copyLab(await madeOnce(), made.folder);
  });
  afterAll(() => rmSync(made.folder, { recursive: true, force: true }));
  return made;
}

let once: Promise<string> | undefined;

/**
 * The lab that all others of this process are copies of: to copy one costs a quarter of making it. It goes
 * with the folder of the run.
 */
function madeOnce(): Promise<string> {
  return (once ??= makeTemplate());
}

async function makeTemplate(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "lab-template-"));
  await createLab({ folder, nowMs: labNowMs, size: "small", onStep: () => undefined });
  return folder;
}

/** The same lab at another place, as if it had been made there just now. */
function copyLab(from: string, to: string): void {
  copyTree(from, to);
  writePolicy(to);
  writeMachineFile(to, restingPorts);
  writeAdminMachineFile(to);
  writeState(to, { ...readState(to), clockOffsetMs: labNowMs - Date.now() });
}

/** With the times of all entries: what the lab's site is asked rests on them. */
function copyTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [old, copy] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      copyTree(old, copy);
    } else {
      copyFileSync(old, copy);
      copyTimes(old, copy);
    }
  }
  copyTimes(from, to);
}

function copyTimes(from: string, to: string): void {
  const { atimeMs, mtimeMs } = statSync(from);
  utimesSync(to, atimeMs / 1000, mtimeMs / 1000);
}
