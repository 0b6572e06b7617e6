import type { Statement } from "../../../core/outside/facts/statement.ts";
import { replicaStates } from "../../../core/outside/sql/availability-groups.ts";
import { databases } from "../../../core/outside/sql/sql-server.ts";

/** Which part a server plays for a database in an availability group. No right is named for any of it. */
export const replicaRow: Statement = {
  name: "replica",
  doing: "see which replica of its availability group this is",
  query: `SELECT CASE WHEN group_database_id IS NULL THEN 0 ELSE 1 END AS in_group,
CAST(DATABASEPROPERTYEX(name, 'Updateability') AS nvarchar(60)) AS updateability,
CAST(sys.fn_hadr_backup_is_preferred_replica(name) AS int) AS is_preferred
FROM sys.databases WHERE name = @database;`,
  parameters: ["database"],
  reads: [databases],
  answers: {
    in_group: "bit",
    updateability: ["READ_WRITE", "READ_ONLY"],
    is_preferred: "bit",
  },
  always: true,
};

/**
 * How long ago the newest transaction was committed that a secondary replica holds, by the clocks of primary
 * and secondary: rather too long than too short.
 */
export const replicaBehind: Statement = {
  name: "replica behind",
  doing: "see how far this replica is behind",
  query: `SELECT DATEDIFF(second, last_commit_time, GETDATE()) AS behind_seconds
FROM sys.dm_hadr_database_replica_states WHERE database_id = DB_ID() AND is_local = 1;`,
  parameters: [],
  reads: [replicaStates],
  answers: { behind_seconds: "whole or NULL" },
  always: true,
};
