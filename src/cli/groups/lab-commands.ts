import type { CommandSpec } from "../command/command.ts";

/** The commands of `sitekeep lab`. */
export const labCommands: readonly CommandSpec[] = [
  {
    name: "lab create",
    arguments: "<dir>",
    summary: "make a simulated hierarchy on this machine",
    options: [
      { flags: "--seed <text>", does: "which of the shapes in which real sites differ (default: the usual)" },
      {
        flags: "--variant <name=shape,...>",
        does: "shapes that are wanted whatever the seed says; docs/lab.md lists them",
      },
    ],
    examples: [
      ["sitekeep lab create ./lab-site", "a CAS, two primaries, one of them complete on disk"],
      ["sitekeep lab create ./lab-site --seed 7", "shapes by chance; says which"],
      [
        "sitekeep lab create ./lab-site --variant sqlServer=2017,certificates=hidden",
        "an old SQL Server, and a login that is shown no certificate",
      ],
    ],
    load: () => import("../commands/lab-create.ts"),
  },
  {
    name: "lab start",
    runsUntilStopped: true,
    arguments: "<dir>",
    summary: "run the lab's SQL Servers until Ctrl-C",
    options: [],
    examples: [["sitekeep lab start ./lab-site", "then, elsewhere: sitekeep plan --lab ./lab-site"]],
    load: () => import("../commands/lab-start.ts"),
  },
  {
    name: "lab status",
    arguments: "<dir>",
    summary: "which servers run, what time it is there, and what is broken",
    options: [],
    examples: [["sitekeep lab status ./lab-site", "before you look for the fault in a policy"]],
    load: () => import("../commands/lab-status.ts"),
  },
  {
    name: "lab age",
    arguments: "<dir> <time>",
    summary: "let time pass in the lab",
    options: [],
    examples: [["sitekeep lab age ./lab-site 6d", "six days later"]],
    load: () => import("../commands/lab-age.ts"),
  },
  {
    name: "lab change",
    arguments: "<dir>",
    summary: "change files, rows and registry values as a working day would",
    options: [{ flags: "--seed <text>", does: "which changes (default: another each time)" }],
    examples: [["sitekeep lab change ./lab-site", "says what it changed"]],
    load: () => import("../commands/lab-change.ts"),
  },
  {
    name: "lab incident",
    arguments: "<dir> [name]",
    summary: "break something; without a name: what can be broken",
    options: [{ flags: "--off", does: "undo it, where it can be undone" }],
    examples: [["sitekeep lab incident ./lab-site sql-down", "the site's SQL Server stops answering"]],
    load: () => import("../commands/lab-incident.ts"),
  },
  {
    name: "lab demo",
    arguments: "[dir]",
    summary: "the whole story in a minute: made, planned, applied, aged, broken, restored",
    options: [{ flags: "--keep", does: "leave the lab site for a closer look" }],
    examples: [["sitekeep lab demo", "works in a temporary folder"]],
    load: () => import("../commands/lab-demo.ts"),
  },
];
