import { given } from "../../core/base/given.ts";
import type { Problem } from "../../core/base/problem.ts";
import type { ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import { readSelection } from "../../engine/pipeline.ts";
import type { Session } from "../../engine/session/session.ts";
import { textOption, type CommandCall } from "../command/command.ts";
import type { ErrorCode, ExitCode } from "../command/exit-code.ts";
import { refused, type DocumentResult } from "../command/result.ts";
import { besideLeftOut } from "./beside-left-out.ts";
import { withSession } from "./open-session.ts";

export interface WithPolicies {
  readonly session: Session;
  readonly policies: readonly ResolvedPolicy[];
  /** Errors of the policy folder: what they concern is not among the policies. */
  readonly leftOut: readonly Problem[];
}

/**
 * Runs `work` on the sound policies that the options choose, and tells of the others behind it; or gives back
 * everything that is wrong where there is none.
 */
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
    if (!loaded.ok) return refused(loaded.problems);
    const { policies, leftOut } = loaded;
    return besideLeftOut(call, await work({ session, policies, leftOut }), leftOut);
  });
}
