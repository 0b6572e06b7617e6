import type { Kind } from "./kind.ts";

export const reportingServer: Kind = {
  kind: "reporting-server",
  title: "Reporting services",
  captures: "The report server's two databases, its encryption key, configuration files and report folders.",
  captured: { after: "site-files" },
  throughQuiet: false,
  carriesWindow: false,
  yieldsToTask: false,
  restoreOrder: 80,
  runbook: [
    "Restore ReportServer and ReportServerTempDB under their old names, then start the service and apply the key on the report server itself: rskeymgmt -a -f <file> -p <password>.",
    "Without the key delete the encrypted content (rskeymgmt -d) and enter every data source's password again.",
    "Compare the configuration files with the new ones before putting them back; copy assemblies of your own into ReportServer\\bin. Then reinstall the reporting services point.",
  ],
};
