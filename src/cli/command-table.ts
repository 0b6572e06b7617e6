import type { CommandSpec } from "./command/command.ts";
import { labCommands } from "./groups/lab-commands.ts";
import { policyCommands } from "./groups/policy-commands.ts";
import { recoveryCommands } from "./groups/recovery-commands.ts";
import { repoCommands } from "./groups/repo-commands.ts";
import { repoKeyCommands } from "./groups/repo-key-commands.ts";
import { shellCommands } from "./groups/shell-commands.ts";
import { snapshotCommands } from "./groups/snapshot-commands.ts";

/** Every command, in the order in which help shows them. */
export const commandTable: readonly CommandSpec[] = [
  ...policyCommands,
  ...snapshotCommands,
  ...recoveryCommands,
  ...repoCommands,
  ...repoKeyCommands,
  ...labCommands,
  ...shellCommands,
];
