import type { CommandSpec } from "./command.ts";

/**
 * The words that may stand where the last of `words` stands. Empty when anything may: a shell offers files
 * then.
 */
export function completionsOf(commands: readonly CommandSpec[], words: readonly string[]): readonly string[] {
  const typed = words.map((word) => (word === '""' ? "" : word));
  const last = typed.at(-1) ?? "";
  const before = typed.slice(0, -1);
  return candidates(commands, before, last).filter((word) => word.startsWith(last));
}

function candidates(
  commands: readonly CommandSpec[],
  typed: readonly string[],
  last: string,
): readonly string[] {
  const before = typed.filter((word) => !word.startsWith("-"));
  const spec = commands.find(({ name }) =>
    sameWords(name.split(" "), before.slice(0, name.split(" ").length)),
  );
  if (spec) return wordsFor(spec, typed, last);
  const below = commands
    .map((it) => it.name.split(" "))
    .filter((it) => sameWords(it.slice(0, before.length), before));
  return [...new Set(below.flatMap((it) => it[before.length] ?? []))];
}

function wordsFor(spec: CommandSpec, typed: readonly string[], last: string): readonly string[] {
  const awaiting = spec.options.find(
    ({ flags }) => flags.split(" ").length > 1 && flags.split(" ")[0] === typed.at(-1),
  );
  if (awaiting) return awaiting.choices ?? [];
  if (last.startsWith("-")) return optionNames(spec.options);
  return typed.length === spec.name.split(" ").length ? (spec.words ?? []) : [];
}

function optionNames(options: readonly { readonly flags: string }[]): readonly string[] {
  return [...options.map(({ flags }) => flags.split(" ")[0]!), "--help"];
}

function sameWords(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((word, index) => word === right[index]);
}
