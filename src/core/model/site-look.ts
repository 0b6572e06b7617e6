import type { Fact } from "../base/fact.ts";
import { isJsonObject } from "../base/json.ts";
import type { Json } from "../base/json.ts";

/**
 * What the site's own database and server tell of the site as a whole, beside what its sources tell of
 * themselves: the answer to each question of lint, by the question's name. Lint judges it.
 */
export type SiteLook = Readonly<Record<string, Fact<Json>>>;

/** A server with a role of the site (`vSMS_SC_SysResUse`), which holds something of its own. */
export type RoleServer = {
  /** The server's name, without leading backslashes. */
  readonly server: string;
  /** Where its database is, as far as the site has noted that. */
  readonly databaseServer?: string;
};

/**
 * A look as this machine has recorded it, which another version of sitekeep may have done, or somebody
 * damaged: what is no fact in it is left out. `undefined` where nobody looked.
 */
export function recordedLook(recorded: unknown): SiteLook | undefined {
  if (recorded === undefined) return undefined;
  if (!isJsonObject(recorded)) return {};
  return Object.fromEntries(
    Object.entries(recorded).flatMap(([name, it]) => (isFact(it) ? [[name, it]] : [])),
  );
}

function isFact(value: unknown): value is Fact<Json> {
  if (!isJsonObject(value)) return false;
  switch (value["is"]) {
    case "known":
      return value["value"] !== undefined;
    case "unknown":
      return isProblem(value["why"]);
    default:
      return value["is"] === "absent";
  }
}

function isProblem(value: unknown): boolean {
  const members = ["code", "severity", "message", "where", "hint"];
  return isJsonObject(value) && members.every((it) => typeof value[it] === "string");
}
