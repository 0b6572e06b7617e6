import { isSameHost } from "../base/host-name.ts";
import { reportServerDatabases } from "../outside/site/report-server.ts";
import { usualReportInstance } from "../outside/site/report-server-places.ts";
import { backupFacts } from "../model/facts/backup.ts";
import { lackedComponents, reportingServerCapture } from "../model/facts/reporting-server.ts";
import type { Problem } from "../base/problem.ts";
import type { ReportingServer } from "../model/policy/source.ts";
import { databaseBeside } from "../policy/text/complete-database.ts";
import { addMissing, byDefault, over } from "../policy/text/completing.ts";
import { withEntry } from "../policy/text/merge.ts";
import { placeOf, problemAt } from "../policy/text/problem-at.ts";
import { databaseAt, isTrueAt, secretAt, stagingOf, textsAt } from "../policy/text/values.ts";
import { asWritten, find, findText, itemsOf, type Written } from "../policy/text/written.ts";
import type { JudgedSource } from "../policy/text/judged.ts";
import type { Kind } from "./kind.ts";
import { lockedIn } from "../model/facts/locked-database.ts";
import { checkStaging } from "./parts/check-staging.ts";
import { isSameServer } from "./parts/servers.ts";
import { machineOf } from "./parts/tree.ts";

export const reportingServer: Kind<ReportingServer> = {
  kind: "reporting-server",
  title: "Reporting services",
  captures: "The report server's two databases, its encryption key, configuration files and report folders.",

  // Nobody can guess its machine.
  byDefault: undefined,
  defaults: { folders: [] },
  reachesDatabase: true,
  complete(source, policy) {
    const on = find(source, "on");
    const written = over({ name: reportServerDatabases.catalogue }, find(source, "database"));
    const database = databaseBeside(addMissing(written, "server", on, "on"), policy);
    const discover = itemsOf(find(source, "folders")).length === 0;
    return addMissing(withEntry(source, "database", database), "discover", asWritten(discover, byDefault));
  },
  resolve({ name, source }) {
    const catalogue = databaseAt(source, "database");
    const hasKey = find(source, "encryptionKey") !== undefined;
    return {
      kind: "reporting-server",
      name,
      ...machineOf(source),
      databases: [catalogue, { ...catalogue, name: `${catalogue.name}${reportServerDatabases.temporary}` }],
      ...stagingOf(source),
      ...(hasKey && { encryptionKey: keyOf(source) }),
      discover: isTrueAt(source, "discover"),
      folders: textsAt(source, "folders"),
    };
  },
  check: (checked) => [
    ...checkStaging(checked, find(checked.source, "database")),
    ...checkEncryptionKey(checked),
  ],

  captured: { after: "site-files" },
  throughQuiet: false,
  carriesWindow: false,
  yieldsToTask: false,

  inPoint: {
    lacks: lackedComponents,
    locked: (facts) =>
      Object.entries(reportingServerCapture.get(facts, "databases") ?? {}).map(([name, it]) =>
        lockedIn(backupFacts.write(it), name),
      ),
  },
  protects: ({ on, databases }, thing) => {
    if (thing.is !== "reporting-point") return false;
    if (on !== undefined && isSameHost(on, thing.server)) return true;
    return databases.some((it) => isSameServer(it.server, thing.databaseServer));
  },

  restored: { after: "package-sources" },
  runbook: [
    "Restore ReportServer and ReportServerTempDB under their old names, then start the service and apply the key on the report server itself: rskeymgmt -a -f <file> -p <password> -i SSRS (or PBIRS, or MSSQLSERVER before 2017), and answer Y.",
    "Without the key delete the encrypted content (rskeymgmt -d) and enter every data source's password again.",
    "Compare the configuration files with the new ones before putting them back; copy assemblies of your own into ReportServer\\bin. Then reinstall the reporting services point.",
  ],
};

function keyOf(source: Written): NonNullable<ReportingServer["encryptionKey"]> {
  const instance = findText(source, "encryptionKey", "instance") ?? usualReportInstance;
  const isLocked = find(source, "encryptionKey", "password") !== undefined;
  return {
    ...(isLocked && { password: secretAt(source, "encryptionKey", "password") }),
    instance,
  };
}

function checkEncryptionKey({ name, source, judged }: JudgedSource): readonly Problem[] {
  if (find(source, "encryptionKey") !== undefined) return [];
  return [
    problemAt(placeOf(find(source, "kind")?.origin, judged.name), {
      code: "reporting-key-missing",
      severity: "risk",
      message: `\`sources.${name}\` doesn't export the encryption key: after a restore, stored credentials and subscriptions are lost.`,
      hint: "Add `encryptionKey: {}`.",
    }),
  ];
}
