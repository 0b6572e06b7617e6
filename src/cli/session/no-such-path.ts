import type { Problem } from "../../core/base/problem.ts";
import type { Snapshot } from "../../core/model/repository/snapshot.ts";

/** A path that somebody asked for and that a snapshot does not hold. */
export function noSuchPath({ site, source, id }: Snapshot, path: string): Problem {
  return {
    code: "snapshot-path-missing",
    severity: "error",
    message: `${site}/${source} (${id}) holds nothing at ${path}.`,
    where: `${site}/${source}`,
    hint: `See what it holds with \`sitekeep snapshots show ${site}/${source}\`; letters count as they are written there, and folders are parted by /.`,
  };
}
