import type { JsonObject } from "../base/json.ts";
import type { Problem } from "../base/problem.ts";
import { siteDatabaseLook } from "../model/facts/site-database.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { Source } from "../model/policy/source.ts";
import { aboutSite } from "../model/site-subject.ts";

/**
 * Why no log of a database can be backed up: in the recovery model SIMPLE there is none, and SQL Server would
 * refuse it. `undefined` where one can, and where the model is not known: then it is tried.
 */
export function logProblem(
  { site }: ResolvedPolicy,
  { name }: Source,
  facts: JsonObject,
): Problem | undefined {
  if (siteDatabaseLook.get(facts, "recoveryModel") !== "SIMPLE") return undefined;
  const database = site.database.name;
  return {
    code: "log-in-simple-model",
    severity: "error",
    where: `${site.code}/${name}`,
    message: `${database} is in the recovery model SIMPLE, in which there is no log to back up, and the policy asks for one.`,
    hint: `Remove \`log\` from \`sources.${name}\`: ConfigMgr wants SIMPLE outside an availability group, and \`differential\` gives points in between. Within a group: ALTER DATABASE [${database}] SET RECOVERY FULL; then a full backup.`,
    about: aboutSite({ kind: "hazard", names: [database, name, "SIMPLE"] }),
  };
}
