import type { Kind } from "./kind.ts";

export const packageSources: Kind = {
  kind: "package-sources",
  title: "Package sources",
  captures: "The source folder of every package, application, driver and image that the site database names.",
  // Great trees come last.
  captured: { after: "folder" },
  throughQuiet: false,
  carriesWindow: false,
  yieldsToTask: false,
  restoreOrder: 70,
  runbook: [
    "Restore to the same UNC paths: the database names them, and Update Content reads them.",
    "With the content library restored the sources are not needed at once; without it restore them and run Update Content, which sends everything to every distribution point.",
  ],
};
