import { Command, Option } from "commander";
import type { CommandSpec, OptionSpec } from "./command/command.ts";
import { commandGroups, commandTable } from "./command-table.ts";
import { programVersion } from "./world/version.ts";

/** Called for the command that was typed, with what was typed. */
export type Dispatch = (
  spec: CommandSpec,
  args: readonly string[],
  options: Record<string, string | true>,
) => Promise<void>;

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

/** The group that a command is in, made if it is not there yet. Groups lie in groups: `repo keys list`. */
function parentOf(program: Command, { name }: CommandSpec): Command {
  const words = name.split(" ").slice(0, -1);
  return words.reduce((parent, word, at) => {
    const known = parent.commands.find((it) => it.name() === word);
    return known ?? parent.command(word).description(describe(words.slice(0, at + 1).join(" ")));
  }, program);
}

function describe(prefix: string): string {
  return commandGroups.find((it) => it.prefix === prefix)?.does ?? "";
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
