import { exitCode } from "../command/exit-code.ts";
import type { CommandSpec } from "../command/command.ts";
import { json, place, yes } from "../options/common-options.ts";

const dryRun = { flags: "--dry-run", does: "show it, and change nothing" };

/** The commands of `sitekeep after-backup`. */
export const afterBackupCommands: readonly CommandSpec[] = [
  {
    name: "after-backup install",
    arguments: "<site>",
    summary: "have the site's own backup task hand over to sitekeep when it has succeeded",
    options: [
      ...place,
      json,
      yes,
      dryRun,
      { flags: "--source <name>", does: "the source of kind task-backup, when the policy has several" },
    ],
    examples: [
      ["sitekeep after-backup install PS1 --dry-run", "AfterBackup.bat as it would be written"],
      ["sitekeep after-backup install PS1", "shows it, asks, and keeps a script that is there"],
    ],
    load: () => import("../commands/after-backup-install.ts"),
  },
  {
    name: "after-backup remove",
    arguments: "<site>",
    summary: "take the hand-over away and give back the script that was there before",
    options: [...place, json, yes, dryRun],
    examples: [["sitekeep after-backup remove PS1", "the script of before, to the byte"]],
    load: () => import("../commands/after-backup-remove.ts"),
  },
  {
    name: "after-backup status",
    arguments: "<site>",
    summary: "whose script the task starts, and what became of the last hand-over; changes nothing",
    options: [...place, json],
    examples: [["sitekeep after-backup status PS1", "ends with 3 when something about it is wrong"]],
    alsoEndsWith: exitCode.someFailed,
    load: () => import("../commands/after-backup-status.ts"),
  },
];
