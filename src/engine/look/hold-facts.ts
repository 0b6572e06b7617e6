import type { HoldFacts } from "../../core/model/repository/hold.ts";
import type { Repository, SnapshotLook } from "../../store/repository.ts";

/** What a repository tells of a site's held points; nothing where none is held. */
export async function readHoldFacts(
  repository: Repository,
  site: string,
  look: SnapshotLook,
): Promise<{ readonly holds?: HoldFacts }> {
  const { living, unreadable } = await repository.holds(look);
  const own = living.filter((it) => it.site === site);
  return own.length + unreadable.length === 0 ? {} : { holds: { living: own, unreadable } };
}
