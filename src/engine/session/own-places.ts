import { realpath } from "node:fs/promises";
import type { Json } from "../../core/base/json.ts";
import { isJsonObject } from "../../core/base/json.ts";
import { pathOf } from "../../core/model/policy/location.ts";
import type { ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import { reachPath } from "../../drivers/access/files/windows-path.ts";
import type { World } from "./world.ts";

/**
 * Places of the program's own, as this machine reaches them: the policy's repositories, the files of their
 * keys and of every secret, and what this machine keeps for itself. No source takes them, whichever folder
 * they lie in: a repository would grow by itself, and who reads a snapshot of a key opens all others.
 */
export async function ownPlaces(world: World, policy: ResolvedPolicy): Promise<readonly string[]> {
  const { repository } = policy;
  const repositories = [repository, ...(repository.copies ?? []).map((it) => it.repository)];
  const folders = repositories.flatMap((it) => pathOf(it.location) ?? []);
  const reached = folders.map((it) => reachPath(it, undefined, world.machine));
  const named = filesNamed(policy as unknown as Json);
  const all = new Set([...reached, ...named, world.cacheFolder]);
  return Promise.all([...all].map((it) => realpath(it).catch(() => it)));
}

/** A policy names files as keys and secrets, under `file`, and as nothing else. */
function filesNamed(json: Json): readonly string[] {
  if (Array.isArray(json)) return json.flatMap(filesNamed);
  if (!isJsonObject(json)) return [];
  return Object.entries(json).flatMap(([key, value]) =>
    key === "file" && typeof value === "string" ? [value] : filesNamed(value!),
  );
}
