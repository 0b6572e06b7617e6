import type { ScupDatabase } from "../model/policy/source.ts";
import { textAt, textsAt } from "../policy/text/values.ts";
import type { Kind } from "./kind.ts";

export const scupDatabase: Kind<ScupDatabase> = {
  kind: "scup-database",
  title: "Updates Publisher database",
  captures: "Scupdb.sdf of every user profile that has one, under its profile's name.",

  byDefault: "scup",
  defaults: { profiles: "C:\\Users", on: [] },
  reachesDatabase: false,
  resolve: ({ name, source }) => ({
    kind: "scup-database",
    name,
    profiles: textAt(source, "profiles"),
    machines: textsAt(source, "on"),
  }),

  captured: { after: "sql-database" },
  throughQuiet: false,
  carriesWindow: false,
  yieldsToTask: false,

  inPoint: {},
  protects: () => false,

  restored: { after: "sql-database" },
  runbook: [
    "Close Updates Publisher, then put each Scupdb.sdf back into the profile it came from.",
    "The signing certificate is not in this file: have it back in the WSUS publishers' store before publishing.",
  ],
};
