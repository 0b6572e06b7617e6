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

const world = testWorld({
  machine: { ...bareMachine, allow: [process.execPath] },
  environment: (name) =>
    ({ DB_PASSWORD: "from-the-environment", EMPTY: "", CREDENTIALS_DIRECTORY: folder })[name],
});

test.each<[string, SecretRef, string]>([
  ["an environment variable", { env: "DB_PASSWORD" }, "from-the-environment"],
  ["a file, without its line end", { file }, "from-the-file"],
  [
    "an allowed command",
    { command: [process.execPath, "-e", "console.log('from-a-command')"] },
    "from-a-command",
  ],
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
