import type { SqlDatabase } from "../model/policy/source.ts";
import { backupFacts } from "../model/facts/backup.ts";
import { databaseBeside } from "../policy/text/complete-database.ts";
import { withEntry } from "../policy/text/merge.ts";
import { databaseAt, isTrueAt, stagingOf } from "../policy/text/values.ts";
import { find } from "../policy/text/written.ts";
import type { Kind } from "./kind.ts";
import { lockedIn } from "../model/facts/locked-database.ts";
import { checkStaging } from "./parts/check-staging.ts";
import { isSameServer } from "./parts/servers.ts";

export const sqlDatabase: Kind<SqlDatabase> = {
  kind: "sql-database",
  title: "SQL Server database",
  captures: "One more database as native full backups, for example SUSDB.",

  // Which one is meant nobody can guess.
  byDefault: undefined,
  defaults: { compression: false },
  reachesDatabase: true,
  complete: (source, policy) =>
    withEntry(source, "database", databaseBeside(find(source, "database"), policy)),
  resolve: ({ name, source }) => ({
    kind: "sql-database",
    name,
    database: databaseAt(source, "database"),
    ...stagingOf(source),
    compression: isTrueAt(source, "compression"),
  }),
  check: (checked) => checkStaging(checked, find(checked.source, "database")),

  captured: { after: "reporting-server" },
  throughQuiet: false,
  carriesWindow: false,
  yieldsToTask: false,

  inPoint: { locked: (facts) => [lockedIn(facts, backupFacts.get(facts, "database") ?? "a database")] },
  protects: ({ database }, thing) =>
    thing.is === "update-point" &&
    /^SUSDB$/i.test(database.name) &&
    isSameServer(database.server, thing.databaseServer),

  restored: { after: "user-state" },
  runbook: [
    "Restore with RESTORE DATABASE under its old name, with its service stopped.",
    "For SUSDB reinstall the WSUS role against the restored database, or leave it empty and let the software update point synchronise again.",
  ],
};
