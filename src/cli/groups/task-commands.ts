import { exitCode } from "../command/exit-code.ts";
import type { CommandSpec } from "../command/command.ts";
import { json, place, yes } from "../options/common-options.ts";

/** The site's own task *Backup Site Server*. */
export const taskCommands: readonly CommandSpec[] = [
  {
    name: "task status",
    arguments: "<site>",
    summary: "how the site's own backup task went, by all its witnesses, and whether its set is kept",
    options: [...place, json],
    examples: [
      [
        "sitekeep task status PS1",
        "ends with 3 where the last run did not end well, or its set is not whole",
      ],
      ["sitekeep task status PS1 --json", "for a script"],
    ],
    alsoEndsWith: exitCode.someFailed,
    load: () => import("../commands/task-status.ts"),
  },
  {
    name: "task retry",
    arguments: "<site>",
    summary: "run the site's own backup task again, on the active site server, and wait for its end",
    options: [
      ...place,
      json,
      yes,
      { flags: "--without-copy", does: "even where its only set, which it deletes first, is in no snapshot" },
      { flags: "--wait <time>", does: "how long its end is waited for (default: 2h)" },
    ],
    examples: [
      [
        "sitekeep task retry PS1",
        "asks first, and refuses while its set is in no snapshot that was read back",
      ],
      ["sitekeep task retry PS1 --without-copy --yes", "in a script, where the set may be lost"],
    ],
    alsoEndsWith: exitCode.someFailed,
    load: () => import("../commands/task-retry.ts"),
  },
];
