import type { CommandSpec } from "../command/command.ts";
import { json, place, repository, store, yes } from "../options/common-options.ts";

/** The commands of `sitekeep repo`, but for its keys. */
export const repoCommands: readonly CommandSpec[] = [
  {
    name: "repo init",
    summary: "make the repository that the policies name, with its key",
    options: [...place, repository, json],
    examples: [
      ["sitekeep repo init", "`apply` does it too, at its first run; a key file that is there is used"],
      ["sitekeep repo init --repository offsite", "one of several, by the name of its document"],
    ],
    load: () => import("../commands/repo-init.ts"),
  },
  {
    name: "repo stats",
    summary: "what a repository holds and what that takes, by source and by month",
    options: [...store, json],
    examples: [["sitekeep repo stats", "reads manifests, trees and the index; no content"]],
    load: () => import("../commands/repo-stats.ts"),
  },
  {
    name: "repo check",
    summary: "whether a repository is whole, and which files are hurt where it is not",
    options: [
      ...store,
      json,
      {
        flags: "--read-data [share]",
        does: "read every pack and prove each byte of it, or a share: the least recently proven first",
      },
    ],
    examples: [
      ["sitekeep repo check", "opens every object and follows every tree; reads no content"],
      ["sitekeep repo check --read-data", "reads and proves everything"],
      ["sitekeep repo check --read-data 10%", "every day: all of it within ten days"],
    ],
    load: () => import("../commands/repo-check.ts"),
  },
  {
    name: "repo repair",
    summary: "save what can be saved of a damaged repository, and say what can't",
    options: [...store, json, yes],
    examples: [
      ["sitekeep repo repair", "reads everything, shows what it would do and what is lost, and asks"],
    ],
    load: () => import("../commands/repo-repair.ts"),
  },
  {
    name: "repo prune",
    summary: "give back what no snapshot needs: into the trash, and deleted by a later prune",
    options: [
      ...store,
      json,
      yes,
      { flags: "--dry-run", does: "show what would be done, and do nothing" },
      { flags: "--max-unused <share>", does: "how much of what stays may be unused (default: 10%)" },
      { flags: "--grace <duration>", does: "how long the trash is kept (default: 24h)" },
      { flags: "--clock-is-right", does: "prune though the repository knows of a later time" },
    ],
    examples: [
      ["sitekeep repo prune --dry-run", "what would come free"],
      ["sitekeep repo prune --yes", "for a scheduled task; two runs give the space back"],
    ],
    load: () => import("../commands/repo-prune.ts"),
  },
];
