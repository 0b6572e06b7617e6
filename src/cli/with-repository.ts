import { ProblemError, type Problem } from "../core/base/problem.ts";
import type { RepositoryAddress, ResolvedPolicy } from "../core/model/resolved-policy.ts";
import { loadPolicies } from "../engine/load.ts";
import type { Session } from "../engine/session.ts";
import type { Repository } from "../store/repository.ts";
import { textOption, type CommandCall } from "./command.ts";
import { exitCode, type ExitCode } from "./exit-code.ts";
import { withSession } from "./open-session.ts";
import { showProblems } from "./with-policies.ts";

export interface WithRepository {
  readonly session: Session;
  readonly repository: Repository;
  /** Empty when the repository was named by its folder. */
  readonly policies: readonly ResolvedPolicy[];
}

/** Runs `work` on one repository: that of the policies, or the folder that `--folder` names when policies are lost. */
export function withRepository(
  call: CommandCall,
  work: (given: WithRepository) => Promise<ExitCode>,
): Promise<ExitCode> {
  return withSession(call, async ({ session, policies: folder }) => {
    const named = folderAddress(call);
    const read = named ? { policies: [], problems: [] } : await loadPolicies(session.world, folder);
    if (read.problems.some((it) => it.severity === "error")) {
      showProblems(call, read.problems);
      return exitCode.error;
    }
    const address = named ?? chooseAddress(read.policies, textOption(call, "repository"));
    const opened = await session.repository(address);
    if (!opened.exists) throw new ProblemError(nothingThere(address));
    return work({ session, repository: opened.repository, policies: read.policies });
  });
}

function folderAddress(call: CommandCall): RepositoryAddress | undefined {
  const folder = textOption(call, "folder");
  const keyFile = textOption(call, "keyFile");
  if (folder === undefined) return undefined;
  const keys = keyFile === undefined ? [] : [{ as: "key-file", file: keyFile } as const];
  return { name: folder, location: { folder }, keys, encrypt: keys.length > 0 };
}

function chooseAddress(policies: readonly ResolvedPolicy[], name: string | undefined): RepositoryAddress {
  const addresses = [...new Map(policies.map((it) => [it.repository.name, it.repository])).values()];
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
