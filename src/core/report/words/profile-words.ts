import { match } from "../../base/fact.ts";
import { formatBytes } from "../../base/bytes.ts";
import type { Json } from "../../base/json.ts";
import { databaseProfile, profileMembers, type ProfileMember } from "../../model/facts/database-profile.ts";

const titles: Readonly<Record<ProfileMember, string>> = {
  server: "server",
  edition: "edition",
  engineVersion: "SQL Server",
  engineLevel: "level",
  instanceCollation: "collation of the instance",
  databaseCollation: "collation",
  recoveryModel: "recovery model",
  compatibilityLevel: "compatibility level",
  owner: "owner",
  trustworthy: "TRUSTWORTHY",
  broker: "broker",
  brokerPriority: "broker priority",
  clrEnabled: "clr enabled",
  maxTextReplSize: "max text repl size",
};

/**
 * How a database and its instance were set when a copy was taken, a row each; a member that is unknown with
 * the reason. Nothing where it was not written down as a profile.
 */
export function profileRows(written: Json): readonly (readonly [string, string])[] {
  const profile = databaseProfile.read(written);
  if (profile === undefined) return [];
  return profileMembers.map((name) => [
    titles[name],
    match<string | number | boolean, string, string, string>(profile[name], {
      known: (value) => valueWords(name, value),
      unknown: ({ message }) => `unknown: ${message}`,
      absent: () => "none",
    }),
  ]);
}

function valueWords(name: ProfileMember, value: string | number | boolean): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  return name === "maxTextReplSize" ? `${value} (${formatBytes(Number(value))})` : String(value);
}
