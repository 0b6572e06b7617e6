import type { Backend } from "../backends/backend.ts";
import { isObjectName } from "../format/layout.ts";

/**
 * The backend as every reader and writer of a repository sees it: what can be none of its objects is listed
 * nowhere.
 */
export function ownObjects(backend: Backend): Backend {
  return {
    ...backend,
    async *list(prefix) {
      for await (const object of backend.list(prefix)) if (isObjectName(object.name)) yield object;
    },
  };
}

/** What lies in a repository and is no object, by its name there; a link or a folder has no size. */
export interface Stranger {
  readonly name: string;
  readonly size: number;
}

/** What lies in a repository and is none of its objects. It harms nothing, and is nobody's to take away. */
export async function findStrangers(backend: Backend): Promise<readonly Stranger[]> {
  const found: Stranger[] = [];
  const folders = new Set<string>();
  for await (const { name, size } of backend.list(""))
    if (isObjectName(name)) foldersOf(name).forEach((it) => folders.add(it));
    else found.push({ name, size });
  // A folder is one where an object belongs, and holds none.
  for await (const { name, isFolder } of backend.nonObjects?.() ?? [])
    if (!isFolder || (isObjectName(name) && !folders.has(name))) found.push({ name, size: 0 });
  return found.sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** The folders that an object lies in, by their whole names. */
function foldersOf(name: string): readonly string[] {
  const parts = name.split("/").slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join("/"));
}
