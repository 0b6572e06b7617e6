import { type Fact, known, unknown } from "../../core/base/fact.ts";
import type { ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import type { Snapshot } from "../../core/model/repository/snapshot.ts";
import { lookAt } from "../session/deadline.ts";
import type { Session } from "../session/session.ts";

/**
 * Snapshots of one source of a policy's site, in the repository of the policy. Where there is no repository
 * there are none; one that is closed tells none, which is unknown.
 */
export async function readSourceSnapshots(
  session: Session,
  { site, repository }: ResolvedPolicy,
  source: string,
): Promise<Fact<readonly Snapshot[]>> {
  const found = await lookAt(session, `repository ${repository.name}`, {
    look: async () => {
      const opened = await session.repository(repository);
      if (!opened.exists) return { snapshots: [] };
      const { snapshots } = await opened.repository.snapshots();
      return { snapshots: snapshots.filter((it) => it.site === site.code && it.source === source) };
    },
  });
  return "problem" in found ? unknown(found.problem) : known(found.snapshots);
}
