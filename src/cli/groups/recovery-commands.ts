import { exitCode } from "../command/exit-code.ts";
import type { CommandSpec } from "../command/command.ts";
import { json, place, store, yes } from "../options/common-options.ts";

/** What is done with snapshots: proven, copied, given back. */
export const recoveryCommands: readonly CommandSpec[] = [
  {
    name: "verify",
    arguments: "[site]",
    summary: "read snapshots back and prove them; the least recently proven first",
    options: [
      ...place,
      json,
      { flags: "--read <share>", does: "how much of each snapshot is read, as 5% (default: 100%)" },
    ],
    examples: [
      ["sitekeep verify PS1", "the newest snapshot of every source, whole"],
      ["sitekeep verify --read 5%", "a sample of every site's"],
    ],
    alsoEndsWith: exitCode.someFailed,
    load: () => import("../commands/verify.ts"),
  },
  {
    name: "copy",
    arguments: "[site]",
    summary: "copy recovery points to the second repository that the policies name",
    options: [
      ...place,
      json,
      yes,
      { flags: "--to <name>", does: "only to this repository of copies" },
      { flags: "--dry-run", does: "say what would be copied and what would be forgotten there" },
    ],
    examples: [
      ["sitekeep copy", "what the copies lack; `apply` and `watch` do it too, behind their captures"],
      ["sitekeep copy PS1 --to offsite --dry-run", "changes nothing"],
    ],
    alsoEndsWith: exitCode.someFailed,
    load: () => import("../commands/copy.ts"),
  },
  {
    name: "restore",
    arguments: "<snapshot> [paths...]",
    summary: "give files back, verified; or a database to a SQL Server",
    options: [
      ...store,
      json,
      { flags: "--to <dir>", does: "where the files go; nothing there is overwritten" },
      { flags: "--overwrite", does: "replace files that are there" },
      { flags: "--dry-run", does: "say what would be restored" },
      {
        flags: "--database <name>",
        does: "restore the database under this name, on the policy's server or --server",
      },
      { flags: "--server <name>", does: "another SQL Server for --database" },
      {
        flags: "--staging <folder>",
        does: "with --database: where that server reads backups (default: the source's, else the server's own)",
      },
      {
        flags: "--staging-read <folder>",
        does: "the same folder as this machine reaches it (default: the administrative share)",
      },
      { flags: "--replace", does: "with --database: replace a database of that name" },
      yes,
    ],
    examples: [
      ["sitekeep restore PS1/files --to D:\\restored", "everything of the newest snapshot"],
      ["sitekeep restore PS1/packages Office/setup.exe --to .", "one file"],
      ["sitekeep restore PS1/packages Office --to D:\\restored", "a folder by its name, where one has it"],
      ["sitekeep restore PS1/database --database CM_PS1_DRILL", "the site database beside the live one"],
    ],
    alsoEndsWith: exitCode.someFailed,
    load: () => import("../commands/restore.ts"),
  },
];
