import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ProblemError } from "../../../src/core/base/problem.ts";
import type { SecretRef } from "../../../src/core/model/policy/source.ts";
import { makeRedactor } from "../../../src/engine/session/redact.ts";
import { readSecret } from "../../../src/engine/session/secrets.ts";
import { bareMachine, testWorld } from "../../support/test-world.ts";

const folder = mkdtempSync(join(tmpdir(), "sitekeep-secrets-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "password");
writeFileSync(file, "from-the-file\r\n");
writeFileSync(join(folder, "empty"), "\n");

const world = testWorld({
  machine: { ...bareMachine, allow: [process.execPath] },
  environment: (name) => ({ DB_PASSWORD: "from-the-environment", CREDENTIALS_DIRECTORY: folder })[name],
});

test.each<[string, SecretRef, string]>([
  ["an environment variable", { env: "DB_PASSWORD" }, "from-the-environment"],
  ["a file, without its line end", { file }, "from-the-file"],
  [
    "an allowed command",
    { command: [process.execPath, "-e", "console.log('from-a-command')"] },
    "from-a-command",
  ],
  ["a credential that the service manager passes", { credential: "password" }, "from-the-file"],
])("a secret is read from %s", async (_, reference, value) => {
  expect(await readSecret(world, makeRedactor(), reference)).toBe(value);
});

test("a secret that was read is redacted from then on", async () => {
  const redactor = makeRedactor();
  await readSecret(world, redactor, { file });
  expect(redactor.clean("18456: from-the-file")).toBe("18456: [secret]");
});

test.each<[string, SecretRef, string]>([
  [
    "a missing variable",
    { env: "NOT_SET" },
    "A secret can't be read from the environment variable NOT_SET: it is not set.",
  ],
  [
    "a missing file",
    { file: "/no/such" },
    "A secret can't be read from the secret file /no/such: there is no such file.",
  ],
  ["an empty file", { file: join(folder, "empty") }, "it is empty."],
  [
    "a command that is not allowed",
    { command: ["/bin/cat", file] },
    "/bin/cat may not be run for a `command:` secret",
  ],
  [
    "a command that fails",
    { command: [process.execPath, "-e", "console.log('half'); process.exit(3)"] },
    "it ended with 3.",
  ],
])("%s is a problem that says so", async (_, reference, message) => {
  const thrown = await readSecret(world, makeRedactor(), reference).catch((fault: unknown) => fault);
  expect(thrown).toBeInstanceOf(ProblemError);
  expect((thrown as ProblemError).message).toContain(message);
  expect((thrown as ProblemError).message).not.toContain("half");
});
