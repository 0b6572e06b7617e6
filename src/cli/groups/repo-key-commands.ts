import { exitCode } from "../command/exit-code.ts";
import type { CommandSpec, TextOption } from "../command/command.ts";
import { json, store, yes } from "../options/common-options.ts";

const newKey: readonly TextOption[] = [
  { flags: "--new-key-file <file>", does: "the new key; made when the file is not there, never overwritten" },
  { flags: "--new-password", does: "a new password, asked for twice on the terminal" },
  {
    flags: "--new-password-from <reference>",
    does: "a new password: env:NAME, file:PATH, credential:NAME or command:PROGRAM",
  },
];

/** The commands of `sitekeep repo keys`. */
export const repoKeyCommands: readonly CommandSpec[] = [
  {
    name: "repo keys list",
    summary: "the key slots, and which of them the policy's keys open",
    options: [...store, json],
    examples: [["sitekeep repo keys list", "whatever was locked by a key file or a password"]],
    load: () => import("../commands/repo-keys-list.ts"),
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
    alsoEndsWith: exitCode.someFailed,
    load: () => import("../commands/repo-keys-prove.ts"),
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
    load: () => import("../commands/repo-keys-add.ts"),
  },
  {
    name: "repo keys remove",
    arguments: "<slot>",
    summary: "take a key slot away; never the last one",
    options: [...store, json, yes],
    examples: [["sitekeep repo keys remove 3f9a", "by the beginning of its id; asks first"]],
    load: () => import("../commands/repo-keys-remove.ts"),
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
    load: () => import("../commands/repo-keys-rotate.ts"),
  },
];
