import { opendir } from "node:fs/promises";
import { ProblemError } from "../../core/base/problem.ts";
import { fileProblem } from "../access/files/file-problems.ts";
import type { Means } from "../driver.ts";

/** A folder as a policy names it. */
export interface NamedFolder {
  readonly path: string;
  readonly on?: string | undefined;
  /** At the start of a sentence: `The content library`. */
  readonly what: string;
  readonly where: string;
}

/**
 * Opens a folder to see that it is there and may be listed, and gives its local path. Throws a problem
 * otherwise.
 */
export async function lookAtFolder(named: NamedFolder, means: Means): Promise<string> {
  const local = means.localPath(named.path, named.on);
  try {
    await (await opendir(local)).close();
    return local;
  } catch (thrown) {
    throw new ProblemError(fileProblem(thrown as NodeJS.ErrnoException, named), { cause: thrown });
  }
}
