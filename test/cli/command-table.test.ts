import { globSync } from "node:fs";
import { expect, test } from "vitest";
import { commandGroups, commandTable } from "../../src/cli/command-table.ts";

const commandFiles = globSync("src/cli/commands/*.ts").sort();

test("the words that commands begin with are those of their group, and help says what each is about", () => {
  const strays = commandGroups.flatMap(({ prefix = "", does = "", commands }) =>
    commands.filter(({ name }) => firstWords(name) !== prefix || (prefix !== "") !== (does !== "")),
  );
  expect(strays.map((it) => it.name)).toEqual([]);
});

test("no two commands have one name", () => {
  const names = commandTable.map((it) => it.name);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test("each command is the file of its name, and each file is a command", () => {
  const loaded = commandTable.map(({ load }) => /commands\/[a-z-]+\.ts/.exec(load.toString())?.[0]);
  expect(loaded).toEqual(commandTable.map(({ name }) => `commands/${name.replaceAll(" ", "-")}.ts`));
  expect([...loaded].sort()).toEqual(commandFiles.map((file) => file.replaceAll("\\", "/").slice(8)));
});

function firstWords(name: string): string {
  return name.split(" ").slice(0, -1).join(" ");
}
