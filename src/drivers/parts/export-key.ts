import { readFile } from "node:fs/promises";
import { minute } from "../../core/base/instant.ts";
import { registryEnd, registryExport } from "../../core/outside/site/windows.ts";
import { ProblemError } from "../../core/base/problem.ts";
import { longKeyName, parseRegFile, type RegFile, RegFileFault } from "../access/formats/reg-file.ts";
import type { Means } from "../driver.ts";
import { aboutMachine } from "../../core/base/subject.ts";

/** reg.exe may ask and wait for ever; an export of the largest keys takes seconds. */
const exportTimeoutMs = 5 * minute;

/**
 * Exports one key and proves that the file is whole: it parses to its end and holds the key that was asked
 * for.
 */
export async function exportKey(
  { key, file, where }: { readonly key: string; readonly file: string; readonly where: string },
  means: Means,
): Promise<RegFile> {
  // Without /y reg.exe would wait for an answer where the file exists.
  const args = [registryExport.verb, key, file, registryExport.overwrite];
  const { exitCode } = await means.runTool("reg", args, { timeoutMs: exportTimeoutMs });
  if (exitCode !== registryEnd.good) throw keyUnreadable(key, where, exitCode);
  try {
    const parsed = parseRegFile(await readFile(file));
    if (parsed.keys[0]?.name.toLowerCase() === longKeyName(key).toLowerCase()) return parsed;
    throw new RegFileFault(`It begins with ${parsed.keys[0]?.name}.`);
  } catch (thrown) {
    if (thrown instanceof RegFileFault) throw exportBroken(key, where, thrown);
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT")
      throw exportBroken(key, where, new Error("No file was written."));
    throw thrown;
  }
}

/** A key that does not exist, or is closed to this account: reg.exe tells no difference. */
export function keyUnreadable(key: string, where: string, exitCode: number): ProblemError {
  return new ProblemError({
    code: "registry-key-unreadable",
    severity: "error",
    message: `${key} is not there or may not be read (reg.exe ended with ${exitCode}).`,
    where,
    hint: `Run \`reg query "${key}"\` as the account that runs sitekeep; administrators can read the SMS keys.`,
    about: aboutMachine({ kind: "registry-key", key }),
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
      about: aboutMachine({ kind: "registry-key", key }),
    },
    { cause: error },
  );
}
