import { holdWords } from "../../core/report/render-holds.ts";
import { findPoint, pointName } from "../../engine/find-point.ts";
import { releaseHolds, requireHeld } from "../../engine/hold-point.ts";
import { asProblem } from "../../engine/repositories.ts";
import { openExisting } from "../../engine/session.ts";
import { confirm } from "../ask.ts";
import type { RunCommand } from "../command.ts";
import { exitCode } from "../exit-code.ts";
import { readNote } from "../hold-note.ts";
import { withAddress } from "../with-repository.ts";

/** `sitekeep snapshots release`: ends every hold of a point, after a question: the rules may then let it go. */
export const run: RunCommand = (call) => {
  const note = readNote(call, "because") ?? "";
  return withAddress(call, async ({ session, address }) => {
    const repository = await openExisting(session, address);
    const { snapshots } = await repository.snapshots();
    const point = findPoint(snapshots, call.args[0]!);
    const holds = requireHeld(await repository.holds(), point);
    const name = pointName(point);
    if (!call.options["json"])
      for (const hold of holds) call.screen.out(`${name} is held ${holdWords(hold)}`);
    if (!(await confirm(call, `Release ${name}?`))) {
      call.screen.err("Nothing was done.");
      return exitCode.done;
    }
    const releases = await releaseHolds(session, repository, { holds, note }).catch((thrown: unknown) => {
      throw asProblem(thrown, address);
    });
    const { site, due } = point;
    const told = { repository: address.name, site, due, holds, releases };
    call.screen.out(
      call.options["json"]
        ? JSON.stringify({ apiVersion: "sitekeep/released/v1", ...told }, undefined, 2)
        : `Released ${name}.`,
    );
    return exitCode.done;
  });
};
