import type { Folder } from "../model/policy/source.ts";
import { textAt } from "../policy/text/values.ts";
import type { Kind } from "./kind.ts";
import { isMediaRoot } from "./parts/media.ts";
import { isWithin } from "./parts/servers.ts";
import { checkPatterns } from "./parts/check-patterns.ts";
import { filterOf, machineOf } from "./parts/tree.ts";

export const folder: Kind<Folder> = {
  kind: "folder",
  title: "Folder",
  captures: "A folder tree of your choice.",

  // It can mean anything at all.
  byDefault: undefined,
  defaults: { include: ["**"], exclude: [] },
  reachesDatabase: false,
  resolve: ({ name, source }) => ({
    kind: "folder",
    name,
    ...machineOf(source),
    root: textAt(source, "root"),
    ...filterOf(source),
  }),
  check: checkPatterns,

  captured: { after: "scup-database" },
  throughQuiet: false,
  carriesWindow: false,
  yieldsToTask: false,

  inPoint: {},
  protects: ({ root }, thing) =>
    (thing.is === "media" && isMediaRoot(root, thing.installFolder)) ||
    (thing.is === "package-folder" && isWithin(thing.path, root)),

  restored: { after: "scup-database" },
  runbook: [
    "Restore it to where it was, or where whoever uses it expects it. Owners and rights are not part of the copy: set them again.",
  ],
};
