import type { CommandSpec } from "./command/command.ts";
import { afterBackupCommands } from "./groups/after-backup-commands.ts";
import { labCommands } from "./groups/lab-commands.ts";
import { notifyCommands } from "./groups/notify-commands.ts";
import { policyCommands } from "./groups/policy-commands.ts";
import { recoveryCommands } from "./groups/recovery-commands.ts";
import { repoCommands } from "./groups/repo-commands.ts";
import { repoKeyCommands } from "./groups/repo-key-commands.ts";
import { shellCommands } from "./groups/shell-commands.ts";
import { taskCommands } from "./groups/task-commands.ts";
import { snapshotCommands } from "./groups/snapshot-commands.ts";

/** Commands of one file, in the order in which help shows them. */
export interface CommandGroup {
  /** The words with which all of them begin, where they do. */
  readonly prefix?: string;
  /** What help says of these words. */
  readonly does?: string;
  readonly commands: readonly CommandSpec[];
}

/** Every group, in the order in which help shows them. */
export const commandGroups: readonly CommandGroup[] = [
  { commands: policyCommands },
  { prefix: "snapshots", does: "what exists in the repositories", commands: snapshotCommands },
  { commands: recoveryCommands },
  {
    prefix: "after-backup",
    does: "the hand-over from the site's own task Backup Site Server",
    commands: afterBackupCommands,
  },
  { prefix: "task", does: "the site's own task Backup Site Server", commands: taskCommands },
  { prefix: "notify", does: "whom the policies want told what is red", commands: notifyCommands },
  { prefix: "repo", does: "the repositories themselves", commands: repoCommands },
  { prefix: "repo keys", does: "what opens a repository", commands: repoKeyCommands },
  {
    prefix: "lab",
    does: "a simulated site on this machine: for the demo, tests and training",
    commands: labCommands,
  },
  { commands: shellCommands },
];

/** Every command, in the order in which help shows them. */
export const commandTable: readonly CommandSpec[] = commandGroups.flatMap((it) => it.commands);
