import { given } from "../../core/base/given.ts";
import type { Problem } from "../../core/base/problem.ts";
import type { ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import { readSelection } from "../../engine/pipeline.ts";
import type { Session } from "../../engine/session/session.ts";
import { textOption, type CommandCall } from "../command/command.ts";
import type { ErrorCode, ExitCode } from "../command/exit-code.ts";
import { refused, type DocumentResult } from "../command/result.ts";
import { withSession } from "./open-session.ts";

export interface WithPolicies {
  readonly session: Session;
  readonly policies: readonly ResolvedPolicy[];
  /** Problems of the policies that do not stop anything. */
  readonly risks: readonly Problem[];
}

/** Runs `work` on the policies that the options choose, or gives back everything that is wrong with them. */
export function withPolicies<Code extends ExitCode>(
  call: CommandCall,
  work: (given: WithPolicies) => Promise<DocumentResult<Code>>,
): Promise<DocumentResult<Code | ErrorCode>> {
  return withPoliciesOf(call, textOption(call, "site"), work);
}

/** Runs `work` on the policies of the site that a command has as its first argument. */
export function withSitePolicies<Code extends ExitCode>(
  call: CommandCall,
  work: (given: WithPolicies) => Promise<DocumentResult<Code>>,
): Promise<DocumentResult<Code | ErrorCode>> {
  return withPoliciesOf(call, call.args[0]!, work);
}

function withPoliciesOf<Code extends ExitCode>(
  call: CommandCall,
  site: string | undefined,
  work: (given: WithPolicies) => Promise<DocumentResult<Code>>,
): Promise<DocumentResult<Code | ErrorCode>> {
  return withSession(call, async ({ session, policies: folder }) => {
    const loaded = await readSelection(session, { folder, ...given({ site }) });
    if (loaded.ok) return work({ session, policies: loaded.policies, risks: loaded.risks });
    return refused(loaded.problems);
  });
}
