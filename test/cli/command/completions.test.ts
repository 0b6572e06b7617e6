import { expect, test } from "vitest";
import { commandTable } from "../../../src/cli/command-table.ts";
import { completionsOf } from "../../../src/cli/command/completions.ts";

test.each([
  [["pl"], ["plan"]],
  [
    ["snapshots", ""],
    ["list", "show", "explain", "hold", "release"],
  ],
  [["lab", "a"], ["age"]],
  [
    ["task", ""],
    ["status", "retry"],
  ],
  [
    ["repo", ""],
    ["init", "stats", "check", "repair", "prune", "keys"],
  ],
  [
    ["repo", "keys", "r"],
    ["remove", "rotate"],
  ],
  [["repo", "keys", "add", "--new-k"], ["--new-key-file"]],
  [["plan", "--det"], ["--detailed-exitcode"]],
  [["snapshots", "show", "--fol"], ["--folder"]],
  [["restore", "PS1/f"], []],
  [["schema", "ma"], ["machine"]],
  [["schema", "machine", ""], []],
  [
    ["init", "--type", ""],
    ["primary", "central-administration"],
  ],
  [["plan", "--lab", "--"], []],
  [["plan", '""'], []],
  [["nonsense", "x"], []],
])("after %j come %j", (words, expected) => {
  expect(completionsOf(commandTable, words)).toEqual(expected);
});

test("every command has a summary, an example that begins with it, and options that say what they do", () => {
  for (const { name, summary, examples, options } of commandTable) {
    expect(summary, name).not.toBe("");
    expect(examples[0]?.[0], name).toContain(`sitekeep ${name}`);
    expect(
      options.filter((it) => it.does === ""),
      name,
    ).toEqual([]);
  }
});
