import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test.each([
  ["an option that is not there", ["plan", "--bogus", "--json"]],
  ["a command that is not there", ["bogus", "--json"]],
  ["a missing argument", ["restore", "--json"]],
  ["a value that is none", ["watch", "--every", "soon", "--json"]],
  ["a folder that is not there", ["status", "--policies", "nowhere", "--json"]],
  ["a question that nobody answers", ["verify", "--folder", "nowhere", "--json"]],
])("with --json %s is one document on standard output, and nothing else", async (_, args) => {
  const { code, out, err } = await runProgram(args);
  expect(code).toBe(1);
  const document = JSON.parse(out) as { apiVersion: string; problems: { message: string }[] };
  expect(document.apiVersion).toBe("sitekeep/problems/v1");
  expect(document.problems[0]?.message).not.toMatch(/^error:|\n/);
  expect(err).toBe("");
});

test.each([
  ["--policies"],
  ["--lab"],
  ["--machine"],
  ["--to"],
  ["--folder"],
  ["--staging"],
  ["--staging-read"],
])("%s with an empty value is refused: a variable that was never set means no place", async (option) => {
  const { code, err } = await runProgram(["restore", "PS1/files", option, ""]);
  expect(code).toBe(1);
  expect(err).toContain(`option-invalid: ${option}: its value is empty.`);
});

test("a variable of the environment that is set to nothing is not set", async () => {
  const unset = { SITEKEEP_POLICIES: "", SITEKEEP_LAB: "", SITEKEEP_MACHINE: "" };
  const { code, out } = await runProgram(["validate"], unset);
  expect(code).toBe(0);
  expect(out).toMatch(/^policies: \d+ policies in order/);
});

test("a folder without a repository gets no advice that needs a policy", async () => {
  const { code, err } = await runProgram(["snapshots", "list", "--folder", temporaryFolder()]);
  expect(code).toBe(1);
  expect(err).toContain("repository-absent");
  expect(err).not.toContain("apply");
});

test.skipIf(process.platform === "win32")(
  "a place to restore to that can't be made is named, with the reason",
  async () => {
    const repository = temporaryFolder();
    cpSync("test/golden/repository-v1/plain", repository, { recursive: true });
    const to = join(repository, "config", "below-a-file");
    const { code, err } = await runProgram(["restore", "golden-1", "--folder", repository, "--to", to]);
    expect(code).toBe(1);
    expect(err).toContain(`restore-place-unusable: The folder ${to} can't be made: ENOTDIR`);
  },
);

test("init says which place it can't write to", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "file"), "");
  const place = ["--policies", join(folder, "file", "policies"), "--repository-folder", "/x", "--yes"];
  const { code, err } = await runProgram(["init", "--site", "PS1", "--server", "sql01", ...place]);
  expect(code).toBe(1);
  expect(err).toContain("file-not-written");
});

test("a folder without a policy fails validation: a pull request must not pass because of a wrong path", async () => {
  const folder = join(temporaryFolder(), "policies");
  mkdirSync(folder);
  const { code, err } = await runProgram(["validate", "--policies", folder]);
  expect(code).toBe(1);
  expect(err).toContain("no-policy");
});

test("hazards that a policy shows by itself are risks of its validation, and fail nothing", async () => {
  const file = join(temporaryFolder(), "a.yaml");
  const text = readFileSync("policies/minimal.yaml", "utf8")
    .replace("site:\n", "retention: { last: 1 }\nsite:\n  servers: [cm01]\n")
    .replace(/folder: '.*?'/, "folder: 'F:\\sitekeep'");
  writeFileSync(file, text);
  const { code, out, err } = await runProgram(["validate", "--policies", file]);
  expect(code).toBe(0);
  expect(out).toContain("1 policy in order, 3 risks.");
  expect(err).toMatch(/retention-short[\s\S]*repository-beside-site[\s\S]*key-beside-site/);
  const line = text.split("\n").findIndex((it) => it.startsWith("retention:")) + 1;
  expect(err).toContain(`  at ${file}:${line}:1\n     ${line} | retention: { last: 1 }\n`);
});

test("nothing that a policy says is obeyed by the terminal", async () => {
  const file = join(temporaryFolder(), "a.yaml");
  const text = readFileSync("policies/minimal.yaml", "utf8");
  writeFileSync(file, text.replace("name: minimal", 'name: minimal, labels: { team: "\\e[2Jcleared" }'));
  const { code, out } = await runProgram(["validate", "--explain", "--policies", file]);
  expect(code).toBe(0);
  expect(out).toContain('team: "\\u001b[2Jcleared"');
  expect(out).not.toContain("\u001b");
});

test("watch has nothing to wait for where no policy is: it refuses as plan does", async () => {
  const empty = temporaryFolder();
  for (const policies of [join(empty, "nowhere"), join(empty, "nowhere.yaml"), empty]) {
    const [watched, planned] = await Promise.all(
      ["watch", "plan"].map((command) => runProgram([command, "--policies", policies])),
    );
    expect(watched).toEqual(planned);
    expect(watched!.code).toBe(1);
    expect(watched!.err).toMatch(/policy-folder-missing|no-policy/);
  }
});

test.skipIf(process.platform === "win32")("whoever closes the pipe early hears no complaint", () => {
  // `true` ends before anything is written to it, and the schema is longer than a pipe holds.
  const line = `(sleep 0.2; "$0" dist/sitekeep.js schema policy; "$0" dist/sitekeep.js schema plan) 2>&1 >&3 | cat`;
  const script = `exec 3> >(true); ${line}`;
  const said = execFileSync("bash", ["-c", script, process.execPath], { encoding: "utf8" });
  expect(said).toBe("");
});
