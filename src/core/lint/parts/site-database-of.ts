import type { ResolvedPolicy } from "../../model/policy/resolved-policy.ts";
import type { SiteDatabase } from "../../model/policy/source.ts";

/** The source of a policy that holds the database itself, and not only what the site's own task copied. */
export function siteDatabaseOf({ sources }: ResolvedPolicy): SiteDatabase | undefined {
  return sources.find((it) => it.kind === "site-database");
}
