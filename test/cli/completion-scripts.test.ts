import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Asks a shell what may come after words, in its own language; prints a line for each. */
const shells: Readonly<Record<string, (words: readonly string[]) => readonly string[]>> = {
  bash: (words) => [
    "--norc",
    "-c",
    `source <(sitekeep completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sitekeep; printf '%s\\n' "\${COMPREPLY[@]}"`,
    "bash",
    ...words,
  ],
  // The completion system itself needs a terminal: its parts that the script calls print what they are given.
  zsh: (words) => [
    "-f",
    "-c",
    `compdef() { [[ "$*" == "_sitekeep sitekeep" ]] }; compadd() { print -rl -- "\${(@P)2}" }; _files() { print -rl -- *.yaml }
source <(sitekeep completion zsh) || exit 1; words=("$@"); CURRENT=$#; _sitekeep`,
    "zsh",
    ...words,
  ],
  fish: (words) => [
    "--no-config",
    "-c",
    `sitekeep completion fish | source; complete -C '${words.join(" ")}'`,
  ],
};

describe.each(Object.keys(shells).map((shell) => ({ shell, title: titleOf(shell) })))(
  "$title",
  ({ shell, title }) => {
    test.skipIf(title !== shell).each([
      [["sn"], ["snapshots"]],
      [
        ["snapshots", ""],
        ["explain", "hold", "list", "release", "show"],
      ],
      [["plan", "--det"], ["--detailed-exitcode"]],
      [
        ["init", "--type", ""],
        ["central-administration", "primary"],
      ],
      [["apply", "poli"], ["policies.yaml"]],
    ])("after %j offers %j", (words, expected) => {
      const place = placeWithProgram();
      const said = execFileSync(shell, shells[shell]!(["sitekeep", ...words]), {
        cwd: place,
        encoding: "utf8",
        env: { ...process.env, HOME: place, PATH: `${place}${delimiter}${process.env["PATH"]}` },
      });
      expect(said.trim().split("\n").sort()).toEqual(expected);
    });
  },
);

function titleOf(shell: string): string {
  return spawnSync(shell, ["--version"]).status === 0 ? shell : `${shell}, which is not on this machine`;
}

/** A folder with the built program under the name that scripts call, and with a file to be offered. */
function placeWithProgram(): string {
  const place = temporaryFolder();
  const program = join(place, "sitekeep");
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${resolve("dist/sitekeep.js")}" "$@"\n`);
  chmodSync(program, 0o755);
  writeFileSync(join(place, "policies.yaml"), "");
  return place;
}
