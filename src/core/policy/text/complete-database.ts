import { byDefault, over } from "./completing.ts";
import { merge, withEntry, withOrigin, withoutEntries } from "./merge.ts";
import { asWritten, find, type Written, type WrittenMap } from "./written.ts";

const databaseDefaults = { encrypt: true, trustServerCertificate: false } as const;

/** The address of a database with all that it means without more words. */
export function completeDatabase(value: Written | undefined): WrittenMap {
  const database = over(databaseDefaults, value);
  const auth = find(database, "login") === undefined && find(database, "auth") === undefined;
  return auth ? withEntry(database, "auth", asWritten("windows", byDefault)) : database;
}

/** A database without a server is one beside the site database, and is reached the same way. */
export function databaseBeside(value: Written | undefined, policy: WrittenMap): WrittenMap {
  const database = over({}, value);
  const site = find(policy, "site", "database");
  if (find(database, "server") !== undefined || site?.is !== "map") return completeDatabase(database);
  const origin = { default: "default, from site.database" };
  const inherited = withOrigin(withoutEntries(site, "name"), origin) as WrittenMap;
  const beside = merge(inherited, database);
  // Whoever writes how to log in does not want the site database's way as well.
  const own = find(database, "auth") !== undefined || find(database, "login") !== undefined;
  const foreign = own ? ["auth", "login"].filter((key) => !database.entries.has(key)) : [];
  return completeDatabase(withoutEntries(beside, ...foreign));
}
