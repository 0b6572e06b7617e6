import { isLocalServer, parseServerName } from "../../base/server-name.ts";
import type { RepositoryPlace, ResolvedPolicy } from "../../model/policy/resolved-policy.ts";

/** The repository and those of its copies. */
export function repositoriesOf({ repository }: ResolvedPolicy): readonly RepositoryPlace[] {
  return [repository, ...(repository.copies ?? []).map((it) => it.repository)];
}

/**
 * The machines that the site would be lost with. Where the policy names no server and SQL Server is
 * elsewhere, nobody knows which machine applies it.
 */
export function machinesOf({ site }: ResolvedPolicy): readonly string[] | undefined {
  if (site.servers.length === 0 && !isLocalServer(site.database.server)) return undefined;
  return [...site.servers, parseServerName(site.database.server).host];
}
