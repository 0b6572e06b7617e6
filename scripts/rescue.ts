// `npm run rescue [-- test/store]`: runs the tests, keeps every repository that they leave behind, and has
// tools/rescue.py give all of it back, compared with what sitekeep gives back.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestTree } from "./bench/measure/tree.ts";
import { compareRescue, type Compared } from "./rescue/compare-rescue.ts";

const kept = mkdtempSync(join(tmpdir(), "sitekeep-kept-"));
try {
  const tests = process.argv.slice(2);
  const { status } = spawnSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...tests], {
    stdio: "inherit",
    env: { ...process.env, SITEKEEP_KEPT_REPOSITORIES: kept },
  });
  const compared: Compared[] = [];
  for (const place of distinctOnes(kept)) compared.push(await compareRescue(join(kept, place)));
  report(compared, readdirSync(kept).length);
  // Said last: what a test that failed has left behind is compared all the same.
  if (status !== 0) throw new Error("The tests themselves failed.");
} finally {
  rmSync(kept, { recursive: true, force: true });
}

/** A test that opens its repository several times leaves it as often. */
function distinctOnes(folder: string): readonly string[] {
  const byContent = new Map<string, string>();
  for (const place of readdirSync(folder)) {
    const files = [...digestTree(join(folder, place))].map(([path, { is }]) => `${path} ${is}`);
    byContent.set(createHash("sha256").update(files.sort().join("\n")).digest("hex"), place);
  }
  return [...byContent.values()];
}

function report(compared: readonly Compared[], kept: number): void {
  const sum = (key: "snapshots" | "files" | "bytes" | "damaged"): number =>
    compared.reduce((total, it) => total + it[key], 0);
  const locked = compared.filter((it) => it.locked).length;
  const different = compared.flatMap((it) => it.different);
  process.stdout.write(
    `${compared.length} repositories (${kept} with those that are equal), ${locked} of them without a key file; ${sum("snapshots")} snapshots given back by both, ` +
      `${sum("files")} entries and ${sum("bytes")} bytes the same; ${sum("damaged")} snapshots damaged by their tests.\n`,
  );
  for (const line of different) process.stderr.write(`${line}\n`);
  // A run that compared nothing has proved nothing.
  if (different.length > 0 || sum("files") === 0) process.exitCode = 1;
}
