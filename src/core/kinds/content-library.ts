import type { ContentLibrary } from "../model/policy/source.ts";
import { addMissing, byDefault } from "../policy/text/completing.ts";
import { isTrueAt, perMilleAt, textsAt } from "../policy/text/values.ts";
import { asWritten, find } from "../policy/text/written.ts";
import type { Kind } from "./kind.ts";
import { machineOf } from "./parts/tree.ts";

export const contentLibrary: Kind<ContentLibrary> = {
  kind: "content-library",
  title: "Content library",
  captures:
    "DataLib, PkgLib and FileLib over all their drives; files of FileLib are held against the hash that is their name.",

  byDefault: "library",
  defaults: { folders: [], verify: "1%" },
  reachesDatabase: false,
  complete(source) {
    const folders = find(source, "folders");
    const discover = folders?.is === "list" && folders.items.length === 0;
    return addMissing(source, "discover", asWritten(discover, byDefault));
  },
  resolve: ({ name, source }) => ({
    kind: "content-library",
    name,
    ...machineOf(source),
    discover: isTrueAt(source, "discover"),
    folders: textsAt(source, "folders"),
    verifyPerMille: perMilleAt(source, "verify"),
  }),

  captured: { after: "user-state" },
  throughQuiet: false,
  carriesWindow: false,
  yieldsToTask: false,
  rereadPerMille: ({ verifyPerMille }) => verifyPerMille,

  inPoint: {},
  protects: (_, { is }) => is === "library",

  restored: { after: "windows-registry" },
  runbook: [
    "Restore it to the drives and folders that it had, before content is distributed; then no package needs to be sent again.",
    "Check it before use: every file of FileLib must hash to its name, every entry of DataLib must have its file.",
    "A remote library needs Full Control for the site server's computer account on the share and on the folder.",
  ],
};
