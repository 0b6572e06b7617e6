import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ProblemError } from "../core/base/problem.ts";
import type { PolicyFile } from "../core/model/policy-document.ts";

/** Files larger than this are not read: a policy is text for people. The parser reports it by the size alone. */
const fileBytesMax = 1024 * 1024;

/** Reads every `.yaml` and `.yml` file of a folder and the folders below it, in the order of their names; or one file. */
export async function readPolicyFolder(folder: string): Promise<readonly PolicyFile[]> {
  const paths = await policyPaths(folder);
  return Promise.all(paths.map(async (path) => ({ path, text: await readBounded(path) })));
}

async function policyPaths(folder: string): Promise<readonly string[]> {
  try {
    if ((await stat(folder)).isFile()) return [folder];
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((it) => it.isFile() && /\.ya?ml$/i.test(it.name) && !it.name.startsWith("."))
      .map((it) => join(it.parentPath, it.name))
      .sort();
  } catch (fault) {
    throw new ProblemError(folderMissing(folder), { cause: fault });
  }
}

function folderMissing(folder: string) {
  return {
    code: "policy-folder-missing",
    severity: "error",
    message: `There is no policy folder at ${folder}.`,
    where: folder,
    hint: "Name it with --policies DIR, or write a first policy with `sitekeep init`.",
  } as const;
}

async function readBounded(path: string): Promise<string> {
  const bytes = await readFile(path);
  // One character more than allowed is enough for the parser to refuse the file.
  return bytes.subarray(0, fileBytesMax + 1).toString("utf8");
}
