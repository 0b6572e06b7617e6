import type { CommandSpec } from "../command/command.ts";

/** What editors and shells ask for. */
export const shellCommands: readonly CommandSpec[] = [
  {
    name: "schema",
    arguments: "[name]",
    words: ["policy", "source", "machine", "plan"],
    summary: "print a JSON Schema, or write all as files: policy, source, machine, plan",
    options: [{ flags: "--out <dir>", does: "write NAME.schema.json into this folder, or all of them" }],
    examples: [
      ["sitekeep schema policy", "for another program; it refers to no other file"],
      ["sitekeep schema --out policies", "for editors, beside the policies that name it"],
    ],
    load: () => import("../commands/schema.ts"),
  },
  {
    name: "completion",
    arguments: "<shell> [words...]",
    words: ["bash", "zsh", "fish", "powershell"],
    summary: "print a completion script: bash, zsh, fish or powershell",
    options: [],
    examples: [
      ["sitekeep completion bash >> ~/.bashrc", "for bash"],
      ["sitekeep completion zsh >> ~/.zshrc", "for zsh"],
      ["sitekeep completion fish > ~/.config/fish/completions/sitekeep.fish", "for fish"],
      ["sitekeep completion powershell >> $PROFILE", "for PowerShell"],
    ],
    load: () => import("../commands/completion.ts"),
  },
];
