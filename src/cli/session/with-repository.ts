import { ProblemError, type Problem } from "../../core/base/problem.ts";
import { titleOf } from "../../core/model/policy/location.ts";
import type {
  RepositoryAddress,
  RepositoryKey,
  ResolvedPolicy,
} from "../../core/model/policy/resolved-policy.ts";
import { openCopies, type NamedRepository } from "../../engine/look/copy-observe.ts";
import { loadPolicies } from "../../engine/load.ts";
import { inRepository } from "../../engine/session/repositories.ts";
import { openExisting, type Session } from "../../engine/session/session.ts";
import type { Repository } from "../../store/repository.ts";
import { textOption, type CommandCall } from "../command/command.ts";
import type { ErrorCode, ExitCode } from "../command/exit-code.ts";
import { refused, type DocumentResult } from "../command/result.ts";
import { besideLeftOut, leftOutLine } from "./beside-left-out.ts";
import { parseSecretRef } from "./new-key.ts";
import { withSession } from "./open-session.ts";

export interface WithRepository {
  readonly session: Session;
  readonly repository: Repository;
  /** Empty when the repository was named by its folder. */
  readonly policies: readonly ResolvedPolicy[];
}

/** A repository that was chosen and is not opened yet. */
export interface WithAddress {
  readonly session: Session;
  readonly address: RepositoryAddress;
  /** Empty when the repository was named by its folder. */
  readonly policies: readonly ResolvedPolicy[];
}

export interface WithRepositories {
  readonly session: Session;
  readonly repositories: readonly NamedRepository[];
  /** Why repositories of copies could not be opened. */
  readonly problems: readonly Problem[];
}

/**
 * Runs `work` on one repository: that of the policies, or the folder that `--folder` names when policies are
 * lost.
 */
export function withRepository<Code extends ExitCode>(
  call: CommandCall,
  work: (given: WithRepository) => Promise<DocumentResult<Code>>,
): Promise<DocumentResult<Code | ErrorCode>> {
  return withAddresses(call, async ({ session, policies, ...addresses }) => {
    const address = chooseAddress(call, addresses);
    const { leftOut } = addresses;
    if (leftOut.length > 0) call.screen.remark(leftOutLine(leftOut, call.screen.paint));
    const repository = await openExisting(session, address);
    return inRepository(address, () => work({ session, policies, repository }));
  });
}

/**
 * Chooses a repository as `withRepository` does, and leaves it closed. Refuses while a policy is wrong: what
 * is asked of keys and holds is judged by all of them.
 */
export function withAddress<Code extends ExitCode>(
  call: CommandCall,
  work: (given: WithAddress) => Promise<DocumentResult<Code>>,
): Promise<DocumentResult<Code | ErrorCode>> {
  return withAddresses<Code | ErrorCode>(call, async ({ session, policies, ...addresses }) => {
    const { leftOut } = addresses;
    if (leftOut.length > 0) return refused(leftOut);
    return work({ session, policies, address: chooseAddress(call, addresses) });
  });
}

/**
 * Runs `work` on every repository of the policies, and on those of copies that are there and can be opened.
 */
export function withRepositories<Code extends ExitCode>(
  call: CommandCall,
  work: (given: WithRepositories) => Promise<DocumentResult<Code>>,
): Promise<DocumentResult<Code | ErrorCode>> {
  return withAddresses(call, async ({ session, policies, used, leftOut }) => {
    const own = used.map(async (it) => ({ name: it.name, repository: await openExisting(session, it) }));
    const repositories = await Promise.all(own);
    const { opened, problems } = await openCopies(session, policies);
    const copies = opened.filter(({ name }) => !used.some((it) => it.name === name));
    const result = await work({ session, repositories: [...repositories, ...copies], problems });
    return besideLeftOut(call, result, leftOut);
  });
}

interface Addresses {
  readonly session: Session;
  readonly policies: readonly ResolvedPolicy[];
  /** Repositories that a policy captures to. */
  readonly used: readonly RepositoryAddress[];
  /** All that have a document. */
  readonly declared: readonly RepositoryAddress[];
  /** Errors of the policy folder: what they concern is not among the others. */
  readonly leftOut: readonly Problem[];
}

function withAddresses<Code extends ExitCode>(
  call: CommandCall,
  work: (addresses: Addresses) => Promise<DocumentResult<Code>>,
): Promise<DocumentResult<Code | ErrorCode>> {
  return withSession(call, async ({ session, policies: folder }) => {
    const named = folderAddress(call);
    if (named) return work({ session, policies: [], used: [named], declared: [named], leftOut: [] });
    const { policies, repositories, problems } = await loadPolicies(session.world, folder);
    const leftOut = problems.filter((it) => it.severity === "error");
    if (leftOut.length > 0 && repositories.length === 0) return refused(problems);
    const used = [...new Map(policies.map((it) => [it.repository.name, it.repository])).values()];
    return work({ session, policies, used, declared: repositories, leftOut });
  });
}

function folderAddress(call: CommandCall): RepositoryAddress | undefined {
  const folder = textOption(call, "folder");
  if (folder === undefined) return undefined;
  const keyFile = textOption(call, "keyFile");
  const passwordFrom = textOption(call, "passwordFrom");
  const keys: RepositoryKey[] = [];
  if (keyFile !== undefined) keys.push({ as: "key-file", file: keyFile });
  if (passwordFrom !== undefined)
    keys.push({ as: "password", password: parseSecretRef("--password-from", passwordFrom) });
  const location = { folder };
  return { name: titleOf(location), location, keys, encrypt: keys.length > 0 };
}

/** The repository that is named, or the only one; among all that have a document while a policy is wrong. */
function chooseAddress(
  call: CommandCall,
  { used, declared, leftOut }: Pick<Addresses, "used" | "declared" | "leftOut">,
): RepositoryAddress {
  const name = textOption(call, "repository");
  const addresses = name === undefined && used.length > 0 && leftOut.length === 0 ? used : declared;
  const fitting = addresses.filter((it) => name === undefined || it.name === name);
  if (fitting.length === 1) return fitting[0]!;
  throw new ProblemError(addresses.length === 0 ? nothingToChoose : notChosen(addresses, name));
}

const nothingToChoose: Problem = {
  code: "repository-not-chosen",
  severity: "error",
  message: "The policies name no repository.",
  where: "--policies",
  hint: "Add a document of kind Repository, or name the folder of one with --folder DIR.",
};

function notChosen(addresses: readonly RepositoryAddress[], name: string | undefined): Problem {
  return {
    code: "repository-not-chosen",
    severity: "error",
    message:
      name === undefined
        ? "The policies name several repositories."
        : `There is no Repository document named ${name}.`,
    where: "--repository",
    hint: `Choose one with --repository: ${addresses.map((it) => it.name).join(", ")}.`,
  };
}
