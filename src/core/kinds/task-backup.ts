import type { Kind } from "./kind.ts";

export const taskBackup: Kind = {
  kind: "task-backup",
  title: "Backup Site Server task",
  captures:
    "What the Backup Site Server task left in its destination: site server files, registry dumps, CD.Latest and the raw database files.",
  captured: { after: "sql-keys" },
  throughQuiet: false,
  carriesWindow: true,
  yieldsToTask: true,
  restoreOrder: 30,
  runbook: [
    "Copy CD.Latest of this set to a folder outside the installation folder and start Setup from there. It must be of the version that the site had.",
    "For the site server name the set's SiteServer folder's parent as SiteServerBackupLocation.",
    "To let Setup restore the database (option 10), drop the existing site database first; Setup stops when it finds one. Setup does not check the .mdf and .ldf: attach a copy elsewhere and run DBCC CHECKDB before.",
    "With an availability group do not use the database files of this set; restore a native backup.",
  ],
};
