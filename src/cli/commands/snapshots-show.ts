import { heldBy } from "../../core/plan/points/held-points.ts";
import { judgePoints } from "../../core/plan/risks/judge-points.ts";
import { renderSnapshot } from "../../core/report/render-snapshots.ts";
import { ProblemError } from "../../core/base/problem.ts";
import { findSnapshot } from "../../engine/repository/restore.ts";
import type { TreeEntry } from "../../store/repository.ts";
import { formatBytes } from "../../core/base/bytes.ts";
import { formatMinute } from "../../core/base/instant.ts";
import type { RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { noSuchPath } from "../session/no-such-path.ts";
import { withRepository } from "../session/with-repository.ts";

/** Entries shown without `--json`; the rest is counted. */
const entriesShown = 200;

/** `sitekeep snapshots show`: one snapshot's facts, and its tree or a part of it. */
export const run: RunCommand = (call) =>
  withRepository(call, async ({ repository, policies }) => {
    const { snapshots } = await repository.snapshots();
    const snapshot = findSnapshot(snapshots, call.args[0]!);
    const { living } = await repository.holds();
    const holds = heldBy(living, snapshots)({ site: snapshot.site, due: snapshot.point });
    const point = judgePoints(
      snapshots.filter((it) => it.site === snapshot.site && it.policy === snapshot.policy),
      policies,
    ).find((it) => it.due === snapshot.point);
    const entries: TreeEntry[] = [];
    let count = 0;
    for await (const entry of repository.tree(snapshot.id, call.args[1])) {
      count += 1;
      if (call.options["json"] || count <= entriesShown) entries.push(entry);
    }
    if (count === 0 && call.args[1] !== undefined) throw new ProblemError(noSuchPath(snapshot, call.args[1]));
    if (call.options["json"]) {
      call.screen.out(
        JSON.stringify({ apiVersion: "sitekeep/snapshot/v1", snapshot, point, holds, entries }, undefined, 2),
      );
      return exitCode.done;
    }
    call.screen.out(renderSnapshot(snapshot, call.screen.paint, holds, point));
    for (const entry of entries) call.screen.out(entryLine(entry));
    if (count > entriesShown)
      call.screen.out(`… and ${count - entriesShown} more; name a path to see what is below it.`);
    return exitCode.done;
  });

function entryLine(entry: TreeEntry): string {
  const size = entry.type === "file" ? formatBytes(entry.size) : "folder";
  return `${size.padStart(9)}  ${formatMinute(entry.modifiedAt)}  ${entry.path}`;
}
