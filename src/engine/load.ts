import type { PolicyFile } from "../core/model/policy/policy-document.ts";
import { readPolicies, type PolicyReading } from "../core/policy/read-policies.ts";
import type { World } from "./session/world.ts";

/** What a policy folder says, with the files it was read from. */
export interface LoadedPolicies extends PolicyReading {
  readonly files: readonly PolicyFile[];
}

/** load, validate, resolve: every policy of a folder, and everything that is wrong with any of them. */
export async function loadPolicies(world: World, folder: string): Promise<LoadedPolicies> {
  const files = await world.readPolicyFiles(folder);
  return { files, ...readPolicies(files) };
}
