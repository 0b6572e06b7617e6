import type { SiteFiles } from "../model/policy/source.ts";
import { addMissing } from "../policy/text/completing.ts";
import { textAt } from "../policy/text/values.ts";
import { find } from "../policy/text/written.ts";
import type { Kind } from "./kind.ts";
import { holdsMedia } from "./parts/media.ts";
import { checkPatterns } from "./parts/check-patterns.ts";
import { filterOf, machineOf } from "./parts/tree.ts";
import { siteFilesCapture } from "../model/facts/site-files.ts";
import { absent } from "../base/fact.ts";

export const siteFiles: Kind<SiteFiles> = {
  kind: "site-files",
  title: "Site server files",
  captures: "Parts of the installation folder: CD.Latest, inboxes, control files and logs.",

  byDefault: "files",
  // What the Backup Site Server task copies of the installation folder, and the media that recovery starts
  // from.
  defaults: { include: ["CD.Latest/**", "inboxes/**", "data/**", "srvacct/**", "logs/**"], exclude: [] },
  reachesDatabase: false,
  complete: (source, policy) =>
    addMissing(source, "root", find(policy, "site", "installFolder"), "site.installFolder"),
  resolve: ({ name, source }) => ({
    kind: "site-files",
    name,
    ...machineOf(source),
    root: textAt(source, "root"),
    ...filterOf(source),
  }),
  check: checkPatterns,

  captured: { after: "task-backup" },
  throughQuiet: false,
  carriesWindow: false,
  yieldsToTask: false,

  inPoint: {
    fitsDatabase: true,
    mediaVersion(facts) {
      const parts = siteFilesCapture.get(facts, "parts");
      if (parts !== undefined && !holdsMedia({ include: parts, exclude: [] })) return absent;
      return siteFilesCapture.get(facts, "cdLatest") ?? absent;
    },
  },
  protects: (source, { is }) => is === "media" && holdsMedia(source),

  restored: { after: "task-backup" },
  runbook: [
    "Copy CD.Latest to a folder outside the installation folder and start Setup there: after any in-console update no other media fits.",
    "These files are no site server backup set: without the task's set recover with an empty SiteServerBackupLocation, which reinstalls the site server.",
    "Put your own changes of Smsbkup.ctl and AfterBackup.bat back by hand, on the active and on the passive site server, and restart SMS_SITE_VSS_WRITER.",
  ],
};
