import type { CommandSpec } from "../command/command.ts";
import { json, place, store, yes } from "../options/common-options.ts";

/** The commands of `sitekeep snapshots`. */
export const snapshotCommands: readonly CommandSpec[] = [
  {
    name: "snapshots list",
    summary: "what exists, by recovery point",
    options: [...store, json, { flags: "--site <code>", does: "only this site" }],
    examples: [["sitekeep snapshots list --site PS1", "points of PS1, newest first"]],
    load: () => import("../commands/snapshots-list.ts"),
  },
  {
    name: "snapshots show",
    arguments: "<snapshot> [path]",
    summary: "one snapshot: its facts, remarks, and what is in it",
    options: [...store, json],
    examples: [
      ["sitekeep snapshots show PS1/library", "the newest of a source"],
      ["sitekeep snapshots show PS1/packages~1 Office", "the one before, below a folder"],
    ],
    load: () => import("../commands/snapshots-show.ts"),
  },
  {
    name: "snapshots explain",
    arguments: "[snapshot]",
    summary: "why each recovery point is kept and until when, or when it will go",
    options: [...place, json, { flags: "--site <code>", does: "only this site" }],
    examples: [
      ["sitekeep snapshots explain --site PS1", "every point of PS1 with all its reasons, newest first"],
      ["sitekeep snapshots explain PS1/library~3", "the point that holds this snapshot"],
    ],
    load: () => import("../commands/snapshots-explain.ts"),
  },
  {
    name: "snapshots hold",
    arguments: "<point>",
    summary: "keep a recovery point whatever the rules say, until it is released",
    options: [...store, json, { flags: "--because <why>", does: "why, for whoever asks in a year" }],
    examples: [
      ["sitekeep snapshots hold PS1@2026-11-22T01:30Z --because 'before 2603'", "the point of that minute"],
      ["sitekeep snapshots hold PS1/database --because 'case 4711'", "the point that holds this snapshot"],
    ],
    load: () => import("../commands/snapshots-hold.ts"),
  },
  {
    name: "snapshots release",
    arguments: "<point>",
    summary: "end every hold of a recovery point, and say when it will then go",
    options: [...store, json, { flags: "--because <why>", does: "why it is no longer needed" }, yes],
    examples: [
      ["sitekeep snapshots release PS1@2026-11-22T01:30Z", "shows the holds, and asks"],
      ["sitekeep snapshots release PS1/database --because 'case closed' --yes", "asks nothing"],
    ],
    load: () => import("../commands/snapshots-release.ts"),
  },
];
