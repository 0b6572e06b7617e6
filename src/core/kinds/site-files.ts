import type { Kind } from "./kind.ts";

export const siteFiles: Kind = {
  kind: "site-files",
  title: "Site server files",
  captures: "Parts of the installation folder: CD.Latest, inboxes, control files and logs.",
  captured: { after: "task-backup" },
  throughQuiet: false,
  carriesWindow: false,
  yieldsToTask: false,
  restoreOrder: 40,
  runbook: [
    "Copy CD.Latest to a folder outside the installation folder and start Setup there: after any in-console update no other media fits.",
    "These files are no site server backup set: without the task's set recover with an empty SiteServerBackupLocation, which reinstalls the site server.",
    "Put your own changes of Smsbkup.ctl and AfterBackup.bat back by hand, on the active and on the passive site server, and restart SMS_SITE_VSS_WRITER.",
  ],
};
