import type { Observation } from "../core/model/observation.ts";
import type { Outlook } from "../core/model/outlook.ts";
import type { RepositoryAddress, ResolvedPolicy } from "../core/model/policy/resolved-policy.ts";
import { copiesOf, observedFromCopies, policyForCopies } from "../core/plan/survey/copy-survey.ts";
import { foreseePoints } from "../core/plan/stay-until.ts";
import type { FoundPoint } from "./repository/find-point.ts";
import { observe } from "./look/observe.ts";
import type { Session } from "./session/session.ts";

/**
 * How long a held point would stay without its holds. Nothing where no policy at hand keeps it, or where what
 * lies in the repository can't be seen. No source is asked.
 */
export async function foreseeUnheld(
  session: Session,
  policies: readonly ResolvedPolicy[],
  { address, point }: { readonly address: RepositoryAddress; readonly point: FoundPoint },
): Promise<Outlook | undefined> {
  const names = new Set(point.snapshots.map((it) => it.policy));
  const policy = policies.find((it) => it.site.code === point.site && names.has(it.name));
  if (policy === undefined) return undefined;
  const seen = seenIn(address.name, policy, await observe(session, policy, "repository"));
  if (seen === undefined) return undefined;
  const ids = new Set(point.snapshots.map((it) => it.id));
  const { living = [], unreadable = [] } = seen.observed.holds ?? {};
  const others = living.filter((it) => !it.snapshots.some((id) => ids.has(id)));
  const observed = { ...seen.observed, holds: { living: others, unreadable } };
  return foreseePoints(seen.policy, observed, session.now()).get(point.due);
}

/** A policy and its site as they look from one of its repositories. */
function seenIn(
  repository: string,
  policy: ResolvedPolicy,
  observed: Observation,
): { readonly policy: ResolvedPolicy; readonly observed: Observation } | undefined {
  if (repository === policy.repository.name)
    return observed.repositoryProblem === undefined ? { policy, observed } : undefined;
  const [copy] = copiesOf(policy, repository);
  const seen = observed.copies?.find((it) => it.repository === repository);
  if (copy === undefined || seen === undefined || seen.problem !== undefined) return undefined;
  const there = observedFromCopies(observed, repository, seen.snapshots);
  return { policy: policyForCopies(policy, repository), observed: there };
}
