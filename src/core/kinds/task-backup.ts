import { given } from "../base/given.ts";
import { lockedIn } from "../model/facts/locked-database.ts";
import type { TaskBackup } from "../model/policy/source.ts";
import { textAt } from "../policy/text/values.ts";
import { findText } from "../policy/text/written.ts";
import type { Kind } from "./kind.ts";
import { machineOf } from "./parts/tree.ts";

export const taskBackup: Kind<TaskBackup> = {
  kind: "task-backup",
  title: "Backup Site Server task",
  captures:
    "What the Backup Site Server task left in its destination: site server files, registry dumps, CD.Latest and the raw database files.",

  // Nobody can guess its folder.
  byDefault: undefined,
  defaults: {},
  reachesDatabase: false,
  resolve: ({ name, source }) => ({
    kind: "task-backup",
    name,
    ...machineOf(source),
    site: textAt(source, "site"),
    ...given({ database: findText(source, "database") }),
  }),

  captured: { after: "sql-keys" },
  throughQuiet: false,
  carriesWindow: true,
  yieldsToTask: true,

  inPoint: { database: "set", locked: (facts) => [lockedIn(facts)] },
  protects: (_, { is }) => is === "database" || is === "registry" || is === "media",

  restored: { after: "site-database" },
  runbook: [
    "Copy CD.Latest of this set to a folder outside the installation folder and start Setup from there. It must be of the version that the site had.",
    "For the site server name the set's SiteServer folder's parent as SiteServerBackupLocation.",
    "To let Setup restore the database (option 10), drop the existing site database first; Setup stops when it finds one. Setup does not check the .mdf and .ldf: attach a copy elsewhere and run DBCC CHECKDB before.",
    "With an availability group do not use the database files of this set; restore a native backup.",
  ],
};
