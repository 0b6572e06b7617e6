import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ProblemError, type Problem } from "../../../src/core/base/problem.ts";
import type { SecretRef } from "../../../src/core/model/policy/source.ts";
import { makeRedactor } from "../../../src/engine/session/redact.ts";
import { readSecret } from "../../../src/engine/session/secrets.ts";
import type { World } from "../../../src/engine/session/world.ts";
import { bareMachine, testWorld } from "../../support/test-world.ts";

const folder = mkdtempSync(join(tmpdir(), "sitekeep-secrets-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "password");
writeFileSync(file, "from-the-file\r\n");
const empty = join(folder, "empty");
writeFileSync(empty, "\n");
writeFileSync(join(folder, "lines"), "first\nsecond\n");
const words = "Escrow-ü-1\r\n";
const written = {
  marked: Buffer.from(`\uFEFF${words}`),
  "little-endian": Buffer.from(`\uFEFF${words}`, "utf16le"),
  "big-endian": Buffer.from(`\uFEFF${words}`, "utf16le").swap16(),
  "without-mark": Buffer.from("Escrow-1\r\n", "utf16le"),
  "code-page": Buffer.from(words, "latin1"),
  "cut-off": Buffer.from(`\uFEFF${words}`, "utf16le").subarray(0, -1),
};
for (const [name, bytes] of Object.entries(written)) writeFileSync(join(folder, name), bytes);

const world = testWorld({
  machine: { ...bareMachine, allow: [process.execPath] },
  environment: (name) =>
    ({
      DB_PASSWORD: "from-the-environment",
      MARKED: "\uFEFFfrom-the-environment",
      EMPTY: "",
      CREDENTIALS_DIRECTORY: folder,
    })[name],
});

test.each<[string, SecretRef, string]>([
  ["an environment variable", { env: "DB_PASSWORD" }, "from-the-environment"],
  ["a file, without its line end", { file }, "from-the-file"],
  [
    "an allowed command",
    { command: [process.execPath, "-e", "console.log('from-a-command')"] },
    "from-a-command",
  ],
  ["a file with a byte order mark", { file: join(folder, "marked") }, "Escrow-ü-1"],
  ["a file in UTF-16", { file: join(folder, "little-endian") }, "Escrow-ü-1"],
  ["a file in UTF-16 of the other byte order", { file: join(folder, "big-endian") }, "Escrow-ü-1"],
  ["a credential in UTF-16", { credential: "little-endian" }, "Escrow-ü-1"],
  ["a variable that was set from a file with a mark", { env: "MARKED" }, "from-the-environment"],
  ["a file of several lines", { file: join(folder, "lines") }, "first\nsecond"],
  ["a credential that the service manager passes", { credential: "password" }, "from-the-file"],
])("a secret is read from %s", async (_, reference, value) => {
  expect(await readSecret(world, makeRedactor(), reference)).toBe(value);
});

test("a secret that was read is redacted from then on", async () => {
  const redactor = makeRedactor();
  await readSecret(world, redactor, { file });
  expect(redactor.clean("18456: from-the-file")).toBe("18456: [secret]");
});

const look = "Check the path, and that this account may read it.";

test.each<[string, SecretRef, string, Pick<Problem, "where" | "hint">]>([
  [
    "a missing variable",
    { env: "NOT_SET" },
    "it is not set",
    {
      where: "the environment variable NOT_SET",
      hint: "Set NOT_SET for the account that runs sitekeep.",
    },
  ],
  ["an empty variable", { env: "EMPTY" }, "it is empty", put("the environment variable EMPTY")],
  [
    "a missing file",
    { file: "/no/such" },
    "there is no such file",
    { where: "the secret file /no/such", hint: look },
  ],
  ["a folder", { file: folder }, "EISDIR", { where: `the secret file ${folder}`, hint: look }],
  ["a file in a code page", { file: join(folder, "code-page") }, "it is not UTF-8", save("code-page")],
  ["half a letter of UTF-16", { file: join(folder, "cut-off") }, "it is not UTF-8", save("cut-off")],
  [
    "UTF-16 without its mark",
    { file: join(folder, "without-mark") },
    "it holds NUL, which no secret does",
    save("without-mark"),
  ],
  ["a credential in a code page", { credential: "code-page" }, "it is not UTF-8", save("code-page")],
  [
    "a command that prints a code page",
    node("process.stdout.write(Buffer.from('p\\xe9age', 'latin1'))"),
    "it is not UTF-8",
    print(),
  ],
  [
    "a command that prints UTF-16",
    node("process.stdout.write(Buffer.from('word', 'utf16le'))"),
    "it holds NUL, which no secret does",
    print(),
  ],
  ["an empty file", { file: empty }, "it is empty", put(`the secret file ${empty}`)],
  ["an empty credential", { credential: "empty" }, "it is empty", put("the credential empty")],
  [
    "a command that fails",
    node("console.log('half'); process.exit(3)"),
    "it ended with 3",
    { where: `the secret command ${process.execPath}`, hint: "Run it by hand to see why." },
  ],
  ["a command that says nothing", node(""), "it is empty", put(`the secret command ${process.execPath}`)],
])("%s is a problem that says so", async (_, reference, why, told) => {
  expect(await problemOf(world, reference)).toEqual({
    code: "secret-unreadable",
    severity: "error",
    message: `A secret can't be read from ${told.where}: ${why}.`,
    ...told,
  });
});

function node(script: string): SecretRef {
  return { command: [process.execPath, "-e", script] };
}

function save(name: string) {
  const hint = "Save it as UTF-8, or as UTF-16 with its byte order mark.";
  return { where: `the secret file ${folder}/${name}`, hint };
}

function print() {
  return { where: `the secret command ${process.execPath}`, hint: "Have it print UTF-8." };
}

function put(where: string) {
  return { where, hint: "Put the secret there." };
}

test("a credential where no service manager passes any is a problem with another way", async () => {
  expect(await problemOf(testWorld({ environment: () => undefined }), { credential: "password" })).toEqual({
    code: "secret-unreadable",
    severity: "error",
    message:
      "A secret can't be read from the credential password: no credential store is passed to this process (CREDENTIALS_DIRECTORY is not set).",
    where: "the credential password",
    hint: "Start sitekeep as a service that passes credentials, or refer to a `file` or an allowed `command` instead.",
  });
});

test("a command that this machine does not allow is not run", async () => {
  expect(await problemOf(world, { command: ["/bin/cat", file] })).toEqual({
    code: "executable-not-allowed",
    severity: "error",
    message: "/bin/cat may not be run for a `command:` secret: it is not on this machine's allow-list.",
    where: "/bin/cat",
    hint: "Add it under `allow:` in this machine's machine.yaml, after looking at what it does.",
  });
});

async function problemOf(of: World, reference: SecretRef): Promise<Problem> {
  const thrown = await readSecret(of, makeRedactor(), reference).catch((fault: unknown) => fault);
  expect(thrown).toBeInstanceOf(ProblemError);
  return (thrown as ProblemError).problem;
}
