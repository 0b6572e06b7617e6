import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runHere } from "../../support/command-line.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test.each([
  ["lab start", "half", /The lab in \S+half is not whole: its state\.json can't be used \(ENOENT/],
  [
    "lab status",
    "torn",
    /The lab in \S+torn is not whole: its state\.json can't be used \(it holds no state/,
  ],
  ["lab status", "started", /running\.json can't be read\. Delete it if no server of this lab runs\./],
  ["lab start", "robbed", /The lab's files can't be used: ENOENT: .*server\.key/],
  ["lab change", "robbed", /There is no database file \S+CM_PS1\.mdf\./],
  ["lab create", "file", /The lab's files can't be used: ENOTDIR: /],
  ["plan --lab", "half", /The lab in \S+half is not whole: its state\.json can't be used \(ENOENT/],
  ["status --lab", "file", /There is no lab site in \S+file that was ever started\./],
])(
  "`%s` on a folder that is %s says what is wrong with it, and the cure",
  async (command, folder, message) => {
    const { code, err } = await runHere([...command.split(" "), join(wrongFolders(), folder)]);
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(err).toMatch(/^ {2}fix: .*`sitekeep lab create/m);
    expect(err).not.toContain("internal-fault");
  },
);

test("shapes that the lab has not are refused, with those that there are, and nothing is made", async () => {
  const folder = join(temporaryFolder(), "lab");
  const { code, err } = await runHere(["lab", "create", folder, "--variant", "sqlServer=2019"]);
  expect(code).toBe(1);
  expect(err).toContain(
    "The lab has no shape sqlServer=2019. There are: siteStatusColumn=SiteStatus|Status,",
  );
  expect(existsSync(folder)).toBe(false);
});

/** Folders that are half a lab, each in its way, and a file that is none. */
function wrongFolders(): string {
  const root = temporaryFolder();
  const state = JSON.stringify({ clockOffsetMs: 0, hostClockOffsetMs: {}, incidents: [], changes: 0 });
  const labs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    half: { "machine.yaml": "identity: cm01.lab\n" },
    torn: { "state.json": "null" },
    started: { "state.json": state, "running.json": '{"pid":' },
    robbed: { "state.json": state },
  };
  for (const [name, files] of Object.entries(labs)) {
    mkdirSync(join(root, name));
    for (const [file, text] of Object.entries({ "lab.json": "{}", ...files }))
      writeFileSync(join(root, name, file), text);
  }
  writeFileSync(join(root, "file"), "");
  return root;
}
