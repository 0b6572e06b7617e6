import { heldBy } from "../../core/plan/points/held-points.ts";
import { judgePoints } from "../../core/plan/risks/judge-points.ts";
import { renderSnapshot } from "../../core/report/render-snapshots.ts";
import { findPath } from "../../engine/repository/find-path.ts";
import { findSnapshot } from "../../engine/repository/restore.ts";
import type { TreeEntry } from "../../store/repository.ts";
import { formatBytes } from "../../core/base/bytes.ts";
import { formatMinute } from "../../core/base/instant.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { withRepository } from "../session/with-repository.ts";

/** `sitekeep snapshots show`: one snapshot's facts, and its tree or a part of it. */
export const run: RunCommand = (call) =>
  withRepository(call, async ({ repository, policies }) => {
    const { snapshots, unreadable } = await repository.snapshots();
    const snapshot = findSnapshot(snapshots, call.args[0]!, unreadable);
    const { living } = await repository.holds();
    const holds = heldBy(living, snapshots)({ site: snapshot.site, due: snapshot.point });
    const point = judgePoints(
      snapshots.filter((it) => it.site === snapshot.site && it.policy === snapshot.policy),
      policies,
    ).find((it) => it.due === snapshot.point);
    const typed = call.args[1];
    const path = typed === undefined ? undefined : await findPath(repository, snapshot, typed);
    const entries: TreeEntry[] = [];
    let count = 0;
    for await (const entry of repository.tree(snapshot.id, path)) {
      count += 1;
      if (count <= call.screen.longestList) entries.push(entry);
    }
    const more = count - entries.length;
    return {
      exitCode: exitCode.done,
      document: () => ({ apiVersion: "sitekeep/snapshot/v1", snapshot, point, holds, entries }),
      text: (paint) => [
        renderSnapshot(snapshot, paint, holds, point),
        ...entries.map(entryLine),
        ...(more > 0 ? [`… and ${more} more; name a path to see what is below it.`] : []),
      ],
    };
  });

function entryLine(entry: TreeEntry): string {
  const size = entry.type === "file" ? formatBytes(entry.size) : "folder";
  return `${size.padStart(9)}  ${formatMinute(entry.modifiedAt)}  ${entry.path}`;
}
