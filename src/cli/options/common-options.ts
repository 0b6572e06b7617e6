import type { JsonOption, TextOption } from "../command/command.ts";

export const policies: TextOption = {
  flags: "--policies <dir>",
  does: "folder or file with the policies (default: ./policies)",
};
export const machine: TextOption = {
  flags: "--machine <file>",
  does: "machine file (default: the platform's, see docs/machine.md)",
};
const lab: TextOption = {
  flags: "--lab <dir>",
  does: "work on a lab site: its policies, machine file and clock",
};
export const json: JsonOption = {
  asksFor: "document",
  flags: "--json",
  does: "print one JSON document (docs/json.md) instead of text",
};
export const yes: TextOption = { flags: "--yes", does: "don't ask" };
export const repository: TextOption = {
  flags: "--repository <name>",
  does: "a repository of the policies, by name, when there are several",
};
const folder: TextOption = {
  flags: "--folder <dir>",
  does: "a repository folder, when the policies are lost",
};
const keyFile: TextOption = { flags: "--key-file <file>", does: "the key of --folder" };
const passwordFrom: TextOption = {
  flags: "--password-from <reference>",
  does: "the password of --folder: env:NAME, file:PATH, credential:NAME or command:PROGRAM",
};
/** Where a command works: what most take. */
export const place = [policies, machine, lab];
/** Which repository a command works on. */
export const store = [...place, repository, folder, keyFile, passwordFrom];
