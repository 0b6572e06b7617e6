import { open, readdir, readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import type { PolicyFile } from "../../core/model/policy/policy-document.ts";
import { policyFileBytesMax } from "../../core/policy/yaml/check-text.ts";

/** So much of a file that is too large is read, to show which one it is. */
const beginningBytes = 1024;

/**
 * Reads every `.yaml` and `.yml` file of a folder and the folders below it, in the order of their names; or
 * one file. Links are followed. What begins with a dot is not read: so mounted configuration keeps its
 * versions. A part that can't be read is a file that says why; only where the folder itself can't be read it
 * rejects.
 */
export async function readPolicyFolder(folder: string): Promise<readonly PolicyFile[]> {
  try {
    const files = (await stat(folder)).isFile() ? [await readPolicyFile(folder)] : await readWithin(folder);
    return files.toSorted((left, right) => (left.path < right.path ? -1 : 1));
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

/** The files of a folder. One that was read is not read again, whatever number of links lead to it. */
async function readWithin(folder: string, seen = new Set<string>()): Promise<readonly PolicyFile[]> {
  const real = await realpath(folder);
  if (seen.has(real)) return [];
  seen.add(real);
  const files: PolicyFile[] = [];
  for (const name of await readdir(folder))
    if (!name.startsWith(".")) files.push(...(await readPart(join(folder, name), seen)));
  return files;
}

/** One entry of a folder. A link that leads nowhere may have been a policy, so it is told. */
async function readPart(path: string, seen: Set<string>): Promise<readonly PolicyFile[]> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return await readWithin(path, seen);
    return /\.ya?ml$/i.test(path) ? [await readPolicyFile(path)] : [];
  } catch (thrown) {
    return [{ path, text: "", unreadable: (thrown as Error).message }];
  }
}

async function readPolicyFile(path: string): Promise<PolicyFile> {
  const found = await stat(path);
  // A pipe would be waited for without end.
  if (!found.isFile()) return { path, text: "", unreadable: "it is neither a file nor a folder" };
  if (found.size <= policyFileBytesMax) return { path, text: await readFile(path, "utf8") };
  return { path, text: await readBeginning(path), wholeBytes: found.size };
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
