import { isSameHost } from "../base/host-name.ts";
import { isOnMachine } from "../base/windows-place.ts";
import type { UserState } from "../model/policy/source.ts";
import { databaseAt, isTrueAt, textsAt } from "../policy/text/values.ts";
import type { Kind } from "./kind.ts";

export const userState: Kind<UserState> = {
  kind: "user-state",
  title: "User state",
  captures: "The folders of every state migration point, as the site database names them.",

  byDefault: "userState",
  defaults: { discover: true, folders: [] },
  reachesDatabase: false,
  resolve: ({ name, source, site }) => ({
    kind: "user-state",
    name,
    discover: isTrueAt(source, "discover"),
    database: databaseAt(site, "database"),
    folders: textsAt(source, "folders"),
  }),

  captured: { after: "package-sources" },
  throughQuiet: false,
  carriesWindow: false,
  yieldsToTask: false,

  inPoint: {},
  protects: ({ discover, on, folders }, thing) => {
    if (thing.is !== "state-migration-point") return false;
    if (discover || (on !== undefined && isSameHost(on, thing.server))) return true;
    return folders.some((it) => it.startsWith("\\\\") && isOnMachine(it, [thing.server]));
  },

  restored: { after: "reporting-server" },
  runbook: [
    "Restore to the same folders on the same server: the database holds each store's path and its key.",
    "A store can be opened only with a site database of the same time or later that still knows its key; check one with UsmtUtils /verify.",
    "Stores whose deletion date has come are not needed.",
  ],
};
