import type { CommandSpec, OptionSpec } from "./command/command.ts";
import { json, place, repository, store, yes } from "./options/common-options.ts";

const newKey: readonly OptionSpec[] = [
  { flags: "--new-key-file <file>", does: "the new key; made when the file is not there, never overwritten" },
  { flags: "--new-password", does: "a new password, asked for twice on the terminal" },
  {
    flags: "--new-password-from <reference>",
    does: "a new password: env:NAME, file:PATH, credential:NAME or command:PROGRAM",
  },
];

/** The commands of `sitekeep repo`. */
export const repoCommands: readonly CommandSpec[] = [
  {
    name: "repo init",
    summary: "make the repository that the policies name, with its key",
    options: [...place, repository, json],
    examples: [
      ["sitekeep repo init", "`apply` does it too, at its first run; a key file that is there is used"],
      ["sitekeep repo init --repository offsite", "one of several, by the name of its document"],
    ],
    load: () => import("./commands/repo-init.ts"),
  },
  {
    name: "repo stats",
    summary: "what a repository holds and what that takes, by source and by month",
    options: [...store, json],
    examples: [["sitekeep repo stats", "reads manifests, trees and the index; no content"]],
    load: () => import("./commands/repo-stats.ts"),
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
    load: () => import("./commands/repo-check.ts"),
  },
  {
    name: "repo repair",
    summary: "save what can be saved of a damaged repository, and say what can't",
    options: [...store, json, yes],
    examples: [
      ["sitekeep repo repair", "reads everything, shows what it would do and what is lost, and asks"],
    ],
    load: () => import("./commands/repo-repair.ts"),
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
    load: () => import("./commands/repo-prune.ts"),
  },
  {
    name: "repo keys list",
    summary: "the key slots, and which of them the policy's keys open",
    options: [...store, json],
    examples: [["sitekeep repo keys list", "whatever was locked by a key file or a password"]],
    load: () => import("./commands/repo-keys-list.ts"),
  },
  {
    name: "repo keys prove",
    summary: "open a repository with a second key, on another machine, and file that with its date",
    options: [...store, json],
    examples: [
      [
        "sitekeep repo keys prove --folder \\\\backup01\\sitekeep$ --key-file E:\\escrow.key",
        "on a machine that does not write to it; needs no policy",
      ],
      [
        "sitekeep repo keys prove --folder \\\\backup01\\sitekeep$ --password-from credential:escrow",
        "with a password",
      ],
    ],
    load: () => import("./commands/repo-keys-prove.ts"),
  },
  {
    name: "repo keys add",
    summary: "let another key file or password open the repository",
    options: [...store, json, ...newKey],
    examples: [
      ["sitekeep repo keys add --new-key-file E:\\escrow.key", "makes the key, and a slot for it"],
      ["sitekeep repo keys add --new-password", "asks for it twice"],
      ["sitekeep repo keys add --new-password-from env:ESCROW", "where nobody can be asked"],
    ],
    load: () => import("./commands/repo-keys-add.ts"),
  },
  {
    name: "repo keys remove",
    arguments: "<slot>",
    summary: "take a key slot away; never the last one",
    options: [...store, json, yes],
    examples: [["sitekeep repo keys remove 3f9a", "by the beginning of its id; asks first"]],
    load: () => import("./commands/repo-keys-remove.ts"),
  },
  {
    name: "repo keys rotate",
    arguments: "[slot]",
    summary: "put a new key in the place of an old one: added, tried, then the old one removed",
    options: [...store, json, yes, ...newKey],
    examples: [
      ["sitekeep repo keys rotate --new-key-file D:\\keys\\2027.key", "replaces the key of the policy"],
      ["sitekeep repo keys rotate 3f9a --new-password", "replaces that slot"],
    ],
    load: () => import("./commands/repo-keys-rotate.ts"),
  },
];
