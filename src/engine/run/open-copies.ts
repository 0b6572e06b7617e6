import { assert } from "../../core/base/assert.ts";
import type { SitePlan } from "../../core/model/plan.ts";
import { copiesOf } from "../../core/plan/survey/copy-survey.ts";
import type { Repository } from "../../store/repository.ts";
import { openExisting, type Session } from "../session/session.ts";

/** Opens a repository of a policy's copies that a step of its plan names, and that should be there. */
export async function openCopies(
  session: Session,
  { policy, site }: SitePlan,
  name: string,
): Promise<Repository> {
  const [copy] = copiesOf(policy, name);
  assert(copy, `the policy of ${site} has no copies in ${name}`);
  return openExisting(session, copy.repository);
}
