import type { Kind } from "./kind.ts";

export const siteDatabase: Kind = {
  kind: "site-database",
  title: "Site database",
  captures: "The site database as native SQL Server backups: fulls, and differentials and logs beside them.",
  // The newest state of what matters most: the point is as old as this copy.
  captured: { after: "nothing" },
  throughQuiet: true,
  carriesWindow: true,
  yieldsToTask: false,
  restoreOrder: 20,
  runbook: [
    "Restore it before Setup runs, under the same name, on the same edition of SQL Server and the same or a newer version, with the collation SQL_Latin1_General_CP1_CI_AS. In Setup choose a manually recovered database (DatabaseRecoveryOptions=20): option 10 takes the task's files only, never a .bak.",
    "Take the database out of its availability group first: RESTORE is refused inside one.",
    "Restore the full with NORECOVERY, then the differential, then every log in order, the last with RECOVERY.",
    "A restore turns TRUSTWORTHY and broker delivery off. For a real recovery check that the owner is sa and that TRUSTWORTHY, HONOR_BROKER_PRIORITY and ENABLE_BROKER are on; never use NEW_BROKER. In a drill leave the broker off and never use KEEP_REPLICATION.",
    "After recovering a central administration site, see whether ConfigMgrDRSSiteQueue receives; if not: ALTER QUEUE [dbo].[ConfigMgrDRSSiteQueue] WITH STATUS = ON.",
  ],
};
