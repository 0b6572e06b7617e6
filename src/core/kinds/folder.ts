import type { Kind } from "./kind.ts";

export const folder: Kind = {
  kind: "folder",
  title: "Folder",
  captures: "A folder tree of your choice.",
  captured: { after: "scup-database" },
  throughQuiet: false,
  carriesWindow: false,
  yieldsToTask: false,
  restoreOrder: 120,
  runbook: [
    "Restore it to where it was, or where whoever uses it expects it. Owners and rights are not part of the copy: set them again.",
  ],
};
