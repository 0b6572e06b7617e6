import type { PolicyRisk } from "../model/policy/policy-risk.ts";
import type { RepositoryPlace, ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import { risk } from "./risk.ts";
import { hostOfServer, isLocalServer, isOnMachine, placeOfPath } from "../base/windows-place.ts";

/** Whether the repository would be lost together with the site. A copy at another place makes up for it. */
export function lintRepository(policy: ResolvedPolicy): readonly PolicyRisk[] {
  const { repository } = policy;
  const machines = machinesOf(policy);
  if (machines === undefined || !placesOf(policy).every((it) => isOnMachine(it.location.folder, machines)))
    return [];
  const { name, location } = repository;
  const same = placeOfPath(location.folder)?.drive === placeOfPath(policy.site.installFolder)?.drive;
  const problem = risk("repository-beside-site", {
    where: policy.where,
    message: `The repository ${name} lies on ${same ? "the volume of the site itself" : "the site's own machines"} (${location.folder}): what destroys the site takes every point with it.`,
    hint: "Put the repository on another machine, or give it `copies` in a repository that is there.",
  });
  return [{ problem, keys: ["repository"] }];
}

/**
 * Repositories that nothing would open any more. For `validate` alone: once a repository can be asked, what
 * counts is whether a second key was proven, and not where the first one lies.
 */
export function lintKeyPlaces(policy: ResolvedPolicy): readonly PolicyRisk[] {
  const { servers } = policy.site;
  if (servers.length === 0) return [];
  return placesOf(policy)
    .filter(({ keys }) => keys.length > 0)
    .filter(({ keys }) => keys.every((key) => key.as === "key-file" && isOnMachine(key.file, servers)))
    .map(({ name }) => {
      const problem = risk("key-beside-site", {
        where: policy.where,
        message: `Every key of the repository ${name} that the policies name is a file on the site server: without that machine nothing can be opened.`,
        hint: "Make a second key with `sitekeep repo keys add`, keep it elsewhere, and name it in `keys` as a password or on a share.",
      });
      return { problem, keys: ["repository"] };
    });
}

/** The repository and those of its copies. */
function placesOf({ repository }: ResolvedPolicy): readonly RepositoryPlace[] {
  return [repository, ...(repository.copies ?? []).map((it) => it.repository)];
}

/**
 * The machines that the site would be lost with. Where the policy names no server and SQL Server is
 * elsewhere, nobody knows which machine applies it.
 */
function machinesOf({ site }: ResolvedPolicy): readonly string[] | undefined {
  if (site.servers.length === 0 && !isLocalServer(site.database.server)) return undefined;
  return [...site.servers, hostOfServer(site.database.server)];
}
