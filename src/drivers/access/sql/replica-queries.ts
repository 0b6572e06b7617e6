import type { Statement } from "../../../core/outside/facts/statement.ts";
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
