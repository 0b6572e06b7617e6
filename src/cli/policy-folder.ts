import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ProblemError, type Problem } from "../core/base/problem.ts";
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
    throw new ProblemError(folderProblem(folder, fault as NodeJS.ErrnoException), { cause: fault });
  }
}

function folderProblem(folder: string, { code, message }: NodeJS.ErrnoException): Problem {
  const absent = code === "ENOENT";
  return {
    code: absent ? "policy-folder-missing" : "file-unreadable",
    severity: "error",
    message: absent ? `There is no policy folder at ${folder}.` : `${folder} can't be read: ${message}.`,
    where: folder,
    hint: absent
      ? "Name it with --policies DIR, or write a first policy with `sitekeep init`."
      : "Let the account that runs sitekeep read the policy folder and every file in it.",
  };
}

async function readBounded(path: string): Promise<string> {
  const bytes = await readFile(path).catch((fault: NodeJS.ErrnoException) => {
    throw new ProblemError(folderProblem(path, fault), { cause: fault });
  });
  // One character more than allowed is enough for the parser to refuse the file.
  return bytes.subarray(0, fileBytesMax + 1).toString("utf8");
}
