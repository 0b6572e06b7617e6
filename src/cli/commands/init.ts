import { mkdir } from "node:fs/promises";
import { ProblemError } from "../../core/base/problem.ts";
import type { PolicyFile } from "../../core/model/policy/policy-document.ts";
import { writePolicy } from "../../core/report/write-policy.ts";
import type { RunTextCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { refused } from "../command/result.ts";
import { keepOutOfGit } from "../session/keep-out-of-git.ts";
import { madeKeyWords, makeKeyFile, refuseFile, writeNew } from "../session/new-file.ts";
import { policyFolder } from "../session/open-session.ts";
import { askAnswers, errorsOf, policyFile } from "../session/policy-answers.ts";
import { writeSchema } from "../session/schema-files.ts";
import { readPolicyFolder } from "../world/policy-folder.ts";

const hint = "Edit that file, or name another folder with --policies DIR.";

/**
 * `sitekeep init`: the policy of a site, its repository and key where they are new, and the schema for
 * editors, with as few questions as can be. Overwrites no policy and no key.
 */
export const run: RunTextCommand = async (call) => {
  const folder = policyFolder(call);
  const place = { folder, beside: await policiesIn(folder) };
  const answers = await askAnswers(call, place);
  const wrong = errorsOf(place, answers);
  if (wrong.length > 0) return refused(wrong);
  const file = policyFile(place, answers.site);
  await mkdir(folder, { recursive: true }).catch(refuseFile(folder, hint));
  await writeNew(file, writePolicy(answers), { mode: 0o644, hint });
  await writeSchema(folder, "policy");
  const madeKey = await makeKey(answers.newRepository?.keyFile);
  return {
    exitCode: exitCode.done,
    text: () => [
      `Wrote ${file}.`,
      ...(madeKey === undefined ? [] : [madeKeyWords(madeKey)]),
      "Next: read the file, then `sitekeep validate` and `sitekeep plan`.",
    ],
  };
};

/** Makes a key that is to be and is not there yet, and gives its file. */
async function makeKey(keyFile: string | undefined): Promise<string | undefined> {
  if (keyFile === undefined) return undefined;
  await keepOutOfGit(keyFile);
  return (await makeKeyFile(keyFile)) ? keyFile : undefined;
}

/** What the folder holds; one that is not there yet holds nothing. */
async function policiesIn(folder: string): Promise<readonly PolicyFile[]> {
  return readPolicyFolder(folder).catch((thrown: unknown) => {
    // Why it can't be read is why nothing can be written to it, which is told then.
    if (thrown instanceof ProblemError) return [];
    throw thrown;
  });
}
