import { exitCode } from "../command/exit-code.ts";
import type { CommandSpec } from "../command/command.ts";
import { json, place } from "../options/common-options.ts";

/** Whom the program tells what is red. */
export const notifyCommands: readonly CommandSpec[] = [
  {
    name: "notify test",
    arguments: "[site]",
    summary: "post a test message to each webhook of the policies, and say what it answered",
    options: [...place, json],
    examples: [
      ["sitekeep notify test", "all policies: would an alarm arrive?"],
      ["sitekeep notify test PS1", "the webhooks of one site"],
    ],
    alsoEndsWith: exitCode.someFailed,
    load: () => import("../commands/notify-test.ts"),
  },
];
