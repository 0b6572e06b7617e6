import { given } from "../base/given.ts";
import { keyTitle } from "../model/facts/key-fact.ts";
import type { SqlKeys } from "../model/policy/source.ts";
import { databaseBeside } from "../policy/text/complete-database.ts";
import { withEntry } from "../policy/text/merge.ts";
import { addMissing, over } from "../policy/text/completing.ts";
import { databaseAt, secretAt, stagingOf, textsAt } from "../policy/text/values.ts";
import {
  entriesOf,
  find,
  findText,
  isPlace,
  itemsOf,
  type Written,
  type WrittenMap,
} from "../policy/text/written.ts";
import type { Kind } from "./kind.ts";
import { checkStaging } from "./parts/check-staging.ts";
import { isSameServer } from "./parts/servers.ts";
import { sqlKeysFacts } from "../model/facts/sql-keys.ts";

export const sqlKeys: Kind<SqlKeys> = {
  kind: "sql-keys",
  title: "SQL Server keys",
  captures:
    "Certificates and master keys without which a restored database can't be read: BitLocker Management, TDE, backup encryption.",

  byDefault: "sqlKeys",
  defaults: { include: ["bitlocker", "tde", "backup-encryption", "master-key"] },
  reachesDatabase: true,
  /**
   * Keys are those of the site database and its server, and are exported to where its backups are staged,
   * unless the source says otherwise.
   */
  complete(source, policy) {
    const other = find(source, "database");
    if (other !== undefined)
      return withEntry(source, "database", databaseBeside(over({ name: "master" }, other), policy));
    const [database] = databasesIn(policy);
    return addMissing(source, "staging", find(database?.[1], "staging"), `sources.${database?.[0]}`);
  },
  resolve: ({ name, source, site }) => ({
    kind: "sql-keys",
    name,
    database: find(source, "database") ? databaseAt(source, "database") : databaseAt(site, "database"),
    ...stagingOf(source),
    include: textsAt(source, "include") as SqlKeys["include"],
    ...(find(source, "password") && { password: secretAt(source, "password") }),
    ...(find(source, "passwords") && { passwords: passwordsOf(source) }),
  }),
  check(checked) {
    const { policy } = checked.judged;
    const other = find(checked.source, "database");
    // Certificates come over the connection.
    const stages = itemsOf(find(checked.source, "include")).some((it) => findText(it) === "master-key");
    if (other !== undefined) return stages ? checkStaging(checked, other) : [];
    const staging = find(checked.source, "staging");
    const isOwn = staging !== undefined && isPlace(staging.origin);
    // Without staging of its own it shares the database's, whose lack is told there.
    if (!isOwn && databasesIn(policy).some(([, it]) => findText(it, "method") === "native")) return [];
    return checkStaging(checked, find(policy, "site", "database"));
  },

  // Small and irreplaceable.
  captured: { after: "windows-registry" },
  throughQuiet: false,
  carriesWindow: false,
  yieldsToTask: false,

  inPoint: {
    keys(facts) {
      const thumbprints = sqlKeysFacts.get(facts, "certificates") ?? {};
      const keys = sqlKeysFacts.get(facts, "keys") ?? [];
      return keys.map((it) => ({ ...it, ...given({ thumbprint: thumbprints[keyTitle(it)] }) }));
    },
  },
  protects: ({ include, database }, thing) =>
    thing.is === "keys" && include.includes(thing.of) && isSameServer(database.server, thing.server),

  restored: { after: "nothing" },
  runbook: [
    "Restore these first: a database under TDE, or an encrypted backup, can't be restored before its certificate is in master.",
    "Create BitLockerManagement_CERT in the site database again under the same name, protected by the database's master key; until then recovery keys can't be read.",
    "Each private key is protected by a password of its own: it lies beside it as .password. Where the policy names a password a .salt lies there instead, and docs/permissions.md makes the one from the other.",
  ],
};

function passwordsOf(source: Written): NonNullable<SqlKeys["passwords"]> {
  const names = entriesOf(find(source, "passwords")).map(([name]) => name);
  return Object.fromEntries(names.map((name) => [name, secretAt(source, "passwords", name)]));
}

/**
 * The sources of the site database, which is where the keys are. Of several, which is a mistake, the first
 * counts.
 */
function databasesIn(policy: WrittenMap): readonly (readonly [name: string, source: Written])[] {
  return entriesOf(find(policy, "sources")).filter(([, it]) => findText(it, "kind") === "site-database");
}
