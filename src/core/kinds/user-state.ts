import type { Kind } from "./kind.ts";

export const userState: Kind = {
  kind: "user-state",
  title: "User state",
  captures: "The folders of every state migration point, as the site database names them.",
  captured: { after: "package-sources" },
  throughQuiet: false,
  carriesWindow: false,
  yieldsToTask: false,
  restoreOrder: 90,
  runbook: [
    "Restore to the same folders on the same server: the database holds each store's path and its key.",
    "A store can be opened only with a site database of the same time or later that still knows its key; check one with UsmtUtils /verify.",
    "Stores whose deletion date has come are not needed.",
  ],
};
