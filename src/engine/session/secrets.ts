import { readMarkedText } from "../../core/base/marked-text.ts";
import type { MarkedText } from "../../core/base/marked-text.ts";
import { ProblemError } from "../../core/base/problem.ts";
import { minute } from "../../core/base/instant.ts";
import type { SecretRef } from "../../core/model/policy/source.ts";
import type { Redactor } from "./redact.ts";
import type { World } from "./world.ts";

const secretCommandTimeoutMs = minute;

/** Reads the value behind a reference at the moment of use, and registers it with the redactor. */
export async function readSecret(world: World, redactor: Redactor, reference: SecretRef): Promise<string> {
  // A byte order mark that came along by an environment or a pipe is no part of a secret either.
  const value = (await readReference(world, reference)).replace(/^\uFEFF/, "").replace(/\r?\n$/, "");
  if (value === "") throw unreadable(describe(reference), "it is empty", "Put the secret there.");
  redactor.register(value);
  return value;
}

async function readReference(world: World, reference: SecretRef): Promise<string> {
  if ("env" in reference) {
    const value = world.environment(reference.env);
    if (value !== undefined) return value;
    throw unreadable(
      describe(reference),
      "it is not set",
      `Set ${reference.env} for the account that runs sitekeep.`,
    );
  }
  if ("file" in reference) return readSecretFile(world, reference.file);
  if ("command" in reference) return readFromCommand(world, reference.command);
  const folder = world.environment("CREDENTIALS_DIRECTORY");
  if (folder !== undefined) return readSecretFile(world, `${folder}/${reference.credential}`);
  throw unreadable(
    describe(reference),
    "no credential store is passed to this process (CREDENTIALS_DIRECTORY is not set)",
    "Start sitekeep as a service that passes credentials, or refer to a `file` or an allowed `command` instead.",
  );
}

async function readSecretFile(world: World, file: string): Promise<string> {
  const what = `the secret file ${file}`;
  const bytes = await world.readBytes(file).catch((thrown: unknown) => {
    throw unreadable(what, reasonOf(thrown), "Check the path, and that this account may read it.");
  });
  return textOf(readMarkedText(bytes), what, "Save it as UTF-8, or as UTF-16 with its byte order mark.");
}

/** A command's output comes decoded: what was no UTF-8 is a replacement character by now. */
function readPrinted(text: string): MarkedText {
  if (text.includes("\uFFFD")) return { fault: "not-utf-8" };
  return text.includes("\0") ? { fault: "has-nul" } : { text };
}

/** What is half understood would be another secret, which opens nothing later on. */
function textOf(read: MarkedText, what: string, hint: string): string {
  if ("text" in read) return read.text;
  const reason = read.fault === "has-nul" ? "it holds NUL, which no secret does" : "it is not UTF-8";
  throw unreadable(what, reason, hint);
}

async function readFromCommand(world: World, command: readonly string[]): Promise<string> {
  requireAllowed(world, command[0] ?? "", "a `command:` secret");
  const what = `the secret command ${command[0]}`;
  const result = await world.run({ line: command, timeoutMs: secretCommandTimeoutMs });
  // Its output may hold the secret: only the exit code is told.
  if (result.exitCode !== 0)
    throw unreadable(what, `it ended with ${result.exitCode}`, "Run it by hand to see why.");
  return textOf(readPrinted(result.stdout), what, "Have it print UTF-8.");
}

/**
 * Refuses an executable that the machine file does not allow: a policy from Git must not become remote code.
 */
export function requireAllowed(world: World, executable: string, what: string): void {
  if (world.machine.allow.includes(executable)) return;
  throw new ProblemError({
    code: "executable-not-allowed",
    severity: "error",
    message: `${executable} may not be run for ${what}: it is not on this machine's allow-list.`,
    where: executable,
    hint: `Add it under \`allow:\` in this machine's machine.yaml, after looking at what it does.`,
  });
}

function describe(reference: SecretRef): string {
  if ("env" in reference) return `the environment variable ${reference.env}`;
  if ("file" in reference) return `the secret file ${reference.file}`;
  if ("command" in reference) return `the secret command ${reference.command[0]}`;
  return `the credential ${reference.credential}`;
}

function unreadable(what: string, reason: string, hint: string): ProblemError {
  const message = `A secret can't be read from ${what}: ${reason}.`;
  return new ProblemError({ code: "secret-unreadable", severity: "error", message, where: what, hint });
}

function reasonOf(fault: unknown): string {
  const code = (fault as NodeJS.ErrnoException).code;
  return code === "ENOENT" ? "there is no such file" : (code ?? String(fault));
}
