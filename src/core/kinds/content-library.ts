import type { Kind } from "./kind.ts";

export const contentLibrary: Kind = {
  kind: "content-library",
  title: "Content library",
  captures:
    "DataLib, PkgLib and FileLib over all their drives; files of FileLib are held against the hash that is their name.",
  captured: { after: "user-state" },
  throughQuiet: false,
  carriesWindow: false,
  yieldsToTask: false,
  restoreOrder: 60,
  runbook: [
    "Restore it to the drives and folders that it had, before content is distributed; then no package needs to be sent again.",
    "Check it before use: every file of FileLib must hash to its name, every entry of DataLib must have its file.",
    "A remote library needs Full Control for the site server's computer account on the share and on the folder.",
  ],
};
