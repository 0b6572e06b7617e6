import { runKeyBackup } from "../backup/export-keys.ts";
import { runBackup } from "../backup/run-backup.ts";
import { runRestore } from "../backup/run-restore.ts";
import type { Statement } from "../language/statement.ts";
import { runKeyStatement } from "./run-keys.ts";
import { runDatabaseStatement } from "./run-database.ts";
import type { StatementContext } from "./statement-context.ts";

export type Administration = Extract<
  Statement,
  {
    kind:
      | "create-database"
      | "drop-database"
      | "alter-database"
      | "change-owner"
      | "checkdb"
      | "backup"
      | "restore"
      | "backup-certificate"
      | "backup-master-key"
      | "create-master-key"
      | "use-master-key"
      | "create-certificate"
      | "drop-certificate";
  }
>;

/** Runs what administrators run. */
export async function runAdministration(context: StatementContext, statement: Administration): Promise<void> {
  switch (statement.kind) {
    case "create-database":
    case "drop-database":
    case "alter-database":
    case "change-owner":
    case "checkdb":
      return runDatabaseStatement(context, statement);
    case "backup":
      return runBackup(context, statement);
    case "restore":
      return runRestore(context, statement);
    case "backup-certificate":
    case "backup-master-key":
      return runKeyBackup(context, statement);
    case "create-master-key":
    case "use-master-key":
    case "create-certificate":
    case "drop-certificate":
      return runKeyStatement(context, statement);
  }
}
