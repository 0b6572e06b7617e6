import type { ExaminedPart, Precondition } from "../core/model/precondition.ts";
import { untold } from "../core/model/precondition.ts";
import type { ResolvedPolicy } from "../core/model/policy/resolved-policy.ts";
import type { Source } from "../core/model/policy/source.ts";
import { examineSite } from "../core/plan/examine-site.ts";
import { observe } from "./look/observe.ts";
import { lookAt } from "./session/deadline.ts";
import type { Session } from "./session/session.ts";

/**
 * Looks at all that a policy needs before it can be captured, and tries what a look alone can't tell: a
 * harmless file in each staging folder is the most that it leaves, and it takes that away again.
 */
export async function examine(session: Session, policy: ResolvedPolicy): Promise<readonly ExaminedPart[]> {
  const observed = await observe(session, policy);
  const tried: Record<string, readonly Precondition[]> = {};
  for (const source of policy.sources) tried[source.name] = await tryOut(session, policy, source);
  return examineSite(policy, observed, tried);
}

async function tryOut(
  session: Session,
  { site }: ResolvedPolicy,
  source: Source,
): Promise<readonly Precondition[]> {
  const { examine: tryDriver } = session.world.driverOf(source.kind);
  if (tryDriver === undefined) return [];
  const tried = await lookAt<{ readonly preconditions: readonly Precondition[] }>(
    session,
    `${site.code}/${source.name}`,
    {
      look: async (means) => ({ preconditions: await tryDriver({ source, site }, means) }),
    },
  );
  return "preconditions" in tried
    ? tried.preconditions
    : [untold("what a capture needs can be tried", tried.problem)];
}
