import { given } from "../../core/base/given.ts";
import type { Problem } from "../../core/base/problem.ts";
import type { CopyObservation } from "../../core/model/observation.ts";
import type { RepositoryCopy, ResolvedPolicy } from "../../core/model/policy/resolved-policy.ts";
import { copiesOf } from "../../core/plan/survey/copy-survey.ts";
import type { Repository, SnapshotLook } from "../../store/repository.ts";
import { readHoldFacts } from "./hold-facts.ts";
import { unreadOf } from "./unread.ts";
import { readKeyFacts } from "../session/key-uses.ts";
import { problemOf } from "../session/problems.ts";
import { asProblem } from "../session/repositories.ts";
import type { Session } from "../session/session.ts";

/** An open repository, and what it is called. */
export interface NamedRepository {
  readonly name: string;
  readonly repository: Repository;
}

/** Looks at every repository of a policy's copies. One that can't be read is told, and stops nothing else. */
export async function observeCopies(
  session: Session,
  policy: ResolvedPolicy,
  look: SnapshotLook,
): Promise<{ readonly copies?: readonly CopyObservation[] }> {
  const copies = copiesOf(policy);
  if (copies.length === 0) return {};
  return { copies: await Promise.all(copies.map((it) => observeCopy(session, policy, it, look))) };
}

/** The repositories of the policies' copies that are there, each once, and why others can't be opened. */
export async function openCopies(
  session: Session,
  policies: readonly ResolvedPolicy[],
): Promise<{ readonly opened: readonly NamedRepository[]; readonly problems: readonly Problem[] }> {
  const places = new Map(
    policies.flatMap((it) => copiesOf(it)).map((it) => [it.repository.name, it.repository]),
  );
  const opened: NamedRepository[] = [];
  const problems: Problem[] = [];
  for (const [name, place] of places) {
    try {
      const found = await session.repository(place);
      if (found.exists) opened.push({ name, repository: found.repository });
    } catch (thrown) {
      problems.push(problemOf(thrown, `repository ${name}`, session.redactor));
    }
  }
  return { opened, problems };
}

async function observeCopy(
  session: Session,
  { site }: ResolvedPolicy,
  { repository: place }: RepositoryCopy,
  look: SnapshotLook,
): Promise<CopyObservation> {
  const repository = place.name;
  try {
    const opened = await session.repository(place);
    // None there yet is a true, empty answer: the first copy makes it.
    if (!opened.exists) return { repository, snapshots: [] };
    const [{ snapshots, unreadable }, holds, { keys }] = await Promise.all([
      opened.repository.snapshots(look),
      readHoldFacts(opened.repository, site.code, look),
      readKeyFacts(opened.repository),
    ]);
    const own = snapshots.filter((it) => it.site === site.code);
    return { repository, snapshots: own, ...holds, ...given({ keys }), ...unreadOf([unreadable]) };
  } catch (thrown) {
    const problem = problemOf(asProblem(thrown, place), `repository ${repository}`, session.redactor);
    return { repository, snapshots: [], problem };
  }
}
