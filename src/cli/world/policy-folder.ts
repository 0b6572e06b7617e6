import { open, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import type { PolicyFile } from "../../core/model/policy/policy-document.ts";
import { policyFileBytesMax } from "../../core/policy/yaml/check-text.ts";

/** So much of a file that is too large is read, to show which one it is. */
const beginningBytes = 1024;

/**
 * Reads every `.yaml` and `.yml` file of a folder and the folders below it, in the order of their names; or
 * one file.
 */
export async function readPolicyFolder(folder: string): Promise<readonly PolicyFile[]> {
  const paths = await policyPaths(folder);
  return Promise.all(paths.map(readPolicyFile));
}

async function policyPaths(folder: string): Promise<readonly string[]> {
  try {
    if ((await stat(folder)).isFile()) return [folder];
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return (
      entries
        // A link is read as what it points at: a policy must not be left out in silence.
        .filter(
          (it) =>
            (it.isFile() || it.isSymbolicLink()) && /\.ya?ml$/i.test(it.name) && !it.name.startsWith("."),
        )
        .map((it) => join(it.parentPath, it.name))
        .sort()
    );
  } catch (thrown) {
    throw new ProblemError(folderProblem(folder, thrown as NodeJS.ErrnoException), { cause: thrown });
  }
}

function folderProblem(folder: string, { code, message }: NodeJS.ErrnoException): Problem {
  const absent = code === "ENOENT";
  return {
    code: absent ? "policy-folder-missing" : "file-unreadable",
    severity: "error",
    message: absent
      ? `There is no policy folder or file at ${folder}.`
      : `${folder} can't be read: ${message}.`,
    where: folder,
    hint: absent
      ? "Name it with --policies DIR, or write a first policy with `sitekeep init`."
      : "Let the account that runs sitekeep read the policy folder and every file in it.",
  };
}

async function readPolicyFile(path: string): Promise<PolicyFile> {
  try {
    const { size } = await stat(path);
    if (size <= policyFileBytesMax) return { path, text: await readFile(path, "utf8") };
    return { path, text: await readBeginning(path), wholeBytes: size };
  } catch (thrown) {
    throw new ProblemError(folderProblem(path, thrown as NodeJS.ErrnoException), { cause: thrown });
  }
}

async function readBeginning(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(beginningBytes), 0, beginningBytes, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}
