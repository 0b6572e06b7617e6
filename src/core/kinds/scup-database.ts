import type { Kind } from "./kind.ts";

export const scupDatabase: Kind = {
  kind: "scup-database",
  title: "Updates Publisher database",
  captures: "Scupdb.sdf of every user profile that has one, under its profile's name.",
  captured: { after: "sql-database" },
  throughQuiet: false,
  carriesWindow: false,
  yieldsToTask: false,
  restoreOrder: 110,
  runbook: [
    "Close Updates Publisher, then put each Scupdb.sdf back into the profile it came from.",
    "The signing certificate is not in this file: have it back in the WSUS publishers' store before publishing.",
  ],
};
