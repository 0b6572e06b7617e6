import type { Problem } from "../base/problem.ts";
import type { Observation } from "../model/observation.ts";
import type { PolicyRisk } from "../model/policy/policy-risk.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import { risk } from "./risk.ts";
import { isOnMachine, isSamePath, placeOfPath } from "../base/windows-place.ts";

/** Where the Backup Site Server task writes, and who says so. */
interface Destination {
  readonly path: string;
  readonly where: string;
  /** The keys of the policy that say it, if the policy does. */
  readonly keys: readonly string[];
  /** The database's part goes to its own place, on the SQL Server. */
  readonly part: "both" | "site" | "database";
}

/** What is wrong with the places that the site's own backup task writes to. */
export function lintDestinations(policy: ResolvedPolicy, observed?: Observation): readonly PolicyRisk[] {
  const files = observed?.site?.database?.files ?? [];
  const told = destinationsOf(policy);
  const isTold = ({ path }: Destination): boolean => told.some((it) => isSamePath(it.path, path));
  const own = ownDestinations(policy, observed?.siteTask).filter((it) => !isTold(it));
  return [...told, ...own].flatMap((destination) =>
    [
      ...nameRisk(destination),
      ...volumeRisk(policy, destination, files),
      ...oneServerRisk(policy, destination),
    ].map((problem) => ({ problem, keys: destination.keys })),
  );
}

function destinationsOf({ site, sources }: ResolvedPolicy): readonly Destination[] {
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
function ownDestinations({ site }: ResolvedPolicy, task: Observation["siteTask"]): readonly Destination[] {
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

function nameRisk({ path, where }: Destination): readonly Problem[] {
  const strange = /[^\x20-\x7e]/.test(path) ? "letters beyond ASCII" : / /.test(path) ? "a space" : undefined;
  if (strange === undefined) return [];
  return [
    risk("task-destination-name", {
      where,
      message: `The backup task's destination ${path} has ${strange} in its name, on which the task fails or hangs.`,
      hint: "Give the task a folder whose name is plain ASCII without spaces, and the source the same.",
    }),
  ];
}

/** The snapshot is then written to the disk that it is read from, and one dead disk takes both. */
function volumeRisk(
  { site }: ResolvedPolicy,
  { path, where, part }: Destination,
  files: readonly string[],
): readonly Problem[] {
  const drive = placeOfPath(path)?.drive;
  if (drive === undefined) return [];
  const ofSite = part !== "database" && isOnMachine(path, site.servers) ? [site.installFolder] : [];
  // A drive letter is the database server's own only where its part has a place of its own.
  const ofDatabase = part === "database" && placeOfPath(path)?.host === undefined ? files : [];
  const [beside] = [...ofSite, ...ofDatabase].filter((it) => placeOfPath(it)?.drive === drive);
  if (beside === undefined) return [];
  return [
    risk("task-destination-volume", {
      where,
      message: `The backup task writes to ${path}, on the same volume as ${beside}.`,
      hint: "Let the task write to another volume, or to a share.",
    }),
  ];
}

function oneServerRisk({ site }: ResolvedPolicy, { path, where, part }: Destination): readonly Problem[] {
  const place = placeOfPath(path);
  if (site.servers.length < 2 || part === "database" || place?.drive === undefined) return [];
  if (place.host !== undefined) return [];
  return [
    risk("task-destination-one-server", {
      where,
      message: `The backup task writes to ${path}, a drive of whichever server is active: after a change of roles the sets lie on two machines.`,
      hint: "Use a share for both servers, and give both computer accounts the right to change files there.",
    }),
  ];
}
