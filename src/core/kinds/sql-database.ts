import type { Kind } from "./kind.ts";

export const sqlDatabase: Kind = {
  kind: "sql-database",
  title: "SQL Server database",
  captures: "One more database as native full backups, for example SUSDB.",
  captured: { after: "reporting-server" },
  throughQuiet: false,
  carriesWindow: false,
  yieldsToTask: false,
  restoreOrder: 100,
  runbook: [
    "Restore with RESTORE DATABASE under its old name, with its service stopped.",
    "For SUSDB reinstall the WSUS role against the restored database, or leave it empty and let the software update point synchronise again.",
  ],
};
