import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { SiteType } from "../../core/model/policy/resolved-policy.ts";
import { readPolicies } from "../../core/policy/read-policies.ts";
import { writePolicy, type PolicyAnswers } from "../../core/report/write-policy.ts";
import { textOption, type CommandCall, type RunTextCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { refused } from "../command/result.ts";
import { invalidOption } from "../options/invalid-option.ts";
import { madeKeyWords, makeKeyFile, refuseFile, writeNew } from "../session/new-file.ts";
import { policyFolder } from "../session/open-session.ts";

const hint = "Edit that file, or name another folder with --policies DIR.";

/**
 * `sitekeep init`: a first policy, its repository and a key, with as few questions as can be. Overwrites
 * nothing.
 */
export const run: RunTextCommand = async (call) => {
  const folder = policyFolder(call);
  const answers = await askAnswers(call, folder);
  const file = join(folder, `${answers.site.toLowerCase()}.yaml`);
  const text = writePolicy(answers);
  const { problems } = readPolicies([{ path: file, text }]);
  if (problems.some((it) => it.severity === "error")) return refused(problems);
  await mkdir(folder, { recursive: true }).catch(refuseFile(folder, hint));
  await writeNew(file, text, { mode: 0o644, hint });
  const isKeyMade = await makeKeyFile(answers.keyFile);
  return {
    exitCode: exitCode.done,
    text: () => [
      `Wrote ${file}.`,
      ...(isKeyMade ? [madeKeyWords(answers.keyFile)] : []),
      "Next: read the file, then `sitekeep validate` and `sitekeep plan`.",
    ],
  };
};

async function askAnswers(call: CommandCall, folder: string): Promise<PolicyAnswers> {
  const site = await answer(call, "site", "Site code (three letters or digits)");
  const type = (textOption(call, "type") ?? "primary") as SiteType;
  const parent =
    type === "primary" ? await optionalAnswer(call, "Site code of its parent, if it has one") : undefined;
  const sqlServer = await answer(call, "server", "SQL Server of the site database");
  const repositoryFolder = await answer(
    call,
    "repositoryFolder",
    "Folder or share where snapshots are to live",
  );
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const keyFile = resolve(folder, "..", `${site.toLowerCase()}.sitekeep-key`);
  return {
    site: site.toUpperCase(),
    type,
    sqlServer,
    repositoryFolder,
    keyFile,
    timeZone,
    ...(parent && { parent }),
  };
}

async function answer(call: CommandCall, option: string, question: string): Promise<string> {
  const given = textOption(call, option);
  if (given !== undefined) return given;
  const flag = `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (!call.screen.interactive || call.options["yes"])
    throw invalidOption(flag, "it is needed and nobody can be asked", `Add ${flag} VALUE.`);
  const { input } = await import("@inquirer/prompts");
  return input({ message: question, required: true }, { signal: call.signal });
}

async function optionalAnswer(call: CommandCall, question: string): Promise<string | undefined> {
  if (!call.screen.interactive || call.options["yes"]) return undefined;
  const { input } = await import("@inquirer/prompts");
  return (await input({ message: question }, { signal: call.signal })).toUpperCase() || undefined;
}
