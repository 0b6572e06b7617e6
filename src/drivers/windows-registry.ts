import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { minute } from "../core/base/instant.ts";
import { type Problem, ProblemError } from "../core/base/problem.ts";
import type { WindowsRegistry } from "../core/model/source.ts";
import { statEntry } from "./access/file-tree.ts";
import { longKeyName, parseRegFile, type RegFile, RegFileFault } from "./access/reg-file.ts";
import type { Driver, Means } from "./driver.ts";
import { observing, tolerating } from "./observing.ts";
import { placeOf } from "./sql-session.ts";

/** reg.exe may ask and wait for ever; an export of the largest keys takes seconds. */
const exportTimeoutMs = 5 * minute;

/** Registry keys as reg.exe exports them. Each export is read in full before it is offered. */
export const windowsRegistry: Driver<WindowsRegistry> = {
  observe: ({ source, site }, means) =>
    observing(async () => {
      const where = placeOf(site, source);
      const risks: Problem[] = [];
      for (const key of source.keys) await tolerating(risks, () => queryKey(key, where, means));
      if (risks.length === source.keys.length && risks[0])
        throw new ProblemError({ ...risks[0], severity: "error" });
      return { facts: { keys: source.keys.length - risks.length }, risks };
    }),

  async capture({ source, site }, means, sink) {
    const asOf = means.now();
    const where = placeOf(site, source);
    const problems: Problem[] = [];
    const counts: Record<string, { keys: number; values: number }> = {};
    const folder = await means.temporaryFolder();
    for (const [at, key] of source.keys.entries()) {
      means.signal.throwIfAborted();
      await tolerating(problems, async () => {
        const file = join(folder, `${at}.reg`);
        const exported = await exportKey({ key, file, where }, means);
        counts[key] = { keys: exported.keys.length, values: exported.valueCount };
        const entry = (await statEntry(file))!;
        const path = `${longKeyName(key).replaceAll("\\", "/")}.reg`;
        await sink.offer({ type: "file", path, modifiedAt: asOf, size: entry.size, locator: { file } });
      });
    }
    // Nothing at all is no snapshot.
    if (Object.keys(counts).length === 0 && problems[0])
      throw new ProblemError({ ...problems[0], severity: "error" });
    return { mode: "full", asOf, facts: { exported: counts }, problems };
  },
};

async function queryKey(key: string, where: string, means: Means): Promise<void> {
  const { exitCode } = await means.runTool("reg", ["query", key], { timeoutMs: minute });
  if (exitCode !== 0) throw keyMissing(key, where, exitCode);
}

/** Exports one key and proves that the file is whole: it parses to its end and holds the key that was asked for. */
async function exportKey(
  { key, file, where }: { readonly key: string; readonly file: string; readonly where: string },
  means: Means,
): Promise<RegFile> {
  // Without /y reg.exe would wait for an answer where the file exists.
  const { exitCode } = await means.runTool("reg", ["export", key, file, "/y"], {
    timeoutMs: exportTimeoutMs,
  });
  if (exitCode !== 0) throw keyMissing(key, where, exitCode);
  try {
    const parsed = parseRegFile(await readFile(file));
    if (parsed.keys[0]?.name.toLowerCase() === longKeyName(key).toLowerCase()) return parsed;
    throw new RegFileFault(`It begins with ${parsed.keys[0]?.name}.`);
  } catch (error) {
    if (error instanceof RegFileFault) throw exportBroken(key, where, error);
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw exportBroken(key, where, new Error("No file was written."));
    throw error;
  }
}

function keyMissing(key: string, where: string, exitCode: number): ProblemError {
  return new ProblemError({
    code: "registry-key-unreadable",
    severity: "error",
    message: `${key} is not there or may not be read (reg.exe ended with ${exitCode}).`,
    where,
    hint: `Run \`reg query "${key}"\` as the account that runs sitekeep; administrators can read the SMS keys.`,
  });
}

function exportBroken(key: string, where: string, error: Error): ProblemError {
  return new ProblemError(
    {
      code: "registry-export-broken",
      severity: "error",
      message: `The export of ${key} is not whole: ${error.message}`,
      where,
      hint: "Check the free space of the temporary folder and run again.",
    },
    { cause: error },
  );
}
