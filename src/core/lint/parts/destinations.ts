import { isSamePath } from "../../base/windows-place.ts";
import type { Observation } from "../../model/observation.ts";
import type { ResolvedPolicy } from "../../model/policy/resolved-policy.ts";

/** Where the Backup Site Server task writes, and who says so. */
export interface Destination {
  readonly path: string;
  readonly where: string;
  /** The keys of the policy that say it, if the policy does. */
  readonly keys: readonly string[];
  /** The database's part goes to its own place, on the SQL Server. */
  readonly part: "both" | "site" | "database";
}

/**
 * The places that the site's own backup task writes to: those that the policy names, and what the site has
 * noted.
 */
export function destinationsOf(policy: ResolvedPolicy, observed?: Observation): readonly Destination[] {
  const told = toldIn(policy);
  const isTold = ({ path }: Destination): boolean => told.some((it) => isSamePath(it.path, path));
  return [...told, ...notedBy(policy, observed?.siteTask).filter((it) => !isTold(it))];
}

function toldIn({ site, sources }: ResolvedPolicy): readonly Destination[] {
  return sources.flatMap((source): readonly Destination[] => {
    if (source.kind !== "task-backup") return [];
    const where = `${site.code}/${source.name}`;
    const keysOf = (key: "site" | "database") => ["sources", source.name, key];
    const first = { path: source.site, where, keys: keysOf("site") };
    if (source.database === undefined) return [{ ...first, part: "both" }];
    return [
      { ...first, part: "site" },
      { path: source.database, where, keys: keysOf("database"), part: "database" },
    ];
  });
}

/** What the console was told; a task that is switched off writes nowhere. */
function notedBy({ site }: ResolvedPolicy, task: Observation["siteTask"]): readonly Destination[] {
  if (task === undefined || "problem" in task || !task.enabled) return [];
  const where = `${site.code} task Backup Site Server`;
  const [first, second] = task.destinations;
  if (first === undefined) return [];
  const told = { where, keys: [] };
  if (second === undefined) return [{ path: first, ...told, part: "both" }];
  return [
    { path: first, ...told, part: "site" },
    { path: second, ...told, part: "database" },
  ];
}
