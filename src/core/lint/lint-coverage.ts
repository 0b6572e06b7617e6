import { isSameHost } from "../base/host-name.ts";
import type { Problem } from "../base/problem.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { RoleServer, SiteRoles } from "../model/site-look.ts";
import type { Source } from "../model/policy/source.ts";
import type { LintedSite } from "./linted-site.ts";
import { risk } from "./risk.ts";
import type { JointRisk } from "./risk.ts";
import { hostOfServer, isOnMachine, isSamePath } from "../base/windows-place.ts";

/** Things named one by one; of packages alone a site has hundreds. */
const shownMax = 5;

/** What the site holds and no source of its policy protects: one risk for all of it that is not accepted. */
export function lintCoverage(site: LintedSite): readonly JointRisk[] {
  const { policy, look } = site;
  const bare = [
    ...coveredKinds.flatMap(([kinds, what]) =>
      policy.sources.some((it) => kinds.includes(it.kind)) ? [] : [what],
    ),
    ...(look.roles === undefined ? [] : rolesNotCovered(policy, look.roles)),
    ...packagesNotCovered(policy, look.packageFolders ?? []),
  ];
  return bare.length === 0 ? [] : [{ things: bare, tell: (things) => notCovered(policy, things) }];
}

function notCovered({ where, site }: ResolvedPolicy, things: readonly string[]): Problem {
  const shown = things.slice(0, shownMax).join(", ");
  const more = things.length > shownMax ? `, and ${things.length - shownMax} more` : "";
  return risk("not-covered", {
    where,
    message: `${site.code} has what no source of the policy protects: ${shown}${more}.`,
    hint: "Add a source for each: `sitekeep validate --explain` shows those that there are, docs/policy.md the kinds.",
  });
}

/** What every site has. The task's set holds database, registry and files. */
const coveredKinds: readonly (readonly [kinds: readonly Source["kind"][], what: string])[] = [
  [["site-database", "task-backup"], "the site database"],
  [["windows-registry", "task-backup"], "the site server's registry"],
  [["content-library"], "the content library"],
];

function rolesNotCovered(policy: ResolvedPolicy, roles: SiteRoles): readonly string[] {
  const bare = (servers: readonly RoleServer[], isCovered: Covers, what: (it: RoleServer) => string) =>
    servers.filter((role) => !policy.sources.some((source) => isCovered(source, role))).map(what);
  return [
    ...bare(roles.reportingPoints, coversReporting, ({ server }) => `the reporting point ${server}`),
    ...bare(roles.stateMigrationPoints, coversUserState, ({ server }) => `user states on ${server}`),
    ...bare(roles.updatePoints, coversUpdates, updateWords),
  ];
}

type Covers = (source: Source, role: RoleServer) => boolean;

const coversReporting: Covers = (source, { server, databaseServer = server }) => {
  if (source.kind !== "reporting-server") return false;
  if (source.on !== undefined && isSameHost(source.on, server)) return true;
  return source.databases.some((it) => isServer(it.server, databaseServer));
};

const coversUserState: Covers = (source, { server }) => {
  if (source.kind !== "user-state") return false;
  if (source.discover || (source.on !== undefined && isSameHost(source.on, server))) return true;
  return source.folders.some((it) => it.startsWith("\\\\") && isOnMachine(it, [server]));
};

const coversUpdates: Covers = (source, { server, databaseServer = server }) =>
  source.kind === "sql-database" &&
  /^SUSDB$/i.test(source.database.name) &&
  isServer(source.database.server, databaseServer);

function updateWords({ server, databaseServer }: RoleServer): string {
  return databaseServer === undefined
    ? `the update catalogue of ${server}`
    : `SUSDB of ${server} on ${databaseServer}`;
}

function isServer(address: string, server: string): boolean {
  return isSameHost(hostOfServer(address), hostOfServer(server));
}

function packagesNotCovered(policy: ResolvedPolicy, folders: readonly string[]): readonly string[] {
  const named = policy.sources.flatMap((it) => {
    if (it.kind === "package-sources") return it.folders;
    return it.kind === "folder" ? [it.root] : [];
  });
  const bare = folders.filter((path) => !named.some((folder) => isWithin(path, folder)));
  if (bare.length === 0) return [];
  return [`${bare.length} source ${bare.length === 1 ? "folder" : "folders"} of packages (${bare[0]}…)`];
}

function isWithin(path: string, folder: string): boolean {
  const parts = path.split(/[\\/]/);
  return parts.some((_, at) => isSamePath(parts.slice(0, at + 1).join("\\"), folder));
}
