import { unsupported } from "../sql-error.ts";
import type { Statement } from "../language/statement.ts";
import { runDatabaseStatement } from "./run-database.ts";
import type { StatementContext } from "./statement-context.ts";

export type Administration = Extract<
  Statement,
  {
    kind:
      | "create-database"
      | "drop-database"
      | "alter-database"
      | "checkdb"
      | "backup"
      | "restore"
      | "backup-certificate"
      | "backup-master-key";
  }
>;

/** Runs what administrators run. */
export async function runAdministration(context: StatementContext, statement: Administration): Promise<void> {
  switch (statement.kind) {
    case "create-database":
    case "drop-database":
    case "alter-database":
    case "checkdb":
      return runDatabaseStatement(context, statement);
    case "backup":
    case "restore":
    case "backup-certificate":
    case "backup-master-key":
      throw unsupported(statement.kind.toUpperCase());
  }
}
