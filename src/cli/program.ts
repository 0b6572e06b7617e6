import { Command, Option } from "commander";
import type { CommandSpec, OptionSpec } from "./command.ts";
import { commandTable } from "./command-table.ts";
import { programVersion } from "./version.ts";

/** Called for the command that was typed, with what was typed. */
export type Dispatch = (
  spec: CommandSpec,
  args: readonly string[],
  options: Record<string, string | true>,
) => Promise<void>;

const groups: Record<string, string> = {
  snapshots: "what exists in the repositories",
  lab: "a simulated site on this machine: for the demo, tests and training",
};

/** Builds the argument parser from the command table. No command's code is loaded for it. */
export function buildProgram(dispatch: Dispatch): Command {
  const program = new Command("sitekeep")
    .description("Keeps Configuration Manager sites recoverable: policies as code, planned, applied, proven.")
    .version(programVersion, "-V, --version")
    .showHelpAfterError("(`--help` shows what is possible)")
    .addHelpText("after", "\nA first look without a site: sitekeep lab demo\n");
  for (const spec of commandTable) addCommand(parentOf(program, spec), spec, dispatch);
  return program;
}

function parentOf(program: Command, spec: CommandSpec): Command {
  const [group, rest] = spec.name.split(" ");
  if (rest === undefined) return program;
  const known = program.commands.find((it) => it.name() === group);
  return known ?? program.command(group!).description(groups[group!] ?? "");
}

function addCommand(parent: Command, spec: CommandSpec, dispatch: Dispatch): void {
  const command = parent.command(spec.name.split(" ").at(-1)!).description(spec.summary);
  for (const argument of spec.arguments?.split(" ") ?? []) command.argument(argument);
  for (const option of spec.options) command.addOption(makeOption(option));
  command.addHelpText("after", () => exampleText(spec));
  command.action(() => dispatch(spec, command.args, command.opts()));
}

function makeOption({ flags, does, choices }: OptionSpec): Option {
  const option = new Option(flags, does);
  return choices ? option.choices([...choices]) : option;
}

function exampleText(spec: CommandSpec): string {
  const lines = spec.examples.map(([line, does]) => `  ${line}\n      ${does}`);
  return `\nExamples:\n${lines.join("\n")}\n`;
}
