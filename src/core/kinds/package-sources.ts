import type { PackageSources } from "../model/policy/source.ts";
import { databaseAt, isTrueAt, textsAt } from "../policy/text/values.ts";
import type { Kind } from "./kind.ts";
import { checkPatterns } from "./parts/check-patterns.ts";
import { isWithin } from "./parts/servers.ts";

export const packageSources: Kind<PackageSources> = {
  kind: "package-sources",
  title: "Package sources",
  captures: "The source folder of every package, application, driver and image that the site database names.",

  byDefault: "packages",
  defaults: { discover: true, folders: [], exclude: [] },
  reachesDatabase: false,
  resolve: ({ name, source, site }) => ({
    kind: "package-sources",
    name,
    discover: isTrueAt(source, "discover"),
    database: databaseAt(site, "database"),
    folders: textsAt(source, "folders"),
    exclude: textsAt(source, "exclude"),
  }),
  check: checkPatterns,

  // Great trees come last.
  captured: { after: "folder" },
  throughQuiet: false,
  carriesWindow: false,
  yieldsToTask: false,

  inPoint: {},
  protects: ({ discover, folders }, thing) =>
    thing.is === "package-folder" && (discover || folders.some((it) => isWithin(thing.path, it))),

  restored: { after: "content-library" },
  runbook: [
    "Restore to the same UNC paths: the database names them, and Update Content reads them.",
    "With the content library restored the sources are not needed at once; without it restore them and run Update Content, which sends everything to every distribution point.",
  ],
};
