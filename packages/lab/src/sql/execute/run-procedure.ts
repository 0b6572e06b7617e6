import { statfsSync } from "node:fs";
import { resolve } from "node:path";
import { sqlType } from "../../tds/sql-type.ts";
import type { Statement } from "../language/statement.ts";
import { SqlError } from "../sql-error.ts";
import { takeSnapshotBackup } from "../backup/snapshot-backup.ts";
import { evaluate, evaluateText, type StatementContext } from "./statement-context.ts";

/** Runs one of the few procedures that a backup tool calls. */
export function runProcedure(
  context: StatementContext,
  statement: Extract<Statement, { kind: "execute" }>,
): void {
  switch (statement.procedure) {
    case "xp_fixeddrives":
      return listDrives(context);
    case "lab_take_snapshot_backup":
      return takeSnapshot(
        context,
        statement.arguments.map(({ value }) => evaluateText(context, value)),
      );
    case "sp_reset_connection":
      return context.sink.done();
    default:
      for (const { value } of statement.arguments) evaluate(context, value);
      throw new SqlError(2812, `Could not find stored procedure '${statement.procedure}'.`);
  }
}

/** Free space of the drives, in megabytes. */
function listDrives(context: StatementContext): void {
  const { engine, sink } = context;
  sink.columns([
    { name: "drive", type: sqlType("nvarchar", { length: 10 }) },
    { name: "MB free", type: sqlType("int") },
  ]);
  const drives = Object.entries(engine.state.drives);
  for (const [drive, folder] of drives) {
    const space = statfsSync(resolve(engine.folder, folder));
    const free = engine.isInForce("disk-full") ? 0 : Math.floor((space.bavail * space.bsize) / 1_048_576);
    sink.row([drive[0]!, free]);
  }
  sink.done(drives.length);
}

/** For the lab alone: another tool's snapshot backup of a database, by whichever user it runs as. */
function takeSnapshot({ engine, client, sink }: StatementContext, [database, user]: readonly string[]): void {
  if (!client.login.can.includes("sysadmin")) {
    throw new SqlError(229, "The EXECUTE permission was denied.", { class: 14 });
  }
  takeSnapshotBackup(
    engine,
    engine.onlineDatabase(database ?? client.database),
    user ?? "NT AUTHORITY\\SYSTEM",
  );
  sink.done();
}
