import { heldBy } from "../../core/plan/points/held-points.ts";
import { judgePoints } from "../../core/plan/risks/judge-points.ts";
import { renderSnapshotList } from "../../core/report/render-snapshots.ts";
import { textOption, type RunCommand } from "../command/command.ts";
import { exitCode } from "../command/exit-code.ts";
import { withRepository } from "../session/with-repository.ts";

/** `sitekeep snapshots list`: what exists, by recovery point. */
export const run: RunCommand = (call) =>
  withRepository(call, async ({ repository, policies }) => {
    const site = textOption(call, "site")?.toUpperCase();
    const { snapshots, unreadable } = await repository.snapshots();
    const chosen = snapshots.filter((it) => site === undefined || it.site === site);
    const { living } = await repository.holds();
    const holds = living.filter((it) => site === undefined || it.site === site);
    const points = judgePoints(chosen, policies);
    const facts = { snapshots: chosen, points, holds, unreadable };
    return {
      exitCode: unreadable.length > 0 ? exitCode.error : exitCode.done,
      document: () => ({ apiVersion: "sitekeep/snapshots/v1", ...facts }),
      text: (paint) => [renderSnapshotList(chosen, paint, heldBy(living, snapshots), points)],
      remarks: unreadable.map((it) => `Damaged and left out: ${it}`),
    };
  });
