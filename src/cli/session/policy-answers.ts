import { join, resolve } from "node:path";
import { given } from "../../core/base/given.ts";
import type { Problem } from "../../core/base/problem.ts";
import { readTextPlace } from "../../core/base/text-place.ts";
import { pathOf } from "../../core/model/policy/location.ts";
import type { PolicyFile } from "../../core/model/policy/policy-document.ts";
import type { SiteType } from "../../core/model/policy/resolved-policy.ts";
import { readPolicies } from "../../core/policy/read-policies.ts";
import { writePolicy, type PolicyAnswers } from "../../core/report/write-policy.ts";
import { textOption, type CommandCall } from "../command/command.ts";
import { invalidOption } from "../options/invalid-option.ts";
import { askChoice, askText } from "../screen/ask.ts";
import { keyFileEnd } from "./keep-out-of-git.ts";

/** Where a new policy is to lie, and what lies there already. */
export interface PolicyPlace {
  readonly folder: string;
  readonly beside: readonly PolicyFile[];
}

/** The file of the policy of a site. */
export function policyFile({ folder }: PolicyPlace, site: string): string {
  return join(folder, `${site.toLowerCase()}.yaml`);
}

/** What is wrong with a new policy, beside those that are there. */
export function errorsOf(place: PolicyPlace, answers: PolicyAnswers): readonly Problem[] {
  const path = policyFile(place, answers.site);
  const { problems } = readPolicies([...place.beside, { path, text: writePolicy(answers) }]);
  return problems.filter((it) => it.severity === "error" && readTextPlace(it.where)?.path === path);
}

/** Asks for what can't be known, one by one, each judged at once; options answer. */
export async function askAnswers(call: CommandCall, place: PolicyPlace): Promise<PolicyAnswers> {
  const ask = (question: Question) => answer(call, question, place);
  const site = await ask({
    option: "site",
    message: "Site code (three letters or digits)",
    as: (text) => ({ site: text.toUpperCase() }),
  });
  const type = await askType(call);
  const parent = type === "primary" ? await askParent(call, place) : undefined;
  const sqlServer = await ask({
    option: "server",
    message: "SQL Server of the site database",
    as: (text) => ({ sqlServer: text }),
  });
  return {
    site: site.toUpperCase(),
    type,
    sqlServer,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...given({ parent }),
    ...(await askRepository(call, place, site.toLowerCase())),
  };
}

interface Question {
  /** The option that answers it. */
  readonly option: string;
  readonly message: string;
  /** What the answer is of the policy: as such it is judged. */
  readonly as: (text: string) => Partial<PolicyAnswers>;
}

async function answer(
  call: CommandCall,
  { option, message, as }: Question,
  place: PolicyPlace,
): Promise<string> {
  const judge = (text: string) => errorsOf(place, { ...sample, ...as(text.trim()) })[0];
  const flag = `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const text = textOption(call, option);
  if (text !== undefined) {
    const wrong = judge(text);
    if (wrong !== undefined) throw invalidOption(flag, wrong.message, wrong.hint);
    return text.trim();
  }
  if (!isAsked(call))
    throw invalidOption(flag, "it is missing, and this is no terminal", `Add ${flag} VALUE.`);
  return (await askText(call, { message, judge: (typed) => wordsOf(judge(typed)) })).trim();
}

function wordsOf(problem: Problem | undefined): string | undefined {
  return problem && `${problem.message} ${problem.hint}`;
}

function isAsked(call: CommandCall): boolean {
  return call.screen.interactive && call.options["yes"] === undefined;
}

/** Answers that nothing is wrong with, for the judgement of one alone. */
const sample: PolicyAnswers = {
  site: "Z9Z",
  type: "primary",
  sqlServer: "localhost",
  timeZone: "UTC",
  repository: "z9z-sample",
  newRepository: { folder: "\\\\server\\share", keyFile: "C:\\key" },
};

async function askType(call: CommandCall): Promise<SiteType> {
  const typed = textOption(call, "type");
  if (typed !== undefined) return typed as SiteType;
  if (!isAsked(call)) return "primary";
  return askChoice<SiteType>(call, "Type of the site", [
    { value: "primary", name: "primary: clients report to it; with or without a parent" },
    { value: "central-administration", name: "central administration: the parent of primary sites" },
  ]);
}

async function askParent(call: CommandCall, place: PolicyPlace): Promise<string | undefined> {
  if (!isAsked(call)) return undefined;
  const judge = (text: string) =>
    text.trim() === ""
      ? undefined
      : wordsOf(errorsOf(place, { ...sample, parent: text.trim().toUpperCase() })[0]);
  const message = "Site code of its parent (nothing: it stands alone)";
  return (await askText(call, { message, judge })).trim().toUpperCase() || undefined;
}

type RepositoryAnswers = Pick<PolicyAnswers, "repository" | "newRepository">;

/** A repository that the folder has already, or a new one. */
async function askRepository(
  call: CommandCall,
  place: PolicyPlace,
  site: string,
): Promise<RepositoryAnswers> {
  const { repositories, documents } = readPolicies(place.beside);
  const folder = textOption(call, "repositoryFolder");
  const known = repositories.find((it) => pathOf(it.location) === folder);
  if (known !== undefined) return { repository: known.name };
  if (folder === undefined && repositories.length > 0) {
    const chosen = await chooseRepository(
      call,
      repositories.map((it) => it.name),
    );
    if (chosen !== "") return { repository: chosen };
  }
  const isTaken = documents.some((it) => it.kind === "Repository" && it.name === "main");
  const keyFile = resolve(place.folder, "..", `${site}${keyFileEnd}`);
  const asked = await answer(
    call,
    {
      option: "repositoryFolder",
      message: "Folder or share where snapshots are to live",
      as: (text) => ({ newRepository: { folder: text, keyFile } }),
    },
    place,
  );
  return { repository: isTaken ? site : "main", newRepository: { folder: asked, keyFile } };
}

/** The name of a repository, or nothing for a new one. Without a terminal the only one is taken. */
async function chooseRepository(call: CommandCall, names: readonly string[]): Promise<string> {
  if (!isAsked(call)) return names.length === 1 ? names[0]! : "";
  return askChoice(call, "Repository", [
    ...names.map((name) => ({ value: name, name: `${name}, which these policies have` })),
    { value: "", name: "a new one" },
  ]);
}
