import { ProblemError, type Problem } from "../core/base/problem.ts";
import type { RepositoryAddress, ResolvedPolicy } from "../core/model/resolved-policy.ts";
import { loadPolicies } from "../engine/load.ts";
import type { Session } from "../engine/session.ts";
import type { Repository } from "../store/repository.ts";
import { textOption, type CommandCall } from "./command.ts";
import { exitCode, type ExitCode } from "./exit-code.ts";
import { withSession } from "./open-session.ts";
import { showProblems } from "./show-problems.ts";

export interface WithRepository {
  readonly session: Session;
  readonly repository: Repository;
  /** Empty when the repository was named by its folder. */
  readonly policies: readonly ResolvedPolicy[];
}

export interface WithRepositories {
  readonly session: Session;
  readonly repositories: readonly Repository[];
}

/** Runs `work` on one repository: that of the policies, or the folder that `--folder` names when policies are lost. */
export function withRepository(
  call: CommandCall,
  work: (given: WithRepository) => Promise<ExitCode>,
): Promise<ExitCode> {
  return withAddresses(call, async (session, addresses, policies) => {
    const address = chooseAddress(addresses, textOption(call, "repository"));
    return work({ session, policies, repository: await openExisting(session, address) });
  });
}

/** Runs `work` on every repository of the policies. */
export function withRepositories(
  call: CommandCall,
  work: (given: WithRepositories) => Promise<ExitCode>,
): Promise<ExitCode> {
  return withAddresses(call, async (session, addresses) => {
    const repositories = await Promise.all(addresses.map((it) => openExisting(session, it)));
    return work({ session, repositories });
  });
}

function withAddresses(
  call: CommandCall,
  work: (
    session: Session,
    addresses: readonly RepositoryAddress[],
    policies: readonly ResolvedPolicy[],
  ) => Promise<ExitCode>,
): Promise<ExitCode> {
  return withSession(call, async ({ session, policies: folder }) => {
    const named = folderAddress(call);
    if (named) return work(session, [named], []);
    const { policies, problems } = await loadPolicies(session.world, folder);
    if (problems.some((it) => it.severity === "error")) {
      showProblems(call, problems);
      return exitCode.error;
    }
    return work(
      session,
      [...new Map(policies.map((it) => [it.repository.name, it.repository])).values()],
      policies,
    );
  });
}

async function openExisting(session: Session, address: RepositoryAddress): Promise<Repository> {
  const opened = await session.repository(address);
  if (!opened.exists) throw new ProblemError(nothingThere(address));
  return opened.repository;
}

function folderAddress(call: CommandCall): RepositoryAddress | undefined {
  const folder = textOption(call, "folder");
  const keyFile = textOption(call, "keyFile");
  if (folder === undefined) return undefined;
  const keys = keyFile === undefined ? [] : [{ as: "key-file", file: keyFile } as const];
  return { name: folder, location: { folder }, keys, encrypt: keys.length > 0 };
}

function chooseAddress(addresses: readonly RepositoryAddress[], name: string | undefined): RepositoryAddress {
  const fitting = addresses.filter((it) => name === undefined || it.name === name);
  if (fitting.length === 1) return fitting[0]!;
  throw new ProblemError({
    code: "repository-not-chosen",
    severity: "error",
    message:
      name === undefined
        ? "The policies name several repositories."
        : `No policy uses a repository named ${name}.`,
    where: "--repository",
    hint: `Choose one with --repository: ${addresses.map((it) => it.name).join(", ")}.`,
  });
}

function nothingThere({ name, location }: RepositoryAddress): Problem {
  return {
    code: "repository-absent",
    severity: "error",
    message: `There is no repository at ${location.folder} yet.`,
    where: `repository ${name}`,
    hint: "The first `sitekeep apply` makes it. If one should be there, look whether the share is mounted.",
  };
}
