import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { hasTerminal, pressIn } from "../support/terminal.ts";

const [controlC, controlD, enter, down] = ["\u0003", "\u0004", "\r", "\u001b[B"];

/** Commands that ask, each with its first question. */
const asking: Readonly<Record<string, readonly [readonly string[], string]>> = {
  "a line of text": [["init"], "Site code"],
  "one of several": [["init", "--site", "PS1"], "Type of the site"],
  "a secret": [
    ["repo", "keys", "add", "--new-password", "--folder", "ENCRYPTED", "--key-file", "KEY"],
    "New password",
  ],
  "yes or no": [["snapshots", "release", "golden-1", "--folder", "PLAIN"], "[y/N]"],
};

test.skipIf(!hasTerminal).each(
  Object.entries(asking).flatMap(([what, [args, question]]) => [
    { what, key: "Ctrl-C", pressed: controlC, args, question },
    { what, key: "Ctrl-D", pressed: controlD, args, question },
  ]),
)("$key where $what is asked ends the command with 130, and without a word", async (given) => {
  const root = temporaryFolder();
  cpSync("test/golden/repository-v1", root, { recursive: true });
  const repository = join(root, "plain");
  const places: Readonly<Record<string, string>> = {
    PLAIN: repository,
    ENCRYPTED: join(root, "encrypted"),
    KEY: join(root, "encrypted.key"),
  };
  const cache = { XDG_CACHE_HOME: join(root, "cache"), SITEKEEP_POLICIES: join(root, "policies") };
  const hold = ["snapshots", "hold", "golden-1", "--because", "an audit", "--folder", repository];
  if (given.what === "yes or no") expect((await runProgram(hold, cache)).code).toBe(0);
  const args = given.args.map((it) => places[it] ?? it);
  const { shown, code } = await pressIn(args, [[given.question, given.pressed]], cache);
  expect(code).toBe(130);
  const rest = shown.slice(shown.lastIndexOf(given.question));
  expect(rest).not.toMatch(/error|internal|unsettled|Stopping|file:/i);
  expect(existsSync(cache.SITEKEEP_POLICIES)).toBe(false);
});

test.skipIf(!hasTerminal)(
  "init asks for the type, judges each answer at once, and writes what it was told",
  async () => {
    const root = temporaryFolder();
    const folder = join(root, "policies");
    const { shown, code } = await pressIn(
      ["init", "--policies", folder],
      [
        ["Site code", `SMS${enter}`],
        ["reserves", `\u0015cas${enter}`],
        ["Type of the site", `${down}${enter}`],
        ["SQL Server", `sqlcas${enter}`],
        ["snapshots are to live", `backup${enter}`],
        ["absolute path", `\u0015/srv/backup${enter}`],
      ],
    );
    expect(code, shown).toBe(0);
    const text = readFileSync(join(folder, "cas.yaml"), "utf8");
    expect(text).toContain("type: central-administration");
    expect(text).toContain("location: { folder: '/srv/backup' }");
  },
);
