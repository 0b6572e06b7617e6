import { resolve } from "node:path";
import { given } from "../../core/base/given.ts";
import type { Problem } from "../../core/base/problem.ts";
import { readSelection, type Loaded } from "../../engine/pipeline.ts";
import type { Session } from "../../engine/session/session.ts";
import { tellPolicies } from "../../engine/tell-state.ts";
import { textOption, type CommandCall } from "../command/command.ts";
import { refused } from "../command/result.ts";
import { besideLeftOut } from "./beside-left-out.ts";
import { inPart, type FinishResult } from "./finish-plan.ts";
import { isRunOfWatch } from "./hand-on-policies.ts";
import { withSession } from "./open-session.ts";
import type { WithPolicies } from "./with-policies.ts";

/**
 * Does what `withPolicies` does for a command that acts on them: that they can't be read, and that they are
 * sound again, is told to webhooks.
 */
export function withToldPolicies(
  call: CommandCall,
  work: (given: WithPolicies) => Promise<FinishResult>,
): Promise<FinishResult> {
  return withSession(call, async ({ session, policies: folder }) => {
    const site = textOption(call, "site");
    const loaded = await readSelection(session, { folder, ...given({ site }) });
    const undelivered = await tellFolder(session, folder, loaded);
    if (!loaded.ok) return refused([...loaded.problems, ...undelivered]);
    const { policies, leftOut } = loaded;
    return inPart(besideLeftOut(call, await work({ session, policies, leftOut }), leftOut), undelivered);
  });
}

/** A run of `watch` has its policies from there, and `watch` tells of the folder. */
async function tellFolder(session: Session, folder: string, loaded: Loaded): Promise<readonly Problem[]> {
  if (isRunOfWatch()) return [];
  const { sound } = loaded;
  // That no policy is for the site that was asked for is no fault of the folder's.
  const problems = loaded.ok
    ? loaded.leftOut
    : loaded.problems.filter(({ code }) => code !== "no-policy" || sound.length === 0);
  return tellPolicies(session, { folder: resolve(folder), policies: sound, problems });
}
