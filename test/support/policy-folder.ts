import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runHere } from "./command-line.ts";
import type { Ran } from "./program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface Slot {
  readonly id: string;
  readonly by: string;
}

/** The slots of the repository, as the program lists them. */
export async function slotsOf(repo: Repo): Promise<readonly Slot[]> {
  return (JSON.parse((await repo("keys", ["list", "--json"])).out) as { slots: readonly Slot[] }).slots;
}

/** Runs a command on the repository: `repo("keys", ["list"])`. */
export type Repo = (
  word: string,
  rest?: readonly string[],
  environment?: Record<string, string>,
) => Promise<Ran>;

/** A folder with one repository document, and the program that works on it. */
export function policyFolder(lock?: string) {
  const root = temporaryFolder();
  const [folder, key] = [join(root, "repository"), join(root, "main.key")];
  const policies = join(root, "policies");
  mkdirSync(policies);
  writeFileSync(join(policies, "a.yaml"), policy(folder, lock ?? `keys: [{ file: ${key} }]`));
  const cache = { XDG_CACHE_HOME: join(root, "cache"), LOCALAPPDATA: join(root, "cache") };
  const repo: Repo = (word, rest = [], environment = {}) =>
    runHere(["repo", word, ...rest, "--policies", policies], { ...cache, ...environment });
  return { root, folder, policies, key, cache, repo };
}

/** The document of the repository main. */
export function policy(folder: string, lock: string): string {
  return `apiVersion: sitekeep/v1
kind: Repository
metadata: { name: main }
location: { folder: ${folder} }
${lock}
`;
}
